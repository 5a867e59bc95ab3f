"""Reminders exactly once, whatever happens to the rounds; and holidays proclaimed later (CMP-6, CMP-7)."""

from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cohorts.models import Deadline, DeadlineMove, Reminder
from cohorts.rules.deadlines import State, state
from cohorts.rules.reminders import reminders
from cohorts.selectors.deadlines import DeadlineFilter, deadlines, in_state
from cohorts.services import chase
from cohorts.tasks import CHASING
from iom.access.actor import SYSTEM, Actor
from iom.access.scope import as_actor, as_owner, as_service
from iom.accounts.rules import Role
from iom.audit.models import Act
from iom.jobs.services import run_now
from iom.notifications.models import Notification
from iom.working_days.models import Holiday
from iom.working_days.selectors import calendar
from iom.working_days.services import add_holiday, set_day_0_counts
from tests.cohorts.factories import CaseFactory, DeadlineFactory, moment
from tests.factories import PersonFactory

DUE = date(2026, 6, 10)


@pytest.fixture
def deadline(world: dict[str, Any], person: Any, manager: Actor) -> Deadline:
    """The manager's clock (a), due on Wednesday 10 June 2026."""
    return DeadlineFactory(
        case=CaseFactory(person=person, manager_id=manager.user_id), owner_id=manager.user_id
    )


def round_on(day: date) -> list[tuple[int, bool]]:
    with as_service():
        return [(m.offset, m.escalated) for m in chase(on=day, at=moment(day, 6))]


def messages_to(who: Actor) -> list[str]:
    with as_owner():
        rows = Notification.objects.filter(user=who.user_id).order_by("id")
        return [row.subject for row in rows]


def test_a_deadline_is_chased_on_its_days_and_on_no_other(
    deadline: Deadline, inspector: Actor, manager: Actor
) -> None:
    sent = {}
    for n in range(20):
        day = date(2026, 6, 1) + timedelta(n)
        if messages := round_on(day):
            sent[day.isoformat()] = messages

    assert sent == {
        "2026-06-05": [(-3, False)],
        "2026-06-09": [(-1, False)],
        "2026-06-10": [(0, False)],
        "2026-06-11": [(1, False), (1, True)],
        "2026-06-15": [(3, False)],
        "2026-06-17": [(5, False)],
        "2026-06-19": [(7, False)],
    }
    assert messages_to(inspector) == ["Escalated: Hold the first engagement: 1 working day overdue"]
    assert messages_to(manager)[:3] == [
        "Hold the first engagement: 3 working days left",
        "Hold the first engagement: 1 working day left",
        "Hold the first engagement: due today",
    ]


def test_two_rounds_on_one_day_send_one_message(deadline: Deadline, manager: Actor) -> None:
    round_on(DUE)

    assert round_on(DUE) == []
    assert len(messages_to(manager)) == 1


def test_what_a_missed_night_left_out_is_sent_late_once_and_as_one(
    deadline: Deadline, manager: Actor, inspector: Actor
) -> None:
    assert round_on(date(2026, 6, 5)) == [(-3, False)]

    assert round_on(date(2026, 6, 12)) == [(1, False), (1, True)]

    assert messages_to(manager) == [
        "Hold the first engagement: 3 working days left",
        "Hold the first engagement: 1 working day overdue",
    ]
    assert round_on(date(2026, 6, 12)) == []
    with as_owner():
        assert list(Reminder.objects.values_list("offset", flat=True)) == [-3, -1, 0, 1]


def test_a_deadline_that_was_met_or_stopped_is_not_chased(deadline: Deadline) -> None:
    with as_owner():
        Deadline.objects.update(met_on=date(2026, 6, 4), met_at=moment(date(2026, 6, 4)))
    assert round_on(date(2026, 6, 12)) == []
    with as_owner():
        Deadline.objects.update(met_on=None, met_at=None, stopped_on=date(2026, 6, 4))
    assert round_on(date(2026, 6, 12)) == []


