"""The next review of the emerging-threat tab is chased, each message exactly once (CMP-1, CMP-7)."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cohorts.models import TabReminder
from cohorts.rules.reminders import reminders
from cohorts.services.tab_chasing import chase_reviews
from cohorts.tasks import CHASING
from iom.access.actor import Actor
from iom.access.scope import as_owner, as_service
from iom.accounts.rules import Role
from iom.jobs.services import run_now
from iom.notifications.models import Notification
from iom.working_days.selectors import calendar
from scoring.models import ThreatAlert, ThreatReview
from tests.cohorts.factories import moment
from tests.factories import PersonFactory
from tests.scoring.factories import model_in_use

pytestmark = pytest.mark.django_db
OPENED = date(2026, 6, 1)  # a Monday
DUE = date(2026, 6, 6)  # without any review: the sixth day, a Saturday


@pytest.fixture
def model(db: None) -> Any:
    return model_in_use()


def entry(world: dict[str, Any], model: Any, opened_on: date = OPENED, unit: str = "north") -> ThreatAlert:
    with as_owner():
        return ThreatAlert.objects.create(
            person=PersonFactory(home_unit=world[unit]), model_code="ROR", score_model=model, unit=world[unit],
            opened_on=opened_on, last_fired_on=opened_on, score=600, baseline=200, jump=400, fired=["ABSOLUTE"],
            event_ids=[],
        )  # fmt: skip


def reviewed(alert: ThreatAlert, on: date, by: Actor, *, took_off: bool = False) -> None:
    with as_owner():
        ThreatReview.objects.create(
            alert=alert, person_id=alert.person_id, reviewed_on=on, reviewed_at=moment(on), by_id=by.user_id,
            outcome="discuss", rationale="Talk", took_off=took_off,
        )  # fmt: skip
        if took_off:
            ThreatAlert.objects.filter(pk=alert.pk).update(
                status="closed",
                closed_at=moment(on),
                closed_by=by.user_id,
                outcome="discuss",
                rationale="Talk",
            )


def round_on(day: date) -> list[tuple[str, int, bool]]:
    with as_service():
        return [
            (m.due_on.isoformat(), m.offset, m.escalated) for m in chase_reviews(on=day, at=moment(day, 6))
        ]


def messages_to(who: Actor) -> list[str]:
    with as_owner():
        rows = Notification.objects.filter(user=who.user_id).order_by("id")
        return [row.subject for row in rows]


def test_the_next_review_is_chased_on_its_days_and_escalated(
    world: dict[str, Any], model: Any, sergeant: Actor, inspector: Actor
) -> None:
    entry(world, model)

    sent = {}
    for n in range(12):
        day = OPENED + timedelta(n)
        if found := round_on(day):
            sent[day.isoformat()] = found

    due = DUE.isoformat()
    assert sent == {
        "2026-06-03": [(due, -3, False)],
        "2026-06-05": [(due, -1, False)],
        "2026-06-06": [(due, 0, False)],
        "2026-06-08": [(due, 1, False), (due, 1, True)],
        "2026-06-10": [(due, 3, False)],
        "2026-06-12": [(due, 5, False)],
    }
    assert messages_to(sergeant)[:3] == [
        "Review the emerging-threat tab: 3 working days left",
        "Review the emerging-threat tab: 1 working day left",
        "Review the emerging-threat tab: due today",
    ]
    assert messages_to(inspector) == ["Escalated: Review the emerging-threat tab: 1 working day overdue"]


def test_people_who_are_due_on_one_day_are_one_message_of_their_district(
    world: dict[str, Any], model: Any, sergeant: Actor, actor_of: Any
) -> None:
    south = actor_of(Role.SUPERVISOR, unit="south")
    entry(world, model)
    entry(world, model)
    entry(world, model, unit="south")

    round_on(DUE)

    with as_owner():
        told = Notification.objects.get(user=sergeant.user_id)
        assert "North: the next review of 2 people is due by 6 June 2026." in told.body
        assert (told.url, told.due_on, told.person_id) == ("/emerging/north/", DUE, None)
        assert "South: the next review of 1 person" in Notification.objects.get(user=south.user_id).body


def test_a_review_moves_the_day_that_is_chased_and_leaving_the_tab_ends_it(
    world: dict[str, Any], model: Any, sergeant: Actor
) -> None:
    alert = entry(world, model)
    reviewed(alert, date(2026, 6, 2), sergeant)
    reviewed(alert, date(2026, 6, 5), sergeant)

    assert round_on(DUE) == [("2026-06-09", -1, False)] or round_on(date(2026, 6, 9)) != []
    reviewed(alert, date(2026, 6, 9), sergeant, took_off=True)
    assert round_on(date(2026, 6, 30)) == []


def test_two_rounds_on_one_day_send_one_message_also_to_a_new_supervisor(
    world: dict[str, Any], model: Any, sergeant: Actor, actor_of: Any
) -> None:
    entry(world, model)
    round_on(DUE)
    newcomer = actor_of(Role.SUPERVISOR)

    assert round_on(DUE) == []
    assert len(messages_to(sergeant)) == 1
    assert messages_to(newcomer) == []


def test_what_missed_nights_left_out_is_sent_late_once_and_as_one(
    world: dict[str, Any], model: Any, sergeant: Actor
) -> None:
    entry(world, model)

    assert round_on(date(2026, 6, 9)) == [(DUE.isoformat(), 1, False), (DUE.isoformat(), 1, True)]

    assert messages_to(sergeant) == ["Review the emerging-threat tab: 1 working day overdue"]
    with as_owner():
        assert list(TabReminder.objects.values_list("offset", flat=True)) == [-3, -1, 0, 1]


def test_nothing_is_owed_for_a_day_before_the_entry_waited(
    world: dict[str, Any], model: Any, sergeant: Actor
) -> None:
    alert = entry(world, model, opened_on=date(2026, 6, 5))  # due on Wednesday 10 June
    reviewed(alert, date(2026, 6, 8), sergeant)  # the second by 11 June, three working days before is 8 June

    assert round_on(date(2026, 6, 8)) == []
    assert round_on(date(2026, 6, 10)) == [("2026-06-11", -1, False)]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rounds=st.lists(st.integers(0, 25), min_size=1, max_size=10))
def test_whatever_the_rounds_every_offset_is_written_once(
    world: dict[str, Any], model: Any, rounds: list[int]
) -> None:
    with as_owner():
        TabReminder.objects.all().delete()
        ThreatAlert.objects.all().delete()
    entry(world, model)

    days = [OPENED + timedelta(n) for n in rounds]
    for day in days:
        round_on(day)

    owed = [r.offset for r in reminders(DUE, until=max(days), calendar=_calendar())]
    with as_owner():
        assert sorted(TabReminder.objects.values_list("offset", flat=True)) == owed


def _calendar() -> Any:
    with as_service():
        return calendar()


def test_the_nightly_job_chases_reviews(world: dict[str, Any], model: Any, sergeant: Actor) -> None:
    entry(world, model, opened_on=date.today() - timedelta(30))

    with as_service():
        run_now(CHASING.name, date.today())
        run_now(CHASING.name, date.today())

    assert len(messages_to(sergeant)) == 1
