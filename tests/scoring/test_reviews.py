"""Reviewing the emerging-threat tab: who, with what, how often (SCO-5, CMP-1)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from iom.access.actor import Actor
from iom.access.scope import as_actor, as_owner
from iom.accounts.rules import Power, Role, may
from iom.audit.models import Act
from iom.kernel.errors import Forbidden, Invalid, NotFound, Refused
from iom.working_days.review_windows import Verdict
from scoring.models import ThreatAlert
from scoring.selectors.tab import tab
from scoring.services.reviews import review_alert
from tests.factories import PersonFactory
from tests.scoring.factories import model_in_use
from tests.today import alert as open_alert

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 6, 1)
GIVEN = {"outcome": "discuss", "rationale": "Rising fast."}


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 11, tzinfo=UTC)


@pytest.fixture
def sergeant(actor_of: Callable[..., Actor]) -> Actor:
    return actor_of(Role.SUPERVISOR)


@pytest.fixture
def alert(world: dict[str, Any]) -> ThreatAlert:
    """On North's tab since Monday 1 June 2026."""
    made = open_alert(PersonFactory(home_unit=world["north"]), model_in_use(), world["north"])
    with as_owner():
        ThreatAlert.objects.filter(pk=made.pk).update(opened_on=MONDAY, last_fired_on=MONDAY)
    return made


def review(alert: ThreatAlert, by: Actor, day: date, **changes: Any) -> Any:
    with as_actor(by):
        return review_alert(alert.pk, by=by, at=noon(day), **{**GIVEN, **changes})


def entry(world: dict[str, Any], by: Actor, on: date) -> Any:
    with as_actor(by):
        return tab(by, world["north"], on=on).entries[0]


def test_a_review_keeps_the_entry_on_the_tab_and_says_by_whom_and_why(
    world: dict[str, Any], alert: ThreatAlert, sergeant: Actor
) -> None:
    review(alert, sergeant, MONDAY, rationale="  Rising fast. ")

    one = entry(world, sergeant, MONDAY)
    assert [(r.by_id, r.outcome, r.rationale, r.reviewed_on) for r in one.reviews] == [
        (sergeant.user_id, "discuss", "Rising fast.", MONDAY)
    ]
    with as_owner():
        act = Act.objects.latest("id")
    assert (act.subjects, act.reason, act.user_id) == ([alert.person_id], "Rising fast.", sergeant.user_id)


def test_taken_off_it_is_gone_and_a_second_click_is_refused(
    world: dict[str, Any], alert: ThreatAlert, sergeant: Actor
) -> None:
    review(alert, sergeant, MONDAY, take_off=True)

    with as_actor(sergeant):
        assert tab(sergeant, world["north"], on=MONDAY).entries == ()
    with pytest.raises(Refused, match="already"):
        review(alert, sergeant, MONDAY, take_off=True)
    with pytest.raises(Refused, match="already"):
        review(alert, sergeant, MONDAY + timedelta(1))
    with as_owner():
        alert.refresh_from_db()
        assert (alert.status, alert.outcome, alert.closed_by_id) == ("closed", "discuss", sergeant.user_id)
        assert alert.reviews.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"rationale": "  "}, "rationale"), ({"outcome": "evil"}, "outcome"), ({"outcome": ""}, "outcome")],
)
def test_outcome_and_rationale_are_needed(
    alert: ThreatAlert, sergeant: Actor, changes: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as said:
        review(alert, sergeant, MONDAY, **changes)

    assert list(said.value.fields) == [field]
    with as_owner():
        assert alert.reviews.count() == 0


@pytest.mark.parametrize("role", [role for role in Role if not may(role, Power.REVIEW_THREATS)])
def test_without_the_power_nobody_reviews(
    alert: ThreatAlert, actor_of: Callable[..., Actor], role: Role
) -> None:
    with pytest.raises(Forbidden):
        review(alert, actor_of(role), MONDAY)


def test_another_districts_entry_is_not_there(alert: ThreatAlert, actor_of: Callable[..., Actor]) -> None:
    other = actor_of(Role.SUPERVISOR, unit="south")

    with pytest.raises(NotFound):
        review(alert, other, MONDAY)
    with as_actor(other), pytest.raises(NotFound):
        review_alert(10**12, by=other, at=noon(MONDAY), **GIVEN)


def test_without_any_review_the_first_is_due_on_the_sixth_day_and_then_it_is_overdue(
    world: dict[str, Any], alert: ThreatAlert, sergeant: Actor
) -> None:
    due = MONDAY + timedelta(5)

    assert entry(world, sergeant, MONDAY).next_due_on == due
    assert not entry(world, sergeant, due).overdue(due)
    assert entry(world, sergeant, due + timedelta(1)).overdue(due + timedelta(1))


def test_two_reviews_in_seven_days_keep_both_readings(
    world: dict[str, Any], alert: ThreatAlert, sergeant: Actor
) -> None:
    for day in (0, 3, 7, 10):
        review(alert, sergeant, MONDAY + timedelta(day))

    one = entry(world, sergeant, MONDAY + timedelta(12))

    assert (one.calendar, one.working) == (Verdict.KEPT, Verdict.KEPT)
    assert one.next_due_on == MONDAY + timedelta(14)


def test_twice_in_seven_working_days_but_not_in_seven_days_keeps_only_the_working_reading(
    world: dict[str, Any], alert: ThreatAlert, sergeant: Actor
) -> None:
    for day in (0, 7):
        review(alert, sergeant, MONDAY + timedelta(day))

    one = entry(world, sergeant, MONDAY + timedelta(9))

    assert (one.calendar, one.working) == (Verdict.FAILED, Verdict.KEPT)


def test_two_reviews_on_one_day_are_one_occasion(
    world: dict[str, Any], alert: ThreatAlert, sergeant: Actor
) -> None:
    review(alert, sergeant, MONDAY)
    once = entry(world, sergeant, MONDAY).next_due_on
    review(alert, sergeant, MONDAY)

    assert entry(world, sergeant, MONDAY).next_due_on == once
