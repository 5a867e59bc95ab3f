"""Faults that are put in on purpose, to see them caught (security.md, check 5).

Each stands for a mistake somebody could make: in a policy, a grant, a function, the ORM's half, a view. `caught_by` is
the check that is looked for first; the whole run asks every check about every fault.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from django.conf import settings
from django.db import transaction
from django.db.models import Q

import iom.access.actor
import iom.access.middleware
import iom.access.scope
import iom.access.scoped
import iom.documents.permissions
import iom.kernel.step_up
import iom.persons.permissions
from iom.access.scope import as_owner
from iom.persons.models import Person
from iom.signin.services import sessions
from tests.security import sources
from tests.security.facts import ORM, rows

SCAN, MODELS, EDGES, CHECK, SOURCE, DOORS = (
    *("marker scan", "two models", "boundaries", "authz_check", "source check", "doors"),
)


@dataclass(frozen=True)
class Fault:
    """A mistake, the check that is to catch it, and how it is made: statements, replaced functions, or changed text."""

    name: str
    caught_by: str
    sql: Callable[[], list[str]] | None = None
    patches: tuple[tuple[Any, str, Any], ...] = ()
    text: tuple[str, str] | None = None

    def __str__(self) -> str:
        return self.name

    @property
    def layers(self) -> tuple[str, ...]:
        """Where it can show, the likelier first: what is put into the code only in the ORM."""
        return ("database", "orm") if self.sql else ("orm",)

    @contextmanager
    def made(self) -> Iterator[None]:
        with transaction.atomic(), ExitStack() as stack:
            if self.sql:
                with as_owner():
                    rows("SET CONSTRAINTS ALL IMMEDIATE")
                    for statement in self.sql():
                        rows(statement)
            for where, name, instead in self.patches:
                of_table = isinstance(where, dict)
                stack.enter_context(
                    patch.dict(where, {name: instead}) if of_table else patch.object(where, name, instead)
                )
            if self.text:
                stack.enter_context(sources.added(*self.text))
            yield
            transaction.set_rollback(True)


def function(name: str, old: str, new: str) -> Callable[[], list[str]]:
    """Functions of the database, those whose name fits, with other words in them wherever the old ones stand."""

    def statements() -> list[str]:
        texts = rows(
            "SELECT pg_get_functiondef(p.oid) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
            " WHERE n.nspname = 'authz' AND p.proname ~ %s",
            f"^{name}$",
        )
        changed = [re.sub(old, new, text) for (text,) in texts if re.search(old, text)]
        assert changed, (name, old)
        return changed

    return statements


def view(name: str, old: str, new: str) -> Callable[[], list[str]]:
    """A view of the database with other words in it."""

    def statements() -> list[str]:
        text = rows(f"SELECT pg_get_viewdef('authz.{name}'::regclass)")[0][0]
        changed = re.sub(old, new, text, flags=re.S)
        assert changed != text, (name, text)
        return [f"CREATE OR REPLACE VIEW authz.{name} WITH (security_invoker = true) AS {changed}"]

    return statements


def policy(table: str, who: str, change: Callable[[str], str]) -> Callable[[], list[str]]:
    """A row policy with another condition."""

    def statements() -> list[str]:
        text = rows(
            f"SELECT qual FROM pg_policies WHERE tablename = '{table}' AND policyname = '{who}_rows'"
        )[0][0]
        changed = change(text)
        assert changed != text, text
        return [f"ALTER POLICY {who}_rows ON {table} USING ({changed})"]

    return statements


def run(*statements: str) -> Callable[[], list[str]]:
    return lambda: list(statements)


def restricted_forgotten(actor: Any, path: str = "", **how: Any) -> Q | None:
    found = _REACH(actor, path, **how)
    if actor.db_class == "police" and found is not None:
        before = f"{path}__" if path else ""
        units = list(actor.unit_ids)
        return found | Q(**{f"{before}home_unit__in": units}) | Q(**{f"{before}managing_unit__in": units})
    return found


_REACH = iom.persons.permissions.reach
_IN_FORCE = iom.access.actor.in_force_on
_DOCUMENTS = iom.documents.permissions.visible_to
_DAY = r"(?:day|authz\.today\(\))"
_PEOPLE = "my_people_.*"
_HOLDS = rf"s\.starts_on <= {_DAY} AND \(s\.ends_on IS NULL OR s\.ends_on > {_DAY}\)"


def later(link: str) -> str:
    """How a function says that a link has not ended."""
    return rf"{link}\.ends_on > ({_DAY})"


FAULTS = (
    Fault("a table's rows are not forced on its owner", CHECK,
          run("ALTER TABLE records_victimrecord NO FORCE ROW LEVEL SECURITY")),
    Fault("a table far from the person has no rows policy", CHECK,
          run("ALTER TABLE cohorts_deadlinemove DISABLE ROW LEVEL SECURITY")),
    Fault("a policy is simply true", CHECK, run("ALTER POLICY partner_rows ON persons_alias USING (true)")),
    Fault("a policy is true in other words", MODELS,
          run("ALTER POLICY partner_rows ON persons_person USING (id > 0)")),
    Fault("a policy nobody wrote down", CHECK,
          run("CREATE POLICY helpful ON records_youthrecord TO iom_police USING (person_id > 0)")),
    Fault("the agreement is forgotten", MODELS, function(_PEOPLE, _HOLDS, "true")),
    Fault("what the agreement covers is forgotten", MODELS,
          function(_PEOPLE, r"data_class = ANY \(s\.data_classes\)", "true")),
    Fault("an agreement holds on its last day", EDGES, function(_PEOPLE, later("s"), r"s.ends_on >= \1")),
    Fault("a share holds on its last day", EDGES,
          function(_PEOPLE, later("a"), r"a.ends_on >= \1")),
    Fault("a share holds the day before it begins", EDGES,
          function(_PEOPLE, rf"a\.starts_on <= ({_DAY})", r"a.starts_on <= \1 + 1")),
    Fault("a membership holds on its last day", EDGES,
          view("my_membership", r"ends_on > authz\.today", "ends_on >= authz.today")),
    Fault("a naming holds on its last day", EDGES,
          view("my_named", r"expires_on > authz\.today", "expires_on >= authz.today")),
    Fault("an opening that has expired is honoured", EDGES,
          view("my_named", r"expires_at > now\(\)", "true")),
    Fault("a naming that was ended is honoured", MODELS, view("my_named", r"ended_at IS NULL", "true")),
    Fault("a disclosure that was withdrawn is honoured", MODELS,
          function("my_disclosed_intelligence", r"g\.revoked_at IS NULL", "true")),
    Fault("a disclosure outlives its last day", MODELS,
          function("my_disclosed_intelligence", r"g\.expires_on > authz\.today\(\)", "true")),
    Fault("a disclosure outlives the part of the share that it stands on", MODELS,
          function("my_disclosed_intelligence", r"my_people_with\('disclosed'\)", "my_people_with('core')")),
    Fault("what is disclosed outlives the agreement", MODELS,
          function("my_disclosed_intelligence", r"authz\.covers_disclosure\(g\.agreement_id\)", "true")),
    Fault("a document that was disclosed is shown for ever", MODELS,
          function("my_disclosed_documents", r"g\.expires_on > authz\.today\(\)", "true")),
    Fault("what leaves out a part of a person is forgotten", MODELS,
          function(_PEOPLE, r"\(a\.data_classes IS NULL OR data_class = ANY \(a\.data_classes\)\)", "true")),
    Fault("the restricted are forgotten in the short cut of the whole force", MODELS,
          function("hidden_people", r"p\.is_restricted", "p.is_restricted AND false")),
    Fault("the restricted are forgotten in the persons' own policy", MODELS,
          policy("persons_person", "police", lambda text: f"({text}) OR home_unit_id = ANY (authz.my_units())")),
    Fault("the audience of a note is ignored", MODELS,
          policy("records_agencynote", "partner", lambda text: "person_id = ANY (authz.my_people_with('note'))")),
    Fault("the role is forgotten in who reads intelligence", MODELS,
          policy("records_intelligencesource", "police",
                 lambda text: "person_id IN (SELECT id FROM persons_person)")),
    Fault("every agency reads of exploitation", MODELS,
          policy("records_exploitationrecord", "partner",
                 lambda text: "person_id = ANY (authz.my_people_with('exploitation'))")),
    Fault("every officer reads of victims", MODELS,
          policy("records_victimrecord", "police",
                 lambda text: "EXISTS (SELECT 1 FROM persons_person p WHERE p.id = person_id)")),
    Fault("an analyst reads young people's records", MODELS,
          policy("records_youthrecord", "police",
                 lambda text: "EXISTS (SELECT 1 FROM persons_person p WHERE p.id = person_id)")),
    Fault("an item that was ended stays with the partner", MODELS,
          policy("records_intelligenceitem", "partner", lambda text: text.replace("(ended_at IS NULL)", "true"))),
    Fault("an address that was withdrawn is honoured", MODELS,
          policy("records_agencynote", "partner",
                 lambda text: text.replace("(a.withdrawn_at IS NULL)", "true"))),
    Fault("the audience of a document is ignored", MODELS,
          policy("documents_document", "partner",
                 lambda text: f"({text}) OR compartment = 'plan' AND person_id = ANY (authz.my_people_with('plan'))")),
    Fault("tactics are opened to partners", MODELS,
          run("GRANT SELECT ON records_operationaltactic TO iom_partner",
              "CREATE POLICY partner_rows ON records_operationaltactic TO iom_partner"
              " USING (person_id = ANY (authz.my_shared_people()))")),
    Fault("victims are opened to partners", MODELS,
          run("GRANT SELECT ON records_victimrecord TO iom_partner",
              "CREATE POLICY partner_rows ON records_victimrecord TO iom_partner"
              " USING (person_id = ANY (authz.my_shared_people()))")),
    Fault("the web login is given a right of its own", CHECK, run("GRANT SELECT ON persons_person TO iom_web")),
    Fault("a right nobody wrote down", CHECK, run("GRANT DELETE ON cohorts_case TO iom_police")),
    Fault("an auditor may write", CHECK, run("GRANT UPDATE ON cohorts_case TO iom_auditor")),
    Fault("a plain view passes the policies", CHECK,
          run("CREATE VIEW authz.everybody AS SELECT * FROM persons_person",
              "GRANT SELECT ON authz.everybody TO iom_partner")),
    Fault("a function with its owner's rights takes the caller's search path", CHECK,
          run("CREATE FUNCTION authz.count_people() RETURNS bigint LANGUAGE sql SECURITY DEFINER"
              " AS 'SELECT count(*) FROM persons_person'")),
    Fault("changes of a table are not captured", CHECK, run("DROP TRIGGER capture_change ON cohorts_case")),
    Fault("the ORM forgets the restricted", MODELS, None,
          ((iom.persons.permissions, "reach", restricted_forgotten),)),
    Fault("a list starts from every person", MODELS, None,
          ((ORM, "person", lambda actor: Person.objects.all()),)),
    Fault("the ORM's membership holds on its last day", EDGES, None,
          ((iom.access.actor, "in_force_on",
            lambda day: Q(starts_on__lte=day) & (Q(ends_on__isnull=True) | Q(ends_on__gte=day))),)),
    Fault("the ORM ignores who a document names", MODELS, None,
          ((ORM, "document", lambda actor: iom.documents.permissions.Document.objects.filter(
              person__in=iom.persons.permissions.visible_to(actor))),)),
    Fault("a serializer shows every compartment", SCAN, None,
          ((iom.access.scoped, "sees", lambda actor, compartment: True),)),
    Fault("a nested scope does not give back the outer one", MODELS, None,
          ((iom.access.scope, "current", lambda: ("iom_service", "", "", "")),)),
    Fault("a session goes on after its person left", DOORS, None,
          ((iom.access.actor, "in_force_on", lambda day: Q()),)),
    Fault("a session goes on in a role that its person did not choose", DOORS, None,
          ((iom.access.middleware.ActorMiddleware, "_changed", lambda self, request, actor: False),)),
    Fault("a session goes on without an agreement", DOORS, None,
          ((iom.access.actor, "is_lapsed", lambda row: False),)),
    Fault("a session goes on after a later sign-in", DOORS, None,
          ((sessions, "ended_because", lambda request, at: None),)),
    Fault("a session lasts for ever", DOORS, None,
          ((settings, "SESSION_LONGEST_SECONDS", 10**9),)),
    Fault("nobody is asked again before an export", DOORS, None,
          ((iom.kernel.step_up, "is_fresh", lambda request, at: True),)),
    Fault("an emergency needs no reason", DOORS,
          function("require_reason", r"length\(trim\(coalesce\(reason, ''\)\)\) < 10", "false")),
    Fault("a legal hold is forgotten", DOORS,
          function("dispose_person", r"EXISTS \(SELECT 1 FROM retention_legalhold", "EXISTS (SELECT 1 FROM"
                   " (SELECT * FROM retention_legalhold LIMIT 0)")),
    Fault("a scope is set for the whole connection", SOURCE, None, (),
          ("iom/access/scope.py", "SELECT set_config('role', %s, false)")),
    Fault("a view asks a table and not visible_to", SOURCE, None, (),
          ("cohorts/views/case.py", "count = Case.objects.count()")),
    Fault("lists are asked of guardian", SOURCE, None, (),
          ("cohorts/selectors/cases.py", "get_objects_for_user(user, 'persons.view_person')")),
)  # fmt: skip
