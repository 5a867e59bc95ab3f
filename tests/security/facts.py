"""A populated force for the proofs, what is true of it, and what the product shows of it to each member.

`read_facts` gives the oracle the bare rows; `by_database` asks the row policies in raw SQL; `by_orm` asks each app's
`visible_to` with the row policies out of the way, so that neither layer can hide behind the other.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.contrib.auth.models import Group
from django.db import connection
from django.utils import timezone

from iom.access import scope
from iom.access.actor import Actor, actor_for
from iom.access.scope import as_owner
from iom.accounts.models import User
from iom.accounts.rules import ROLES, Role
from iom.agencies.models import Agency, AgencyGroup
from iom.documents.permissions import visible_to as documents_visible_to
from iom.persons.models import Person
from iom.persons.permissions import visible_to as people_visible_to
from iom.records.kinds import KINDS
from iom.records.models import (
    AgencyNote,
    AgencyNoteAudience,
    ExploitationRecord,
    IntelligenceItem,
    IntelligenceSource,
    OperationalTactic,
    VictimRecord,
    YouthRecord,
)
from iom.records.permissions import visible_to as records_visible_to
from tests.access.factories import GrantFactory
from tests.cohorts.factories import CaseFactory
from tests.documents.factories import AudienceFactory, DocumentFactory
from tests.factories import (
    AgencyAccessFactory,
    AgencyFactory,
    MembershipFactory,
    PersonFactory,
    TeamFactory,
)
from tests.security import oracle
from tests.world import member, small_force

TABLES = {
    "person": "persons_person",
    "intelligenceitem": "records_intelligenceitem",
    "intelligencesource": "records_intelligencesource",
    "victimrecord": "records_victimrecord",
    "agencynote": "records_agencynote",
    "youthrecord": "records_youthrecord",
    "exploitationrecord": "records_exploitationrecord",
    "operationaltactic": "records_operationaltactic",
    "document": "documents_document",
}
COMPARTMENT = {
    "intelligenceitem": "disclosed",
    "intelligencesource": "intelligence",
    "victimrecord": "victim",
    "agencynote": "note",
    "youthrecord": "youth",
    "exploitationrecord": "exploitation",
    "operationaltactic": "operations",
}
GRANTED = {"intelligenceitem": "sharing_intelligenceitemgroupgrant", "document": "sharing_documentgroupgrant"}
ORM: dict[str, Callable[[Actor], Any]] = {
    "person": people_visible_to,
    "document": documents_visible_to,
    **{kind.model._meta.model_name or "": partial(records_visible_to, kind=kind) for kind in KINDS.values()},
}
"""What each app offers as the ORM's half."""

PEOPLE = {
    "own": ("north", None),
    "shared": ("north", None),
    "hub": ("south", "hub"),
    "south": ("south", None),
    "restricted": ("north", None),
    "child": ("north", None),
}
TEST_DAY = """
CREATE OR REPLACE FUNCTION authz.today() RETURNS date LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog AS $$
    SELECT coalesce(nullif(current_setting('app.test_day', true), '')::date, (now() AT TIME ZONE 'Europe/London')::date)
$$"""


@dataclass
class Force:
    """The world as keys to rows, and the day it is there."""

    world: dict[str, Any]
    people: dict[str, Any]
    users: dict[str, Any]
    day: date


def rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return cursor.fetchall() if cursor.description else []


def run(sql: str, *values: Any) -> None:
    """Change rows as the owner of the tables."""
    with as_owner():
        rows(sql, *values)


VIEW_PERSON = (
    "SELECT p.id FROM auth_permission p JOIN django_content_type c ON c.id = p.content_type_id"
    " WHERE c.app_label = 'persons' AND p.codename = 'view_person'"
)


