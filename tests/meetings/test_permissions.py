"""Who sees which meeting and whom of its cases, through both layers (MTG-3, SHR-2)."""

from collections.abc import Callable
from typing import Any

import pytest

from iom.access.actor import Actor
from iom.access.scope import as_actor
from iom.accounts.rules import Role
from meetings.models import Meeting, MeetingCase
from meetings.permissions import attendance_visible_to, cases_visible_to, visible_to
from tests.factories import AgencyAccessFactory, PersonFactory
from tests.meetings.factories import AttendanceFactory, MeetingCaseFactory, MeetingFactory

pytestmark = pytest.mark.django_db
ActorOf = Callable[..., Actor]
Ids = set[int]


def seen_meetings(actor: Actor) -> tuple[Ids, Ids]:
    with as_actor(actor):
        return set(visible_to(actor).values_list("pk", flat=True)), set(
            Meeting.objects.values_list("pk", flat=True)
        )


def seen_cases(actor: Actor) -> tuple[Ids, Ids]:
    with as_actor(actor):
        database = set(MeetingCase.objects.values_list("pk", flat=True))
        return set(cases_visible_to(actor).values_list("pk", flat=True)), database


def test_police_see_their_districts_meetings_and_the_whole_forces_roles_all(
    world: dict[str, Any], actor_of: ActorOf
) -> None:
    north, south = MeetingFactory(unit=world["north"]).pk, MeetingFactory(unit=world["south"]).pk

    assert seen_meetings(actor_of(Role.OFFENDER_MANAGER)) == ({north}, {north})
    assert seen_meetings(actor_of(Role.SUPERVISOR, unit="south")) == ({south}, {south})
    assert seen_meetings(actor_of(Role.CENTRAL_SPOC)) == ({north, south}, {north, south})


def test_a_decision_follows_the_person_to_the_district_that_has_them_now(
    world: dict[str, Any], actor_of: ActorOf
) -> None:
    board = MeetingFactory(unit=world["south"])
    moved = MeetingCaseFactory(meeting=board, person=PersonFactory(home_unit=world["north"]))
    stayed = MeetingCaseFactory(meeting=board, person=PersonFactory(home_unit=world["south"]))

    manager = actor_of(Role.OFFENDER_MANAGER)
    assert seen_meetings(manager) == ({board.pk}, {board.pk})
    assert seen_cases(manager) == ({moved.pk}, {moved.pk})
    assert seen_cases(actor_of(Role.OFFENDER_MANAGER, unit="south")) == ({stayed.pk}, {stayed.pk})


def test_a_partner_sees_the_meetings_it_came_to_and_of_the_cases_its_own_people(
    world: dict[str, Any], actor_of: ActorOf
) -> None:
    came, absent, sorry = (MeetingFactory(unit=world["north"], kind=kind) for kind in (
        "selection_board", "referral_panel", "operational_group"))  # fmt: skip
    AttendanceFactory(meeting=came, agency=world["probation"])
    AttendanceFactory(meeting=came, agency=world["drugs"])
    AttendanceFactory(meeting=sorry, agency=world["probation"], presence="apologies")
    shared, not_shared = PersonFactory(home_unit=world["north"]), PersonFactory(home_unit=world["north"])
    AgencyAccessFactory(person=shared, agency=world["probation"])
    visible = MeetingCaseFactory(meeting=came, person=shared)
    MeetingCaseFactory(meeting=came, person=not_shared)
    MeetingCaseFactory(meeting=absent, person=shared)
    MeetingCaseFactory(meeting=sorry, person=shared)

    partner = actor_of(Role.PARTNER_PRACTITIONER)
    assert seen_meetings(partner) == ({came.pk}, {came.pk})
    assert seen_cases(partner) == ({visible.pk}, {visible.pk})
    with as_actor(partner):
        assert [row.agency_id for row in attendance_visible_to(partner)] == [world["probation"].pk]
    assert seen_cases(actor_of(Role.PARTNER_PRACTITIONER, agency="drugs")) == (set(), set())


def test_a_partner_whose_agreement_lapsed_sees_no_meeting_it_came_to(
    world: dict[str, Any], actor_of: ActorOf
) -> None:
    meeting = AttendanceFactory(agency=world["lapsed"]).meeting
    person = PersonFactory(home_unit=world["north"])
    AgencyAccessFactory(person=person, agency=world["lapsed"])
    MeetingCaseFactory(meeting=meeting, person=person)

    actor = actor_of(Role.PARTNER_MANAGER, agency="lapsed")
    assert seen_meetings(actor) == seen_cases(actor) == (set(), set())
