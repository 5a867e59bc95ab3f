"""Who sees which document, by the row policies and by the ORM (SHR-2, SHR-5)."""

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from iom.access.actor import Actor
from iom.access.scope import as_actor, as_owner, put
from iom.accounts.rules import Power, Role, may
from iom.documents.models import Document, DocumentAudience
from iom.documents.permissions import access_document, visible_to
from iom.documents.rules import COMPARTMENTS
from iom.kernel.errors import NotFound
from tests.cohorts.factories import CaseFactory
from tests.documents.factories import NOON, AudienceFactory, DocumentFactory
from tests.factories import AgencyAccessFactory, AgencyFactory, PersonFactory

pytestmark = pytest.mark.django_db
ActorOf = Callable[..., Actor]


def raw(actor: Actor) -> set[int]:
    """What the row policies alone let the actor see."""
    try:
        with as_actor(actor), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT id FROM documents_document")
            return {pk for (pk,) in cursor.fetchall()}
    except DatabaseError as error:
        if "permission denied" not in str(error):
            raise
        return set()


def asked(actor: Actor) -> set[int]:
    """What the ORM's condition alone leaves: asked past the row policies, with the actor's settings."""
    with as_owner():
        put("iom_owner", str(actor.user_id), str(actor.membership_id), "on")
        return set(visible_to(actor).values_list("pk", flat=True))


def both(actor: Actor) -> set[int]:
    seen = raw(actor)
    assert asked(actor) == seen
    return seen


@pytest.fixture
def person(world: dict[str, Any]) -> Any:
    made = PersonFactory(home_unit=world["north"])
    AgencyAccessFactory(person=made, agency=world["probation"])
    AgencyAccessFactory(person=made, agency=world["drugs"])
    return made


@pytest.fixture
def polices(world: dict[str, Any], person: Any) -> dict[str, Any]:
    """A document of the police in every compartment."""
    return {
        c.value: DocumentFactory(person=person, owner_agency=world["police"], compartment=c.value)
        for c in COMPARTMENTS
    }


READS = {
    Role.OFFENDER_MANAGER: {"core", "plan", "operations", "intelligence", "note"},
    Role.SUPERVISOR: {"core", "plan", "operations", "intelligence", "note", "youth", "victim"},
    Role.INSPECTOR: {"core", "plan", "operations", "intelligence", "note", "youth", "victim"},
    Role.CENTRAL_SPOC: {"core", "plan", "operations", "intelligence", "note", "youth", "victim"},
    Role.SUPPORT: {"core", "plan", "operations", "intelligence", "note"},
    Role.AUDITOR: {"core", "plan", "operations"},
    Role.ANALYST: set(),
    Role.ADMINISTRATOR: set(),
    Role.PARTNER_PRACTITIONER: set(),
    Role.PARTNER_MANAGER: set(),
}


@pytest.mark.parametrize("role", READS)
def test_each_role_sees_of_the_polices_documents_the_compartments_it_reads(
    actor_of: ActorOf, polices: dict[str, Any], role: Role
) -> None:
    seen = both(actor_of(role))

    assert {name for name, document in polices.items() if document.pk in seen} == READS[role]


def test_a_manager_sees_a_childs_and_a_victims_documents_only_in_their_own_case(
    actor_of: ActorOf, world: dict[str, Any], person: Any, polices: dict[str, Any]
) -> None:
    manager, other = actor_of(Role.OFFENDER_MANAGER), actor_of(Role.OFFENDER_MANAGER)
    CaseFactory(person=person, manager_id=manager.user_id)

    assert {polices["youth"].pk, polices["victim"].pk} <= both(manager)
    assert not {polices["youth"].pk, polices["victim"].pk} & both(other)


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.AUDITOR])
def test_nobody_sees_documents_of_people_beyond_their_reach(
    actor_of: ActorOf, world: dict[str, Any], role: Role
) -> None:
    elsewhere = DocumentFactory(person__home_unit=world["south"], owner_agency=world["police"])
    reader = actor_of(role, unit="north")

    assert both(reader) == set()
    with as_actor(reader), pytest.raises(NotFound):
        access_document(reader, elsewhere.pk)


def test_a_partner_reads_its_own_and_what_names_it_while_the_person_is_shared(
    actor_of: ActorOf, world: dict[str, Any], person: Any
) -> None:
    probation, drugs = (
        actor_of(Role.PARTNER_PRACTITIONER),
        actor_of(Role.PARTNER_PRACTITIONER, agency="drugs"),
    )
    note = DocumentFactory(person=person, owner_agency=world["drugs"], compartment="note")
    AudienceFactory(document=note, agency=world["probation"])
    alone = DocumentFactory(person=person, owner_agency=world["drugs"], compartment="note")
    unshared = DocumentFactory(person__home_unit=world["north"], owner_agency=world["drugs"])

    assert both(drugs) == {note.pk, alone.pk}
    assert both(probation) == {note.pk}
    assert both(actor_of(Role.SUPERVISOR)) == set()
    assert unshared.pk not in both(drugs)