def disclose(kind: str, force: "Force", person: int, agency: int, last_day: date) -> None:
    """Everything of this kind about the person is opened to the agency, one by one, under its latest agreement."""
    with as_owner():
        agreement = rows("SELECT max(id) FROM agencies_sharingagreement WHERE agency_id = %s", agency)[0][0]
    run(
        f"INSERT INTO {GRANTED[kind]} (permission_id, group_id, content_object_id, person_id, agreement_id,"
        " purpose, necessity, reason, disclosed_text, granted_by_id, granted_at, approved_by_id, approved_at,"
        f" expires_on, revoke_reason) SELECT ({VIEW_PERSON}), ag.group_id, o.id, o.person_id, %s, 'p', 'n',"
        " 'r', '', %s, now(),"
        f" %s, now(), %s, '' FROM {TABLES[kind]} o, agencies_agencygroup ag"
        " WHERE o.person_id = %s AND ag.agency_id = %s AND NOT EXISTS"
        f" (SELECT 1 FROM {GRANTED[kind]} g WHERE g.content_object_id = o.id AND g.group_id = ag.group_id)",
        agreement, force.users["supervisor"], force.users["inspector"], last_day, person, agency,
    )  # fmt: skip


def turn_to(day: date) -> None:
    """From here to the end of the transaction the database's day is this one."""
    rows("SELECT set_config('app.test_day', %s, true)", day.isoformat())


def build() -> Force:
    """People of every kind of reach with something in each compartment, and members of every role and agency."""
    today = timezone.localdate()
    world = small_force() | {
        "housing": AgencyFactory(code="housing", kind="housing", agreement=True),
        "youth": AgencyFactory(code="youth", kind="youth_justice", agreement=True),
    }
    with as_owner():
        rows(TEST_DAY)
    turn_to(today)
    with as_owner():
        for agency in world.values():
            if isinstance(agency, Agency) and not AgencyGroup.objects.filter(agency=agency).exists():
                group = Group.objects.create(name=f"Agency {agency.code}")
                AgencyGroup.objects.create(agency=agency, group=group)
    people = {
        name: PersonFactory(
            home_unit=world[home],
            managing_unit=world[managing] if managing else None,
            is_restricted=name == "restricted",
        )
        for name, (home, managing) in PEOPLE.items()
    }
    users: dict[str, Any] = {}
    for role in Role:
        if ROLES[role].db_class != "partner":
            users[role.value] = member(world, role).user_id
    users["other"] = member(world, Role.OFFENDER_MANAGER, unit="south").user_id
    for agency in ("probation", "drugs", "housing", "youth", "lapsed"):
        users[agency] = member(world, Role.PARTNER_PRACTITIONER, agency=agency).user_id
    # One person with a police and a partner's role, and one whose time is over.
    with as_owner():
        manager = User.objects.get(pk=users["offender_manager"])
    MembershipFactory(
        user=manager, team=TeamFactory(agency=world["housing"], unit=None), role="partner_manager"
    )
    MembershipFactory(
        team=TeamFactory(agency=world["police"], unit=world["north"]), role="supervisor", ends_on=today
    )
    for name in ("shared", "restricted", "child"):
        AgencyAccessFactory(person=people[name], agency=world["probation"])
    AgencyAccessFactory(person=people["shared"], agency=world["lapsed"])
    AgencyAccessFactory(person=people["shared"], agency=world["drugs"])
    AgencyAccessFactory(person=people["child"], agency=world["youth"])
    AgencyAccessFactory(person=people["hub"], agency=world["housing"], ends_on=today)
    GrantFactory(content_object=people["restricted"], user_id=users["offender_manager"])
    GrantFactory(content_object=people["south"], user_id=users["supervisor"])
    with as_owner():
        for name in ("shared", "restricted", "hub", "child"):
            CaseFactory(person=people[name], manager_id=users["offender_manager"])
        for one in people.values():
            hold_everything(world, one.pk)
    return Force(world, people, users, today)


