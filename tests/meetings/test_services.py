"""Recording meetings and their decisions: allowed, refused, recorded (MTG-1..4)."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from iom.access.actor import Actor
from iom.access.scope import as_actor, as_owner
from iom.accounts.rules import Role
from iom.audit.models import Act
from iom.kernel.errors import Forbidden, Invalid, NotFound, Refused
from meetings.models import Attendance, Meeting, MeetingCase
from meetings.services import decide_case, read_disclosure, record_meeting
from tests.factories import PersonFactory
from tests.meetings.factories import NOON, AttendanceFactory, MeetingCaseFactory, MeetingFactory

pytestmark = pytest.mark.django_db
ActorOf = Callable[..., Actor]
DAY = date(2026, 6, 30)


def hold(actor: Actor, unit_id: int, attendance: dict[int, str]) -> Meeting:
    with as_actor(actor):
        return record_meeting(
            kind="selection_board", unit_id=unit_id, held_on=DAY, chair=" Insp. Lee ", place="Mill Street",
            attendance=attendance, by=actor, at=NOON,
        )  # fmt: skip


def decide(actor: Actor, meeting: Meeting, person: Any, **more: Any) -> MeetingCase:
    given = {"section": "nominations", "decision": "Selected", "rationale": "High risk"} | more
    with as_actor(actor):
        return decide_case(meeting.pk, nominal_ref=person.nominal_ref, by=actor, on=DAY, at=NOON, **given)


def test_a_meeting_is_recorded_with_who_came_and_who_sent_apologies(
    world: dict[str, Any], actor_of: ActorOf
) -> None:
    actor = actor_of(Role.SUPERVISOR)

    meeting = hold(
        actor, world["north"].pk, {world["probation"].pk: "present", world["drugs"].pk: "apologies"}
    )

    assert (meeting.chair, meeting.recorded_by_id, meeting.disclosure_read) == (
        "Insp. Lee",
        actor.user_id,
        False,
    )
    with as_owner():
        came = dict(Attendance.objects.filter(meeting=meeting).values_list("agency__code", "presence"))
        assert came == {"probation": "present", "drugs": "apologies"}
        assert Act.objects.filter(action="meetings.meeting.recorded", user_id=actor.user_id).count() == 1


def test_the_same_meeting_is_recorded_once(world: dict[str, Any], actor_of: ActorOf) -> None:
    actor, came = actor_of(Role.SUPERVISOR), {world["probation"].pk: "present"}
    hold(actor, world["north"].pk, came)

    with pytest.raises(Refused, match="already recorded"):
        hold(actor, world["north"].pk, came)
    with as_owner():
        assert Attendance.objects.count() == 1


@pytest.mark.parametrize(
    "role",
    [
        Role.OFFENDER_MANAGER,
        Role.SUPPORT,
        Role.ANALYST,
        Role.PARTNER_MANAGER,
        Role.AUDITOR,
        Role.ADMINISTRATOR,
    ],
)
def test_only_supervision_records_meetings(world: dict[str, Any], actor_of: ActorOf, role: Role) -> None:
    with pytest.raises(Forbidden):
        hold(actor_of(role), world["north"].pk, {world["probation"].pk: "present"})


def test_supervision_records_its_own_districts_meetings_and_somebody_was_there(
    world: dict[str, Any], actor_of: ActorOf
) -> None:
    with pytest.raises(Forbidden):
        hold(actor_of(Role.SUPERVISOR), world["south"].pk, {world["probation"].pk: "present"})
    with pytest.raises(Invalid):
        hold(actor_of(Role.SUPERVISOR), world["north"].pk, {world["probation"].pk: "apologies"})


def test_a_decision_is_recorded_with_its_rationale_against_the_person(
    world: dict[str, Any], actor_of: ActorOf
) -> None:
    actor, person = actor_of(Role.SUPERVISOR), PersonFactory(home_unit=world["north"])

    case = decide(actor, MeetingFactory(unit=world["north"]), person)

    assert (case.person_id, case.decision, case.recorded_by_id) == (person.pk, "Selected", actor.user_id)
    with as_owner():
        act = Act.objects.get(action="meetings.case.decided")
    assert (act.subjects, act.reason) == ([person.pk], "High risk")


def test_no_case_opens_before_the_disclosure_statement_was_read(
    world: dict[str, Any], actor_of: ActorOf
) -> None:
    actor, person = actor_of(Role.SUPERVISOR), PersonFactory(home_unit=world["north"])
    meeting = MeetingFactory(unit=world["north"], disclosure_read=False)

    with pytest.raises(Refused, match="disclosure"):
        decide(actor, meeting, person)
    with as_actor(actor):
        read_disclosure(meeting.pk, by=actor)
    assert decide(actor, meeting, person).pk

    with pytest.raises(Refused), as_actor(actor):
        read_disclosure(meeting.pk, by=actor)


def test_a_meeting_to_come_decides_nothing(world: dict[str, Any], actor_of: ActorOf) -> None:
    meeting = MeetingFactory(unit=world["north"], held_on=DAY + timedelta(days=1))

    with pytest.raises(Refused, match="not been held"):
        decide(actor_of(Role.SUPERVISOR), meeting, PersonFactory(home_unit=world["north"]))


@pytest.mark.parametrize("field", ["decision", "rationale"])
def test_a_decision_needs_its_words(world: dict[str, Any], actor_of: ActorOf, field: str) -> None:
    with pytest.raises(Invalid) as invalid:
        decide(
            actor_of(Role.SUPERVISOR),
            MeetingFactory(unit=world["north"]),
            PersonFactory(home_unit=world["north"]),
            **{field: "  "},
        )
    assert set(invalid.value.fields) == {field}


def test_a_person_is_decided_about_once_in_a_section_and_again_in_another(
    world: dict[str, Any], actor_of: ActorOf
) -> None:
    actor, meeting = actor_of(Role.SUPERVISOR), MeetingFactory(unit=world["north"])
    person = MeetingCaseFactory(meeting=meeting, person__home_unit=world["north"]).person

    with pytest.raises(Refused):
        decide(actor, meeting, person)
    assert decide(actor, meeting, person, section="releases").section == "releases"


def test_nobody_decides_about_a_person_or_in_a_meeting_they_may_not_see(
    world: dict[str, Any], actor_of: ActorOf
) -> None:
    actor = actor_of(Role.SUPERVISOR)
    here, elsewhere = PersonFactory(home_unit=world["north"]), PersonFactory(home_unit=world["south"])

    with pytest.raises(NotFound):
        decide(actor, MeetingFactory(unit=world["north"]), elsewhere)
    with pytest.raises(NotFound):
        decide(actor, MeetingFactory(unit=world["south"]), here)
    shared = MeetingFactory(unit=world["south"], kind="referral_panel")
    MeetingCaseFactory(meeting=shared, person=here)
    with pytest.raises(Forbidden):
        decide(actor, shared, here, section="releases")


def test_a_partner_that_came_does_not_decide(world: dict[str, Any], actor_of: ActorOf) -> None:
    meeting = AttendanceFactory(agency=world["probation"]).meeting

    with pytest.raises(Forbidden):
        decide(actor_of(Role.PARTNER_MANAGER), meeting, PersonFactory(home_unit=world["north"]))
