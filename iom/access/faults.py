"""What may not stand in the database: one rule each, asked of the catalogue (security.md, `manage.py authz_check`)."""

from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from iom.access.database import statements_for, table_policies
from iom.kernel.policies import CLASSES, TablePolicy

# What an auditor may write: that it looked, that it read a message, and its review of another's looks.
AUDITOR_WRITES = ("audit_", "notifications_notification")
_OURS = "n.nspname IN ('public', 'authz')"
_CLASSES = ", ".join(f"'iom_{name}'" for name in CLASSES)
# Every table from which foreign keys lead to a person, however far.
_LEADS_TO_A_PERSON = """
WITH RECURSIVE leads AS (
    SELECT to_regclass('persons_person')::oid AS oid
    UNION
    SELECT k.conrelid FROM pg_constraint k JOIN leads ON leads.oid = k.confrelid
    WHERE k.contype = 'f' AND k.conrelid <> k.confrelid)
"""


@dataclass(frozen=True)
class Rule:
    """A question to the catalogue that has no rows when all is well, and the sentence for each row that it has."""

    name: str
    sentence: str
    sql: str


RULES = (
    Rule(
        "person_without_forced_rows",
        "Table {0} leads to a person but has no forced row-level security.",
        _LEADS_TO_A_PERSON + "SELECT DISTINCT c.relname FROM leads JOIN pg_class c ON c.oid = leads.oid"
        " WHERE NOT (c.relrowsecurity AND c.relforcerowsecurity)",
    ),
    Rule(
        "rows_not_forced",
        "Table {0} has row-level security that its owner passes: force it.",
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        f" WHERE {_OURS} AND c.relrowsecurity AND NOT c.relforcerowsecurity",
    ),
    Rule(
        "grant_without_policy",
        "{1} has a grant on {0} but no row policy.",
        "SELECT DISTINCT g.table_name, g.grantee FROM information_schema.role_column_grants g"
        " JOIN pg_class c ON c.relname = g.table_name AND c.relnamespace = 'public'::regnamespace"
        f" WHERE g.grantee IN ({_CLASSES}) AND c.relrowsecurity"
        " AND NOT EXISTS (SELECT 1 FROM pg_policies p"
        " WHERE p.tablename = g.table_name AND g.grantee = ANY(p.roles))",
    ),
    Rule(
        "definer_without_search_path",
        "Function {0} runs with its owner's rights without a fixed search_path.",
        "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " WHERE p.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
        " AND NOT EXISTS (SELECT 1 FROM unnest(coalesce(p.proconfig, '{}')) c WHERE c LIKE 'search_path=%')",
    ),
    Rule(
        "definer_of_a_superuser",
        "Function {0} runs with a superuser's rights.",
        "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " JOIN pg_roles r ON r.oid = p.proowner"
        f" WHERE p.prosecdef AND {_OURS} AND (r.rolsuper OR r.rolbypassrls)",
    ),
    Rule(
        "role_passes_rows",
        "Role {0} is a superuser or passes row-level security.",
        "SELECT rolname FROM pg_roles WHERE rolname LIKE 'iom\\_%' AND (rolsuper OR rolbypassrls)",
    ),
    Rule(
        "class_can_log_in",
        "Role {0} can log in: a class is only taken on.",
        f"SELECT rolname FROM pg_roles WHERE rolname IN ({_CLASSES}) AND rolcanlogin",
    ),
    Rule(
        "rights_inherited",
        "Role {0} has the rights of {1} without taking it on.",
        "SELECT m.rolname, r.rolname FROM pg_auth_members a JOIN pg_roles m ON m.oid = a.member"
        " JOIN pg_roles r ON r.oid = a.roleid"
        f" WHERE a.inherit_option AND (m.rolname = 'iom_web' OR m.rolname IN ({_CLASSES}))"
        " AND r.rolname LIKE 'iom\\_%'",
    ),
    Rule(
        "web_has_rights",
        "The web login itself has rights on {0}.",
        "SELECT DISTINCT table_name FROM information_schema.role_column_grants"
        " WHERE grantee IN ('iom_web', 'PUBLIC') AND table_schema IN ('public', 'authz')",
    ),
    Rule(
        "class_may_create",
        "{1} may make tables in the schema {0}.",
        "SELECT n.nspname, r.rolname FROM pg_namespace n JOIN pg_roles r"
        f" ON r.rolname = 'iom_web' OR r.rolname IN ({_CLASSES})"
        f" WHERE {_OURS} AND has_schema_privilege(r.oid, n.oid, 'CREATE')",
    ),
    Rule(
        "view_of_its_owner",
        "View {0} would pass row-level security: make it security_invoker.",
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        f" WHERE c.relkind = 'v' AND {_OURS}"
        " AND NOT coalesce(c.reloptions::text LIKE '%security_invoker=true%', false)",
    ),
    Rule(
        "view_of_stored_rows",
        "View {0} keeps rows of its own, past row-level security.",
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        f" WHERE c.relkind = 'm' AND {_OURS}",
    ),
    Rule(
        "auditor_writes",
        "The auditor class may write to {0}.",
        "SELECT DISTINCT g.table_name FROM information_schema.role_column_grants g"
        " WHERE g.grantee = 'iom_auditor' AND g.privilege_type <> 'SELECT'"
        + "".join(f" AND g.table_name NOT LIKE '{name}%'" for name in AUDITOR_WRITES)
        + " UNION SELECT DISTINCT g.table_name FROM information_schema.role_table_grants g"
        " WHERE g.grantee = 'iom_auditor' AND g.privilege_type IN ('DELETE', 'TRUNCATE')",
    ),
    Rule(
        "policy_open_to_all",
        "The policy {1} lets a class see every row of {0}, which leads to a person.",
        _LEADS_TO_A_PERSON
        + "SELECT p.tablename, p.policyname FROM leads JOIN pg_class c ON c.oid = leads.oid"
        " JOIN pg_policies p ON p.tablename = c.relname"
        " WHERE p.qual = 'true' AND p.roles && ARRAY['iom_police', 'iom_partner', 'iom_session', 'iom_admin']::name[]",
    ),
    Rule(
        "policy_of_everybody",
        "The policy {1} of {0} holds for every role.",
        "SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'public' AND 'public' = ANY(roles)",
    ),
)


