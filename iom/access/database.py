"""Turns every app's `policies.py` into grants, row-level policies and audit triggers; safe to run again and again."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from django.apps import apps
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from iom.accounts.rules import ROLES
from iom.kernel.policies import CLASSES, TablePolicy

# As a subquery it is asked once a statement and not for each row of a large table.
OWNER_ROWS = (
    "(SELECT coalesce(current_setting('app.owner_scope', true), '') = 'on'"
    " OR coalesce(current_setting('app.definer_lookup', true), '') = 'on')"
)
AUTHZ_SQL = Path(__file__).with_name("authz.sql")
REACH_SQL = Path(__file__).with_name("reach.sql")


def table_policies() -> list[TablePolicy]:
    """The tables of every installed app, in the order of the apps."""
    found: list[TablePolicy] = []
    for config in apps.get_app_configs():
        if config.name != "iom.kernel" and find_spec(f"{config.name}.policies"):
            found.extend(import_module(f"{config.name}.policies").TABLES)
    names = [policy.table for policy in found]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(f"Tables with two policies: {', '.join(sorted(twice))}")
    return found


def apply_access(connection: BaseDatabaseWrapper) -> None:
    """Bring grants, policies and triggers of the database to what the code says, in one transaction."""
    policies = table_policies()
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '5s'")
        cursor.execute(
            "SELECT relname FROM pg_class"
            " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        )
        present = {row[0] for row in cursor.fetchall()}
        cursor.execute(AUTHZ_SQL.read_text())
        cursor.execute(_powers_sql())
        cursor.execute(REACH_SQL.read_text())
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {_roles(CLASSES)}")
        for policy in policies:
            if policy.table in present:
                for statement in statements_for(policy):
                    cursor.execute(statement)
        for statement in _guards(present):
            cursor.execute(statement)
        cursor.execute(_revoke_sql(sorted(present - {policy.table for policy in policies})))


def _powers_sql() -> str:
    """The table of roles and powers as a function of the database, for the functions that ask who may."""
    pairs = ", ".join(
        f"'{role.value}:{power.value}'" for role, row in ROLES.items() for power in sorted(row.powers)
    )
    return (
        "CREATE OR REPLACE FUNCTION authz.has_power(role text, power text) RETURNS boolean"
        " LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog"
        f" AS $$ SELECT role || ':' || power = ANY (ARRAY[{pairs}]) $$"
    )


def _guards(present: set[str]) -> list[str]:
    """What apps keep in the database besides rows and rights: the statements of `<app>/guards.py`."""
    found: list[str] = []
    for config in apps.get_app_configs():
        tables = {model._meta.db_table for model in config.get_models()}
        if tables and tables <= present and find_spec(f"{config.name}.guards"):
            found += import_module(f"{config.name}.guards").statements()
    return found


def statements_for(policy: TablePolicy) -> list[str]:
    """The SQL that puts one table's rights, rows and trigger in force."""
    table = policy.table
    found = [f"REVOKE ALL ON {table} FROM PUBLIC, iom_web, {_roles(CLASSES)}"]
    found += [f"GRANT {rights} ON {table} TO iom_{name}" for name, rights in policy.grants.items() if rights]
    found.append(
        f"DO $$ DECLARE p record; BEGIN FOR p IN SELECT policyname FROM pg_policies WHERE tablename = '{table}' LOOP"
        f" EXECUTE format('DROP POLICY %I ON {table}', p.policyname); END LOOP; END $$"
    )
    if policy.rows.using is None:
        found.append(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        found.append(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    else:
        found.append(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        found.append(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        found.append(f"CREATE POLICY owner_rows ON {table} TO iom_owner USING ({OWNER_ROWS})")
        for name, condition in policy.rows.using.items():
            if policy.grants.get(name):
                added = (policy.rows.adding or {}).get(name)
                check = f" WITH CHECK ({added})" if added else ""
                found.append(f"CREATE POLICY {name}_rows ON {table} TO iom_{name} USING ({condition}){check}")
        if table == "audit_change":
            found.append(f"CREATE POLICY capture_rows ON {table} FOR INSERT TO iom_owner WITH CHECK (true)")
    found.append(f"DROP TRIGGER IF EXISTS capture_change ON {table}")
    if policy.is_audited:
        found.append(
            f"CREATE TRIGGER capture_change AFTER INSERT OR UPDATE OR DELETE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION authz.capture_change('{policy.subject}')"
        )
    return found


def _roles(classes: tuple[str, ...]) -> str:
    return ", ".join(f"iom_{name}" for name in classes)


def _revoke_sql(tables: list[str]) -> str:
    if not tables:
        return "SELECT 1"
    return f"REVOKE ALL ON {', '.join(tables)} FROM PUBLIC, iom_web, {_roles(CLASSES)}"