def test_after_an_extension_the_new_date_is_chased_from_the_start(deadline: Deadline) -> None:
    round_on(DUE)
    with as_owner():
        Deadline.objects.update(due_on=date(2026, 6, 17))

    assert round_on(date(2026, 6, 12)) == [(-3, False)]


def test_a_deadline_of_nobody_in_particular_goes_to_the_supervision_of_its_unit(
    world: dict[str, Any], person: Any, sergeant: Actor, actor_of: Callable[..., Actor]
) -> None:
    elsewhere = actor_of(Role.SUPERVISOR, unit="south")
    DeadlineFactory(case=CaseFactory(person=person), kind="endorsement", owner_role="supervision")

    round_on(DUE)

    assert messages_to(sergeant) == ["Have the plan and pathways identified and endorsed: due today"]
    assert messages_to(elsewhere) == []


def test_a_unit_without_an_inspector_escalates_to_the_central_point_of_contact(
    deadline: Deadline, actor_of: Callable[..., Actor]
) -> None:
    central = actor_of(Role.CENTRAL_SPOC)

    round_on(date(2026, 6, 11))

    assert messages_to(central) == ["Escalated: Hold the first engagement: 1 working day overdue"]


def test_no_message_about_a_day_before_the_clock_started(world: dict[str, Any], person: Any) -> None:
    DeadlineFactory(case=CaseFactory(person=person), started_on=date(2026, 6, 8))

    round_on(DUE)

    with as_owner():
        assert list(Reminder.objects.values_list("offset", flat=True)) == [-1, 0]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rounds=st.lists(st.integers(0, 30), min_size=1, max_size=12))
def test_whatever_the_rounds_every_offset_is_written_once_and_no_message_is_sent_twice(
    world: dict[str, Any], rounds: list[int]
) -> None:
    with as_owner():
        Notification.objects.all().delete()
        Reminder.objects.all().delete()
        Deadline.objects.all().delete()
    DeadlineFactory(case=CaseFactory(person=PersonFactory(home_unit=world["north"])))

    days = [date(2026, 6, 1) + timedelta(n) for n in rounds]
    for day in days:
        round_on(day)

    with as_owner():
        owed = [r.offset for r in reminders(DUE, until=max(days), calendar=calendar())]
        assert sorted(Reminder.objects.values_list("offset", flat=True)) == owed


def test_the_command_prints_what_it_sent(deadline: Deadline) -> None:
    out = StringIO()
    call_command("chase_deadlines", "--on", "2026-06-10", stdout=out)
    call_command("chase_deadlines", "--on", "2026-06-10", stdout=out)

    lines = out.getvalue().splitlines()
    assert lines[0] == (
        f"deadline {deadline.pk}, case {deadline.case_id}, engagement, due 2026-06-10: due today, to owner (1 people)"
    )
    assert lines[1] == "1 reminders to 1 people on 2026-06-10."
    assert lines[2] == "0 reminders to 0 people on 2026-06-10."


def test_the_nightly_job_chases(deadline: Deadline, manager: Actor) -> None:
    with as_service():
        run_now(CHASING.name, date.today())
        run_now(CHASING.name, date.today())

    assert len(messages_to(manager)) == 1


# A holiday proclaimed later (CMP-6)


def test_the_funeral_day_moves_open_deadlines_and_leaves_closed_ones(
    world: dict[str, Any], person: Any, manager: Actor
) -> None:
    funeral, at = date(2022, 9, 19), moment(date(2022, 9, 10))
    with as_owner():
        Holiday.objects.filter(date=funeral).delete()
        before = set_day_0_counts(False, by_id=None, reason="The list as it was on 9 September", at=at)
    case = CaseFactory(person=person, selected_on=date(2022, 9, 9))
    dates = {
        "started_on": date(2022, 9, 9),
        "first_due_on": date(2022, 9, 20),
        "calendar_version": str(before),
    }
    waiting = DeadlineFactory(case=case, **dates)
    met = DeadlineFactory(case=case, **dates, kind="plan", met_on=date(2022, 9, 10), met_at=at)

    with as_service():
        add_holiday(funeral, "State funeral", by_id=None, reason="Proclaimed", at=at)

    with as_owner():
        waiting.refresh_from_db()
        met.refresh_from_db()
        assert (waiting.due_on, met.due_on) == (date(2022, 9, 21), date(2022, 9, 20))


