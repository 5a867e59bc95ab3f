"""Who sees which record: the database alone and the selectors give the same, role by role (SHR-2)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.utils import timezone

from iom.access.actor import Actor
from iom.access.scope import as_actor, as_owner
from iom.accounts.rules import Role
from iom.records.kinds import KINDS
from iom.records.models import (
    AgencyNote,
    AgencyNoteAudience,
    IntelligenceItem,
    IntelligenceSource,
    VictimRecord,
)
from iom.records.permissions import may_write, visible_to
from tests.cohorts.factories import CaseFactory
from tests.records.conftest import Held
from tests.records.factories import NoteFactory

ActorOf = Callable[..., Actor]
# Whom the police's own table of readers gives what: of the person's own district, none of them manager of the case.
POLICE_ALL = {"exploitation", "intelligence", "tactics"}
SUPERVISION = POLICE_ALL | {"victims", "young-person"}
EXPECTED: list[tuple[str, Role, dict[str, str], set[str]]] = [
    ("manager of another case", Role.OFFENDER_MANAGER, {}, POLICE_ALL),
    ("manager of another district", Role.OFFENDER_MANAGER, {"unit": "south"}, set()),
    ("supervisor", Role.SUPERVISOR, {}, SUPERVISION),
    ("supervisor of another district", Role.SUPERVISOR, {"unit": "south"}, set()),
    ("inspector", Role.INSPECTOR, {}, SUPERVISION),
    ("central", Role.CENTRAL_SPOC, {}, SUPERVISION),
    ("support", Role.SUPPORT, {}, {"intelligence", "tactics"}),
    ("prison officer", Role.PRISON_OFFICER, {}, set()),
    ("analyst", Role.ANALYST, {}, {"tactics"}),
    ("auditor", Role.AUDITOR, {}, {"tactics"}),
    ("administrator", Role.ADMINISTRATOR, {}, set()),
    ("probation", Role.PARTNER_PRACTITIONER, {}, set()),
    ("owner of the note", Role.PARTNER_PRACTITIONER, {"agency": "drugs"}, {"notes"}),
    ("its manager", Role.PARTNER_MANAGER, {"agency": "drugs"}, {"notes"}),
    ("youth justice", Role.PARTNER_PRACTITIONER, {"agency": "youth"}, {"exploitation", "young-person"}),
    ("lapsed agreement", Role.PARTNER_PRACTITIONER, {"agency": "lapsed"}, set()),
]


def in_the_database(actor: Actor) -> set[str]:
    """The kinds of which the database alone gives the actor a row; no right at all counts as none."""
    found = set()
    with as_actor(actor):
        for code, kind in KINDS.items():
            try:
                with transaction.atomic():
                    if kind.model._default_manager.exists():
                        found.add(code)
            except ProgrammingError:
                continue
    return found


def by_selector(actor: Actor) -> set[str]:
    with as_actor(actor):
        return {code for code, kind in KINDS.items() if visible_to(actor, kind).exists()}


@pytest.mark.parametrize(("who", "role", "home", "kinds"), EXPECTED, ids=[row[0] for row in EXPECTED])
def test_each_role_sees_the_compartments_of_the_table_and_no_other(
    who: str, role: Role, home: dict[str, str], kinds: set[str], held: Held, actor_of: ActorOf
) -> None:
    actor = actor_of(role, **home)

    assert in_the_database(actor) == kinds
    assert by_selector(actor) == kinds


def test_the_manager_of_the_case_sees_victims_and_the_childs_record_until_the_case_ends(
    held: Held, actor_of: ActorOf
) -> None:
    manager = actor_of(Role.OFFENDER_MANAGER)
    case = CaseFactory(person=held.person, manager_id=manager.user_id)

    assert in_the_database(manager) == by_selector(manager) == SUPERVISION

    with as_owner():
        type(case).objects.filter(pk=case.pk).update(
            status="closed", deselected_on=case.selected_on, closed_on=case.selected_on
        )
    assert in_the_database(manager) == by_selector(manager) == POLICE_ALL


@pytest.mark.parametrize("role", [Role.PARTNER_PRACTITIONER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_no_partner_auditor_or_administrator_has_any_right_on_victims(
    role: Role, held: Held, actor_of: ActorOf
) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), as_actor(actor_of(role)):
        VictimRecord.objects.exists()


def test_what_an_item_says_in_full_no_partner_can_ask_for_even_when_it_is_disclosed(
    held: Held, world: dict[str, Any], actor_of: ActorOf
) -> None:
    partner = actor_of(Role.PARTNER_PRACTITIONER)
    disclosed_to_everybody(held.records["intelligence"].pk)

    with as_actor(partner):
        item = visible_to(partner, KINDS["intelligence"]).get()
    with pytest.raises(ProgrammingError, match="permission denied"), as_actor(partner):
        IntelligenceSource.objects.exists()

    assert item.sanitised == "May carry a blade"


def disclosed_to_everybody(pk: int) -> None:
    """As if the item were disclosed to every agency, until the test ends."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION authz.my_disclosed_intelligence() RETURNS bigint[] LANGUAGE sql STABLE"
            f" PARALLEL SAFE SET search_path = pg_catalog, public AS $$ SELECT ARRAY[{int(pk)}]::bigint[] $$"
        )


