"""The fast count of review windows says what the rule says (CMP-1)."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iom.working_days.review_windows import Reading, ReviewRule, Stay, Verdict, judge
from reports.compliance.windows import WindowCounter
from tests.working_days.calendars import shipped_calendar

ENGLAND_AND_WALES = shipped_calendar()
DAY_1 = date(2026, 3, 2)  # Easter and the May holidays lie ahead


def days(low: int, high: int) -> st.SearchStrategy[date]:
    return st.integers(low, high).map(lambda n: DAY_1 + timedelta(days=n))


@settings(max_examples=400, deadline=None)
@given(
    reading=st.sampled_from(Reading),
    first_on=days(0, 60),
    length=st.one_of(st.none(), st.integers(0, 60)),
    reviewed_on=st.lists(days(-5, 130), max_size=40),
    from_on=days(-40, 100),
    period=st.integers(0, 90),
    on=days(0, 130),
    rule=st.builds(lambda n, k: ReviewRule(n, min(n, k)), st.integers(1, 9), st.integers(1, 4)),
)
def test_counting_over_a_period_is_judging_up_to_its_end_less_judging_up_to_its_start(
    reading: Reading,
    first_on: date,
    length: int | None,
    reviewed_on: list[date],
    from_on: date,
    period: int,
    on: date,
    rule: ReviewRule,
) -> None:
    stay = Stay(first_on, None if length is None else first_on + timedelta(days=length))
    to_on = from_on + timedelta(days=period)

    counter = WindowCounter(reading, ENGLAND_AND_WALES, from_on=from_on, to_on=to_on, on=on, rule=rule)
    found = counter.count(stay, reviewed_on)

    as_of = min(on, to_on + timedelta(days=1))
    upto = judge(reading, stay, reviewed_on, on=as_of, calendar=ENGLAND_AND_WALES, rule=rule)
    before = judge(reading, stay, reviewed_on, on=min(as_of, from_on), calendar=ENGLAND_AND_WALES, rule=rule)
    assert found.windows == upto.windows - before.windows
    assert found.failed == len(upto.failed) - len(before.failed)


JUNE = {"from_on": date(2026, 6, 1), "to_on": date(2026, 6, 30), "on": date(2026, 7, 1)}


@pytest.mark.parametrize(
    ("reviews", "calendar_failed", "working_verdict"),
    [
        ([2, 5, 9, 12, 16, 19, 23, 26, 30], 0, Verdict.KEPT),
        ([3, 10, 17, 24], 24, Verdict.FAILED),
    ],
)
def test_twice_a_week_keeps_both_readings_and_once_a_week_fails_both(
    reviews: list[int], calendar_failed: int, working_verdict: Verdict
) -> None:
    stay, on = Stay(date(2026, 6, 1)), [date(2026, 6, day) for day in reviews]

    calendar = WindowCounter(Reading.CALENDAR, ENGLAND_AND_WALES, **JUNE).count(stay, on)
    working = WindowCounter(Reading.WORKING, ENGLAND_AND_WALES, **JUNE).count(stay, on)

    assert (calendar.windows, calendar.failed) == (24, calendar_failed)
    assert working.verdict is working_verdict


def test_a_window_belongs_to_the_period_in_which_it_ends() -> None:
    stay = Stay(date(2026, 5, 26), date(2026, 6, 1))  # one window of seven days, ending on 1 June

    may = WindowCounter(
        Reading.CALENDAR,
        ENGLAND_AND_WALES,
        from_on=date(2026, 5, 1),
        to_on=date(2026, 5, 31),
        on=date(2026, 7, 1),
    )
    june = WindowCounter(Reading.CALENDAR, ENGLAND_AND_WALES, **JUNE)

    assert may.count(stay, []).verdict is Verdict.NOT_JUDGED
    assert (june.count(stay, []).windows, june.count(stay, []).failed) == (1, 1)


def test_a_day_that_is_not_over_is_not_judged() -> None:
    stay = Stay(date(2026, 6, 1))
    period = {"from_on": date(2026, 6, 1), "to_on": date(2026, 6, 30)}

    assert (
        WindowCounter(Reading.CALENDAR, ENGLAND_AND_WALES, on=date(2026, 6, 7), **period)
        .count(stay, [])
        .windows
        == 0
    )
    assert (
        WindowCounter(Reading.CALENDAR, ENGLAND_AND_WALES, on=date(2026, 6, 8), **period)
        .count(stay, [])
        .windows
        == 1
    )
