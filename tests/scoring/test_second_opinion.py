"""Statistical second opinions: the methods of scoring.md 2.8, and that they raise nothing."""

import math
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from iom.access.actor import SYSTEM
from iom.access.scope import as_owner, as_service
from scoring.models import ThreatAlert
from scoring.rules.second_opinion import (
    cusum_stands_out,
    ewma_stands_out,
    expected_crimes,
    poisson_stands_out,
    poisson_tail,
    wheeler_z,
)
from scoring.selectors.second_opinion import second_opinions
from scoring.services import runs
from tests.factories import PersonFactory
from tests.scoring.factories import AT_NIGHT, TODAY, EventFactory, model_in_use

DAY = timedelta(days=1)
QUIET_YEAR = [0.0, 10.0] * 26  # mean 5, standard deviation 5.049


@pytest.mark.parametrize(
    ("count", "mean", "tail"),
    [
        (0, 0.5, 1.0),
        (1, 0.5, 0.3934693403),
        (3, 0.5, 0.0143876780),
        (5, 1.0, 0.0036598468),
        (6, 0.5, 0.0000141649),
        (10, 20.0, 0.9950045877),
    ],
)
def test_the_poisson_tail_has_its_known_values(count: int, mean: float, tail: float) -> None:
    assert poisson_tail(count, mean) == pytest.approx(tail, abs=5e-10)


@given(count=st.integers(1, 60), mean=st.floats(0.03, 30))
def test_the_poisson_tail_is_what_the_head_leaves(count: int, mean: float) -> None:
    head = math.fsum(math.exp(-mean + k * math.log(mean) - math.lgamma(k + 1)) for k in range(count))

    assert poisson_tail(count, mean) == pytest.approx(1 - head, abs=1e-12)


def test_crimes_stand_out_from_three_on_and_when_rarer_than_one_in_a_thousand() -> None:
    assert expected_crimes(0) == pytest.approx(28 * 0.5 / 365)
    assert expected_crimes(13) == pytest.approx(1.035616, abs=1e-6)
    assert not poisson_stands_out(2, expected_crimes(0))  # rarer than that, but only two
    assert poisson_stands_out(3, expected_crimes(0))
    assert not poisson_stands_out(5, 1.0)  # 0.0037
    assert poisson_stands_out(6, 1.0)  # 0.0006


def test_wheelers_z_has_its_known_values() -> None:
    assert wheeler_z(9, 1.0) == 4.0
    assert wheeler_z(4, 4.0) == 0.0
    assert wheeler_z(0, 1.0) == -2.0


def test_ewma_follows_a_build_up_and_not_one_ordinary_week() -> None:
    # The limit is 5 + 3 * 5.049 * 0.420 = 11.36.
    assert ewma_stands_out([*QUIET_YEAR, 10, 10, 10, 10]) is False
    assert ewma_stands_out([*QUIET_YEAR, 15, 15, 15, 15]) is True
    assert ewma_stands_out([0.0] * 52 + [90.0] * 4) is None  # no year to compare with


def test_cusum_adds_up_what_goes_beyond_the_ordinary() -> None:
    # Each week counts beyond 5 + 2.52; four standard deviations are 20.20.
    assert cusum_stands_out([*QUIET_YEAR, 12, 12, 12, 12]) is False
    assert cusum_stands_out([*QUIET_YEAR, 13, 13, 13, 13]) is True
    assert cusum_stands_out([*QUIET_YEAR, 28, 0, 0, 0]) is False
    assert cusum_stands_out([]) is None


def alert_of(person: Any, model: Any) -> ThreatAlert:
    with as_owner():
        return ThreatAlert.objects.create(
            person=person, model_code=model.code, score_model=model, unit=person.home_unit, opened_on=TODAY,
            last_fired_on=TODAY, score=600, baseline=0, jump=600, fired=["ABSOLUTE"], event_ids=[],
        )  # fmt: skip


@pytest.mark.django_db
def test_a_crime_counts_once_by_its_latest_outcome_and_only_if_it_was_known_that_night() -> None:
    model, person = model_in_use(), PersonFactory()
    recent = {"person": person, "occurred_on": TODAY - 5 * DAY}
    EventFactory(**recent, occurrence_ref="A/1", status="suspect")
    EventFactory(**recent, occurrence_ref="A/1", status="charged", status_on=TODAY - DAY)
    EventFactory(**recent, occurrence_ref="A/2", status="suspect")
    EventFactory(**recent, occurrence_ref="A/2", status="no_crime", status_on=TODAY - DAY)
    EventFactory(**recent, role="victim")
    EventFactory(**recent, recorded_at=AT_NIGHT + DAY)
    EventFactory(person=person, occurred_on=TODAY - 27 * DAY)
    EventFactory(person=person, occurred_on=TODAY - 28 * DAY)
    EventFactory(person=person, occurred_on=TODAY - 392 * DAY)
    EventFactory(person=person, occurred_on=TODAY - 393 * DAY)

    with as_service():
        (found,) = second_opinions(SYSTEM, [alert_of(person, model)]).values()

    assert found.crimes == 2
    assert found.expected == pytest.approx(expected_crimes(2))
    assert dict(found.methods)["Poisson"] is False


@pytest.mark.django_db
def test_a_page_of_alerts_takes_two_queries() -> None:
    model = model_in_use()
    alerts = [alert_of(PersonFactory(), model) for _ in range(12)]
    for alert in alerts:
        EventFactory.create_batch(3, person_id=alert.person_id, person=None)

    with as_service(), CaptureQueriesContext(connection) as captured:
        found = second_opinions(SYSTEM, alerts)

    assert len(captured) == 2
    assert {one.crimes for one in found.values()} == {3}
    assert {one.poisson for one in found.values()} == {True}
    with as_service():
        assert second_opinions(SYSTEM, []) == {}


@pytest.mark.django_db
def test_what_stands_out_by_every_method_but_not_by_the_rule_raises_no_alert() -> None:
    model_in_use()
    person = PersonFactory()
    EventFactory.create_batch(4, person=person, category="criminal_damage", status="charged")  # 64 + 50

    runs.recompute(TODAY, at=AT_NIGHT)

    with as_owner():
        assert not ThreatAlert.objects.exists()