def hold_everything(world: dict[str, Any], person_id: int) -> None:
    """A row in each compartment's table for this person; called as the owner of the tables."""
    now = timezone.now()
    person = Person.objects.get(pk=person_id)
    said: dict[str, Any] = {"person": person, "recorded_at": now}
    item = IntelligenceItem.objects.create(sanitised="May be told.", **said)
    IntelligenceSource.objects.create(
        item=item,
        person=person,
        title="T",
        content="C",
        source_evaluation=1,
        information_evaluation="A",
        handling="P",
    )
    VictimRecord.objects.create(victim_name="V", relation="Neighbour", **said)
    YouthRecord.objects.create(starts_on=now.date(), **said)
    ExploitationRecord.objects.create(
        kind="criminal", indicators="I", tactics="T", safeguarding_lead="L", **said
    )
    OperationalTactic.objects.create(kind="disruption", text="T", valid_from=now.date(), **said)
    for owner, named in (("police", ()), ("drugs", ()), ("probation", ("police", "housing")), ("lapsed", ())):
        note = AgencyNote.objects.create(agency=world[owner], kind="general", text="N", **said)
        for agency in named:
            AgencyNoteAudience.objects.create(
                note=note, person=person, owner=world[owner], agency=world[agency], added_at=now
            )
    for compartment in ("core", "plan", "operations", "intelligence", "victim", "note", "youth"):
        document = DocumentFactory(person=person, compartment=compartment, owner_agency=world["police"])
        for agency in ("probation", "youth"):
            AudienceFactory(document=document, agency=world[agency])
    DocumentFactory(person=person, compartment="note", owner_agency=world["drugs"])


def read_facts(day: date) -> oracle.World:
    """The bare rows, as the owner of the tables."""
    with as_owner():
        world = oracle.World(day, rows("SELECT now()")[0][0])
        world.force_units = {pk for (pk,) in rows("SELECT id FROM agencies_unit WHERE kind = 'force'")}
        world.agency_kinds = dict(rows("SELECT id, kind FROM agencies_agency"))
        world.members = [
            oracle.Member(pk, user, role, agency, unit, oracle.Link(starts, ends))
            for pk, user, role, agency, unit, starts, ends in rows(
                "SELECT m.id, m.user_id, m.role, t.agency_id, t.unit_id, m.starts_on, m.ends_on"
                " FROM agencies_membership m JOIN agencies_team t ON t.id = m.team_id ORDER BY m.id"
            )
        ]
        world.agreements = [
            oracle.Agreement(series, agency, frozenset(covers), oracle.Link(starts, ends))
            for series, agency, covers, starts, ends in rows(
                "SELECT coalesce(series_id, id), agency_id, data_classes, starts_on, ends_on"
                " FROM agencies_sharingagreement"
            )
        ]
        world.shares = [
            oracle.Share(
                person,
                agency,
                oracle.Link(starts, ends),
                None if covers is None else frozenset(covers),
                series,
            )
            for person, agency, starts, ends, covers, series in rows(
                "SELECT a.person_id, a.agency_id, a.starts_on, a.ends_on, a.data_classes, coalesce(s.series_id, s.id)"
                " FROM access_agencyaccess a LEFT JOIN agencies_sharingagreement s ON s.id = a.agreement_id"
            )
        ]
        world.disclosures = [
            oracle.Disclosure(kind, *one)
            for kind, table in GRANTED.items()
            for one in rows(
                "SELECT g.content_object_id, ag.agency_id, coalesce(s.series_id, s.id), g.expires_on,"
                f" g.revoked_at IS NOT NULL FROM {table} g JOIN agencies_agencygroup ag ON ag.group_id = g.group_id"
                " JOIN agencies_sharingagreement s ON s.id = g.agreement_id"
            )
        ]
        world.namings = [
            oracle.Naming(*one)
            for one in rows(
                "SELECT user_id, content_object_id, expires_on, expires_at, ended_at FROM access_personusergrant"
            )
        ]
        world.people = [
            oracle.Human(*one)
            for one in rows("SELECT id, home_unit_id, managing_unit_id, is_restricted FROM persons_person")
        ]
        world.managers = set(
            rows("SELECT manager_id, person_id FROM cohorts_case WHERE status <> 'closed'")  # type: ignore[arg-type]
        )
        world.held = list(_held())
    return world