def faults(connection: BaseDatabaseWrapper) -> list[str]:
    """What stands in the database that the rules of access forbid, one sentence each."""
    found: list[str] = []
    with connection.cursor() as cursor:
        for rule in RULES:
            cursor.execute(rule.sql)
            found += [rule.sentence.format(*row) for row in cursor.fetchall()]
        found += _unlisted(cursor)
        found += _other_than_in_code(cursor)
    return sorted(set(found))


def _unlisted(cursor: CursorWrapper) -> list[str]:
    listed = {policy.table for policy in table_policies()}
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
    )
    return [
        f"Table {table} has no policy in any policies.py."
        for (table,) in cursor.fetchall()
        if table not in listed and not table.startswith("django_migration_linter")
    ]


def _other_than_in_code(cursor: CursorWrapper) -> list[str]:
    """Triggers, policies and rights that are missing or that nobody wrote down."""
    cursor.execute(
        "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE t.tgname = 'capture_change' AND t.tgenabled <> 'D'"
    )
    captured = {row[0] for row in cursor.fetchall()}
    cursor.execute("SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'public'")
    policies = {tuple(row) for row in cursor.fetchall()}
    cursor.execute(
        "SELECT g.table_name, g.grantee, string_agg(DISTINCT g.privilege_type, ',')"
        " FROM information_schema.role_table_grants g"
        f" WHERE g.table_schema = 'public' AND g.grantee IN ({_CLASSES}) GROUP BY 1, 2"
    )
    granted = {(table, grantee): set(rights.split(",")) for table, grantee, rights in cursor.fetchall()}
    cursor.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace")
    present = {row[0] for row in cursor.fetchall()}
    found = []
    for policy in table_policies():
        if policy.table not in present:
            continue
        if policy.is_audited and policy.table not in captured:
            found.append(f"Changes of {policy.table} are not captured.")
        wanted = {
            line.split(" ON ")[0].removeprefix("CREATE POLICY ")
            for line in statements_for(policy)
            if line.startswith("CREATE POLICY ")
        }
        there = {name for table, name in policies if table == policy.table}
        found += [f"Table {policy.table} lacks the policy {name}." for name in sorted(wanted - there)]
        found += [
            f"Table {policy.table} has a policy {name} that the code does not know."
            for name in sorted(there - wanted)
        ]
        found += _rights(policy, granted)
    return found


def _rights(policy: TablePolicy, granted: dict[tuple[str, str], set[str]]) -> list[str]:
    found = []
    for name in CLASSES:
        there = granted.get((policy.table, f"iom_{name}"), set())
        whole = _whole_rights(policy.grants.get(name, ""))
        found += [
            f"iom_{name} may {right} on {policy.table}, which the code does not say."
            for right in sorted(there - whole)
        ]
    return found


def _whole_rights(rights: str) -> set[str]:
    """The rights on the whole table; those on some columns stand as `UPDATE (a, b)`."""
    words = []
    inside = False
    for part in rights.split(","):
        if not inside and "(" not in part:
            words.append(part.strip())
        inside = (inside or "(" in part) and ")" not in part
    return {word for word in words if word}
