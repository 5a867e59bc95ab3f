"""Which nights are owed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iom.jobs import rules


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 6, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "night"),
    [
        pytest.param(at(10, 0, 59), date(2026, 6, 9), id="01:59 in London"),
        pytest.param(at(10, 1, 0), date(2026, 6, 10), id="02:00 in London"),
        pytest.param(at(9, 23, 30), date(2026, 6, 9), id="half past midnight in London"),
        pytest.param(datetime(2026, 12, 10, 2, 0, tzinfo=UTC), date(2026, 12, 10), id="winter"),
    ],
)
def test_a_night_begins_at_two_in_london(moment: datetime, night: date) -> None:
    assert rules.night_due(moment) == night


def test_the_first_run_ever_owes_one_night() -> None:
    assert rules.nights_owed(None, at(10, 3)) == [date(2026, 6, 10)]


def test_missed_nights_are_owed_oldest_first() -> None:
    assert rules.nights_owed(date(2026, 6, 7), at(10, 3)) == [
        date(2026, 6, 8),
        date(2026, 6, 9),
        date(2026, 6, 10),
    ]


def test_nothing_is_owed_twice() -> None:
    assert rules.nights_owed(date(2026, 6, 10), at(10, 3)) == []
    assert rules.nights_owed(date(2026, 6, 12), at(10, 3)) == []


def test_after_a_long_silence_the_latest_fourteen_nights_are_owed() -> None:
    nights = rules.nights_owed(date(2026, 1, 1), at(30, 3))

    assert (nights[0], nights[-1], len(nights)) == (date(2026, 6, 17), date(2026, 6, 30), 14)


@given(st.integers(0, 60), st.integers(0, 23))
def test_the_nights_owed_are_consecutive_and_end_with_the_one_due(missed: int, hour: int) -> None:
    moment = at(30, hour)
    due = rules.night_due(moment)

    nights = rules.nights_owed(due - timedelta(days=missed), moment)

    assert len(nights) == min(missed, 14)
    assert nights == [due - timedelta(days=i) for i in reversed(range(len(nights)))]


def test_workers_are_silent_after_three_minutes() -> None:
    assert rules.is_silent(None, at(10, 3))
    assert not rules.is_silent(at(10, 3, 0), at(10, 3, 3))
    assert rules.is_silent(at(10, 3, 0), at(10, 3, 4))