def _held() -> Iterator[oracle.Held]:
    for kind, compartment in COMPARTMENT.items():
        ended = "ended_at IS NOT NULL" if kind != "intelligencesource" else "false"
        if kind == "agencynote":
            continue
        for pk, person, over in rows(f"SELECT id, person_id, {ended} FROM {TABLES[kind]}"):
            yield oracle.Held(pk, kind, person, ended=over, compartment=compartment)
    notes = (
        "SELECT n.id, n.person_id, n.agency_id, coalesce(array_agg(a.agency_id) FILTER (WHERE a.withdrawn_at IS NULL),"
        " '{}') FROM records_agencynote n LEFT JOIN records_agencynoteaudience a ON a.note_id = n.id GROUP BY n.id"
    )
    for pk, person, agency, named in rows(notes):
        yield oracle.Held(pk, "agencynote", person, agency, frozenset(named), compartment="note")
    documents = (
        "SELECT d.id, d.person_id, d.owner_agency_id, coalesce(array_agg(a.agency_id), '{}'), d.compartment"
        " FROM documents_document d LEFT JOIN documents_documentaudience a ON a.document_id = d.id GROUP BY d.id"
    )
    for pk, person, agency, named, compartment in rows(documents):
        yield oracle.Held(pk, "document", person, agency, frozenset(named), compartment=compartment)


def db_class(role: str) -> str:
    return ROLES[Role(role)].db_class.value


@contextmanager
def as_member(who: oracle.Member, role: str = "") -> Iterator[None]:
    """The settings that a request of this member has, under its class role or another."""
    before = scope.current()
    scope.put(role or f"iom_{db_class(who.role)}", str(who.user), str(who.pk))
    yield
    if not connection.needs_rollback:
        scope.put(*before)


def readable(role: str) -> list[str]:
    """The kinds whose table a class may read at all."""
    found = rows(
        "SELECT kind FROM unnest(%s::text[], %s::text[]) AS t (kind, name)"
        " WHERE has_table_privilege(%s, name, 'SELECT')",
        list(TABLES),
        list(TABLES.values()),
        f"iom_{role}",
    )
    return [kind for (kind,) in found]


def by_database(who: oracle.Member) -> dict[str, set[int]]:
    """What the row policies let through, in raw SQL under the class role."""
    kinds = readable(db_class(who.role))
    found: dict[str, set[int]] = {kind: set() for kind in TABLES}
    if kinds:
        arrays = ", ".join(f"ARRAY(SELECT id FROM {TABLES[kind]})" for kind in kinds)
        with as_member(who):
            answer = rows(f"SELECT {arrays}")[0]
        found |= {kind: set(ids) for kind, ids in zip(kinds, answer, strict=True)}
    return found


def by_orm(who: oracle.Member, day: date) -> dict[str, set[int]]:
    """What `visible_to` alone lets through, under the role of the system, which every row is open to."""
    with as_member(who, "iom_service"):
        actor = actor_for(User.objects.get(pk=who.user), on=day, membership_id=who.pk)
        if actor is None or actor.membership_id != who.pk:
            return {kind: set() for kind in ORM}
        return {kind: set(visible(actor).values_list("pk", flat=True)) for kind, visible in ORM.items()}


def expected(world: oracle.World, who: oracle.Member) -> dict[str, set[int]]:
    return {kind: world.people_of(who) if kind == "person" else world.rows_of(who, kind) for kind in TABLES}


LAYERS: dict[str, Callable[[oracle.Member, date], dict[str, set[int]]]] = {
    "database": lambda who, day: by_database(who),
    "orm": by_orm,
}


def differences(day: date, layers: Collection[str] = tuple(LAYERS)) -> Iterator[str]:
    """Where the oracle and a layer do not say the same, one line each, as it goes."""
    world = read_facts(day)
    for who in world.members:
        should = expected(world, who)
        for layer in layers:
            for kind, ids in LAYERS[layer](who, day).items():
                if ids != should[kind]:
                    more, less = sorted(ids - should[kind]), sorted(should[kind] - ids)
                    yield f"{layer}: {who.role} of agency {who.agency}: {kind} {more=} {less=}"


def days(n: int) -> timedelta:
    return timedelta(days=n)