def test_a_proclaimed_holiday_moves_open_deadlines_forward_keeps_both_dates_and_tells_the_owner(
    deadline: Deadline, manager: Actor, actor_of: Callable[..., Actor]
) -> None:
    met = DeadlineFactory(
        case=deadline.case, kind="plan", met_on=date(2026, 6, 3), met_at=moment(date(2026, 6, 3))
    )
    spoc = actor_of(Role.CENTRAL_SPOC)
    with as_service():
        add_holiday(
            date(2026, 6, 8),
            "Day of thanks",
            by_id=spoc.user_id,
            reason="Proclaimed",
            at=moment(date(2026, 6, 2)),
        )
    with as_owner():
        deadline.refresh_from_db()
        met.refresh_from_db()
        move = DeadlineMove.objects.get()

        assert (deadline.first_due_on, deadline.due_on, deadline.extended) == (
            date(2026, 6, 11),
            date(2026, 6, 11),
            False,
        )
        assert deadline.calendar_version == calendar().version
        assert (move.cause, move.from_on, move.to_on) == ("holiday", DUE, date(2026, 6, 11))
        assert met.due_on == DUE
        assert Act.objects.filter(action="cohorts.deadline.moved").count() == 1
    assert messages_to(manager) == ["New date: Hold the first engagement"]


def test_an_extension_longer_than_the_holiday_stays_as_it_is(deadline: Deadline) -> None:
    with as_owner():
        Deadline.objects.update(due_on=date(2026, 6, 30))
    with as_service():
        add_holiday(
            date(2026, 6, 8), "Day of thanks", by_id=None, reason="Proclaimed", at=moment(date(2026, 6, 2))
        )

    with as_owner():
        deadline.refresh_from_db()
        assert (deadline.first_due_on, deadline.due_on) == (date(2026, 6, 11), date(2026, 6, 30))
        assert not DeadlineMove.objects.exists()


# The rule in SQL is the rule in Python


DAY = st.integers(0, 12).map(lambda n: date(2026, 6, 5) + timedelta(n))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(met=st.none() | DAY, stopped=st.none() | DAY, extra=st.integers(0, 3), on=DAY)
def test_states_in_sql_agree_with_the_python_rule(
    world: dict[str, Any], met: date | None, stopped: date | None, extra: int, on: date
) -> None:
    stopped = None if met else stopped
    with as_owner():
        Deadline.objects.all().delete()
    row = DeadlineFactory(
        case=CaseFactory(person=PersonFactory(home_unit=world["north"])),
        due_on=DUE + timedelta(extra),
        met_on=met,
        met_at=moment(met) if met else None,
        stopped_on=stopped,
    )

    said = state(row.dates, on)

    with as_owner():
        found = {s for s in State if Deadline.objects.filter(in_state(on, s)).exists()}
        assert found == {said}
        assert Deadline.objects.overdue(on).exists() == (said == State.OVERDUE)
        running = (State.OPEN, State.DUE_TODAY, State.OVERDUE)
        stopped_late = said == State.OVERDUE and stopped is not None and stopped <= on
        assert Deadline.objects.running(on).exists() == (said in running and not stopped_late)


def test_the_list_of_deadlines_narrows_by_state_and_stays_within_reach(
    world: dict[str, Any], deadline: Deadline, sergeant: Actor, actor_of: Callable[..., Actor], partner: Actor
) -> None:
    other = actor_of(Role.SUPERVISOR, unit="south")
    overdue = DeadlineFilter(states=(State.OVERDUE,))
    with as_actor(sergeant):
        assert list(deadlines(sergeant, date(2026, 6, 11), overdue)) == [deadline]
        assert not deadlines(sergeant, DUE, overdue).exists()
    for outsider in (other, partner):
        with as_actor(outsider):
            assert not deadlines(outsider, date(2026, 6, 11)).exists()
            assert not Deadline.objects.exists()
    with as_service():
        assert deadlines(SYSTEM, DUE).count() == 1