def test_a_disclosed_item_is_gone_when_it_is_ended_or_the_person_is_no_longer_shared(
    held: Held, actor_of: ActorOf
) -> None:
    partner, item = actor_of(Role.PARTNER_PRACTITIONER), held.records["intelligence"]
    elsewhere = actor_of(Role.PARTNER_PRACTITIONER, agency="lapsed")
    disclosed_to_everybody(item.pk)

    assert in_the_database(partner) == by_selector(partner) == {"intelligence"}
    assert in_the_database(elsewhere) == by_selector(elsewhere) == set()

    with as_owner():
        IntelligenceItem.objects.filter(pk=item.pk).update(ended_at=timezone.now(), end_reason="Wrong person")
    assert in_the_database(partner) == by_selector(partner) == set()


def test_a_note_reaches_the_agencies_it_names_while_they_see_the_person(
    held: Held, world: dict[str, Any], actor_of: ActorOf
) -> None:
    probation, police = actor_of(Role.PARTNER_PRACTITIONER), actor_of(Role.SUPERVISOR)
    NoteFactory(
        person=held.person,
        agency=world["drugs"],
        text="For both",
        addressed_to=[world["probation"], world["police"]],
    )

    for reader in (probation, police):
        with as_actor(reader):
            assert [note.text for note in AgencyNote.objects.all()] == ["For both"]
            assert [note.text for note in visible_to(reader, KINDS["notes"])] == ["For both"]

    with as_owner():
        held.person.agency_access.filter(agency=world["probation"]).update(ends_on=timezone.localdate())
        AgencyNoteAudience.objects.filter(agency=world["police"]).update(withdrawn_at=timezone.now())
    assert "notes" not in in_the_database(probation) | in_the_database(police)


def test_police_notes_are_the_polices_own(held: Held, world: dict[str, Any], actor_of: ActorOf) -> None:
    NoteFactory(person=held.person, agency=world["police"], text="Police only", kind="general")

    with as_actor(actor_of(Role.SUPPORT)):
        assert [note.text for note in AgencyNote.objects.all()] == ["Police only"]
    with as_actor(actor_of(Role.PARTNER_PRACTITIONER)):
        assert not AgencyNote.objects.exists()


def test_an_agency_cannot_write_a_note_as_another_or_address_anothers_note(
    held: Held, world: dict[str, Any], actor_of: ActorOf
) -> None:
    probation = actor_of(Role.PARTNER_PRACTITIONER)
    stamp = {"person_id": held.person.pk, "recorded_at": timezone.now(), "kind": "general", "text": "x"}
    given = {
        "note": held.records["notes"],
        "person_id": held.person.pk,
        "added_at": timezone.now(),
        "agency": world["probation"],
    }

    for owner in (world["drugs"], world["police"]):
        with pytest.raises(ProgrammingError, match="row-level security"), as_actor(probation):
            AgencyNote.objects.create(agency=owner, **stamp)
    for owner in (world["drugs"], world["youth"]):
        with pytest.raises(ProgrammingError, match="row-level security"), as_actor(probation):
            AgencyNoteAudience.objects.create(owner=owner, **given)


@pytest.mark.parametrize("code", list(KINDS))
def test_the_web_login_can_end_a_record_but_never_change_what_it_says(
    code: str, held: Held, actor_of: ActorOf
) -> None:
    model, pk = KINDS[code].model, held.records[code].pk
    role = {"notes": Role.PARTNER_PRACTITIONER}.get(code, Role.SUPERVISOR)
    actor = actor_of(role, **({"agency": "drugs"} if code == "notes" else {}))

    for change in ({"recorded_at": timezone.now() - timedelta(days=9)}, {"person_id": held.person.pk + 1}):
        with pytest.raises(ProgrammingError, match="permission denied"), as_actor(actor):
            model._default_manager.filter(pk=pk).update(**change)
    with as_actor(actor):
        ended = {"ended_at": timezone.now(), "end_reason": "No longer so"}
        assert model._default_manager.filter(pk=pk).update(**ended) == 1
    with pytest.raises(ProgrammingError, match="permission denied"), as_actor(actor):
        model._default_manager.filter(pk=pk).delete()


def test_only_who_reads_a_compartment_writes_into_it(actor_of: ActorOf) -> None:
    writes = {
        role: {code for code, kind in KINDS.items() if may_write(actor_of(role), kind)}
        for role in (
            Role.OFFENDER_MANAGER,
            Role.SUPPORT,
            Role.ANALYST,
            Role.AUDITOR,
            Role.PARTNER_PRACTITIONER,
        )
    }

    assert writes == {
        Role.OFFENDER_MANAGER: set(KINDS),
        Role.SUPPORT: {"notes"},
        Role.ANALYST: set(),
        Role.AUDITOR: set(),
        Role.PARTNER_PRACTITIONER: {"notes"},
    }