def test_the_police_read_a_partners_document_only_when_it_names_them(
    actor_of: ActorOf, world: dict[str, Any], person: Any
) -> None:
    document = DocumentFactory(person=person, owner_agency=world["probation"], compartment="core")
    sergeant = actor_of(Role.SUPERVISOR)

    assert both(sergeant) == set()
    AudienceFactory(document=document, agency=world["police"])
    assert both(sergeant) == {document.pk}


@pytest.mark.parametrize("compartment", ["operations", "intelligence", "victim", "youth"])
def test_naming_a_partner_opens_no_closed_compartment(
    actor_of: ActorOf, world: dict[str, Any], polices: dict[str, Any], compartment: str
) -> None:
    AudienceFactory(document=polices[compartment], agency=world["probation"])

    assert both(actor_of(Role.PARTNER_MANAGER)) == set()


def test_youth_justice_reads_a_childs_documents_that_name_it(
    actor_of: ActorOf, world: dict[str, Any], person: Any, polices: dict[str, Any]
) -> None:
    world["yjs"] = AgencyFactory(code="yjs", kind="youth_justice", agreement=True)
    AgencyAccessFactory(person=person, agency=world["yjs"])
    worker = actor_of(Role.PARTNER_PRACTITIONER, agency="yjs")

    assert both(worker) == set()
    AudienceFactory(document=polices["youth"], agency=world["yjs"])
    assert both(worker) == {polices["youth"].pk}


def test_a_lapsed_agreement_closes_a_partners_own_documents_too(
    actor_of: ActorOf, world: dict[str, Any], person: Any
) -> None:
    AgencyAccessFactory(person=person, agency=world["lapsed"])
    DocumentFactory(person=person, owner_agency=world["lapsed"])

    assert both(actor_of(Role.PARTNER_PRACTITIONER, agency="lapsed")) == set()


def refuses(actor: Actor, act: Callable[[], object]) -> bool:
    try:
        with as_actor(actor), transaction.atomic():
            act()
    except DatabaseError as error:
        if "row-level security" not in str(error):
            raise
        return True
    return False


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.PARTNER_PRACTITIONER])
def test_the_database_lets_nobody_write_in_another_agencys_name(
    actor_of: ActorOf, world: dict[str, Any], person: Any, role: Role
) -> None:
    writer = actor_of(role)
    made = DocumentFactory.build(person=person, owner_agency=world["drugs"], person_id=person.pk)
    made.person_id, made.owner_agency_id = person.pk, world["drugs"].pk

    assert refuses(writer, lambda: made.save(force_insert=True))
    made.owner_agency_id = writer.agency_id
    assert not refuses(writer, lambda: made.save(force_insert=True))


def test_the_database_lets_nobody_name_their_agency_on_anothers_document(
    actor_of: ActorOf, world: dict[str, Any], person: Any
) -> None:
    theirs = DocumentFactory(person=person, owner_agency=world["police"])
    own = DocumentFactory(person=person, owner_agency=world["probation"])
    partner = actor_of(Role.PARTNER_PRACTITIONER)

    def line(document: Any, owner: Any, agency: Any) -> Any:
        return DocumentAudience(
            document_id=document.pk, person=person, agency=agency, owner_agency=owner, added_at=NOON
        )

    for owner, agency in product(("police", "probation"), ("probation", "drugs")):
        if owner != agency:
            made = line(theirs, world[owner], world[agency])
            assert refuses(partner, lambda made=made: made.save(force_insert=True)), (owner, agency)
    assert not refuses(partner, line(own, world["probation"], world["drugs"]).save)
    other = PersonFactory(home_unit=world["north"])
    moved = line(own, world["probation"], world["police"])
    moved.person = other
    assert refuses(partner, lambda: moved.save(force_insert=True))


@pytest.mark.parametrize("role", list(Role))
def test_only_roles_that_handle_records_see_documents_at_all(role: Role) -> None:
    handles = may(role, Power.HANDLE_DOCUMENTS)

    assert may(role, Power.SEE_DOCUMENTS) == (handles or role == Role.AUDITOR)
    assert may(role, Power.OPEN_DOCUMENTS) == handles
    assert not (handles and role in {Role.ANALYST, Role.AUDITOR, Role.ADMINISTRATOR})


def test_the_store_is_counted_by_agency_and_names_nobody(
    actor_of: ActorOf, world: dict[str, Any], person: Any
) -> None:
    DocumentFactory(person=person, owner_agency=world["police"], size=700)
    DocumentFactory(person__home_unit=world["south"], owner_agency=world["police"], size=300)

    def of(actor: Actor, sql: str) -> Any:
        with as_actor(actor), connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()

    room = "SELECT agency_id, documents, bytes FROM authz.document_room()"
    assert of(actor_of(Role.ADMINISTRATOR), room) == [(world["police"].pk, 2, 1000)]
    assert of(actor_of(Role.SUPERVISOR), room) == []
    assert of(actor_of(Role.SUPERVISOR), f"SELECT * FROM authz.document_bytes({person.pk})") == [(1000, 700)]
    assert of(actor_of(Role.PARTNER_MANAGER), f"SELECT * FROM authz.document_bytes({person.pk})") == [(0, 0)]
    with as_owner():
        assert Document.objects.count() == 2
