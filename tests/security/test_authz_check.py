"""Each rule of `authz_check` speaks when it is broken, and all are silent otherwise (security.md, check 6)."""

import pytest
from django.db import connection, transaction

from iom.access.faults import RULES, faults
from iom.access.scope import as_owner
from tests.security.facts import rows

# Rule -> what breaks it, and what is said. Roles are of the cluster, so those are tried on the rule's own words below.
BROKEN = {
    "person_without_forced_rows": (
        "ALTER TABLE cohorts_deadlinemove DISABLE ROW LEVEL SECURITY",
        "Table cohorts_deadlinemove leads to a person but has no forced row-level security.",
    ),
    "rows_not_forced": (
        "ALTER TABLE audit_act NO FORCE ROW LEVEL SECURITY",
        "Table audit_act has row-level security that its owner passes: force it.",
    ),
    "grant_without_policy": (
        "GRANT SELECT (id) ON records_victimrecord TO iom_partner",
        "iom_partner has a grant on records_victimrecord but no row policy.",
    ),
    "definer_without_search_path": (
        "CREATE FUNCTION authz.loose() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
        "Function loose runs with its owner's rights without a fixed search_path.",
    ),
    "web_has_rights": (
        "GRANT SELECT (id) ON agencies_agency TO iom_web",
        "The web login itself has rights on agencies_agency.",
    ),
    "class_may_create": (
        "GRANT CREATE ON SCHEMA authz TO iom_police",
        "iom_police may make tables in the schema authz.",
    ),
    "view_of_its_owner": (
        "CREATE VIEW authz.everybody AS SELECT id FROM persons_person",
        "View everybody would pass row-level security: make it security_invoker.",
    ),
    "view_of_stored_rows": (
        "CREATE MATERIALIZED VIEW authz.kept AS SELECT 1 AS one",
        "View kept keeps rows of its own, past row-level security.",
    ),
    "auditor_writes": (
        "GRANT UPDATE (name) ON agencies_agency TO iom_auditor",
        "The auditor class may write to agencies_agency.",
    ),
    "policy_open_to_all": (
        "ALTER POLICY police_rows ON persons_alias USING (true)",
        "The policy police_rows lets a class see every row of persons_alias, which leads to a person.",
    ),
    "policy_of_everybody": (
        "CREATE POLICY open ON persons_alias USING (false)",
        "The policy open of persons_alias holds for every role.",
    ),
    "": (
        "CREATE TABLE public.unlisted (id int)",
        "Table unlisted has no policy in any policies.py.",
    ),
    "no capture": (
        "DROP TRIGGER capture_change ON cohorts_case",
        "Changes of cohorts_case are not captured.",
    ),
    "no policy": (
        "DROP POLICY police_rows ON cohorts_case",
        "Table cohorts_case lacks the policy police_rows.",
    ),
    "unknown policy": (
        "CREATE POLICY more ON cohorts_case TO iom_police USING (unit_id = 1)",
        "Table cohorts_case has a policy more that the code does not know.",
    ),
    "unknown right": (
        "GRANT DELETE ON cohorts_case TO iom_police",
        "iom_police may DELETE on cohorts_case, which the code does not say.",
    ),
}
# What only a superuser of the cluster could bring about; the rule is asked of a catalogue in which it stands.
OF_ROLES = {
    "definer_of_a_superuser": ("pg_proc", "p.prosecdef AND", "p.proname = 'capture_change' OR"),
    "role_passes_rows": ("pg_roles", "(rolsuper OR rolbypassrls)", "rolname = 'iom_police'"),
    "class_can_log_in": ("pg_roles", "rolcanlogin", "rolname = 'iom_police'"),
    "rights_inherited": ("pg_auth_members", "a.inherit_option AND", ""),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_rule_is_named(name: str) -> None:
    sql, sentence = BROKEN[name]

    with transaction.atomic():
        with as_owner():
            rows(sql)
            said = faults(connection)
        transaction.set_rollback(True)

    assert sentence in said


@pytest.mark.django_db
@pytest.mark.parametrize("name", OF_ROLES)
def test_a_rule_about_roles_asks_the_catalogue_of_the_cluster(name: str) -> None:
    rule = next(rule for rule in RULES if rule.name == name)
    _, condition, always = OF_ROLES[name]

    assert rows(rule.sql) == []
    assert condition in rule.sql
    assert rows(rule.sql.replace(condition, always)) != []


def test_every_rule_was_broken() -> None:
    assert {rule.name for rule in RULES} == (set(BROKEN) | set(OF_ROLES)) - {
        "", "no capture", "no policy", "unknown policy", "unknown right",
    }  # fmt: skip
