"""Reviewing the emerging-threat tab twice in the period: both readings (CMP-1)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iom.working_days import rules
from iom.working_days.review_windows import (
    Reading,
    ReviewRule,
    Session,
    Stay,
    Verdict,
    Window,
    judge,
    next_review_due,
    session_occasions,
    tab_stays,
)
from tests.working_days.calendars import shipped_calendar

CALENDAR = shipped_calendar()
A, W = Reading.CALENDAR, Reading.WORKING
KEPT, FAILED, NOT_JUDGED = Verdict.KEPT, Verdict.FAILED, Verdict.NOT_JUDGED
ONE_DAY = timedelta(days=1)


def june(*days: int) -> list[date]:
    return [date(2026, 6, day) for day in days]


CHRISTMAS = [date(2026, 12, 23), date(2026, 12, 29), date(2027, 1, 4)]


@pytest.mark.parametrize(
    ("stay", "reviews", "calendar_days", "working_days"),
    [
        pytest.param(
            Stay(date(2026, 6, 1), date(2026, 6, 28)),
            june(2, 5, 9, 12, 16, 19, 23, 26),
            KEPT,
            KEPT,
            id="Tuesday and Friday every week",
        ),
        pytest.param(
            Stay(date(2026, 6, 1), date(2026, 6, 28)),
            june(3, 10, 17, 24),
            FAILED,
            FAILED,
            id="once a week, Wednesday",
        ),
        pytest.param(
            Stay(date(2026, 6, 1), date(2026, 6, 14)), june(1, 2, 10, 11), FAILED, KEPT, id="a week between"
        ),
        pytest.param(
            Stay(date(2026, 12, 23), date(2027, 1, 7)), CHRISTMAS, FAILED, KEPT, id="over Christmas"
        ),
        pytest.param(
            Stay(date(2026, 6, 1), date(2026, 6, 5)), [], NOT_JUDGED, NOT_JUDGED, id="left on day 5"
        ),
    ],
)
def test_the_histories_of_the_paper(
    stay: Stay, reviews: list[date], calendar_days: Verdict, working_days: Verdict
) -> None:
    on = date(2027, 2, 1)

    assert judge(A, stay, reviews, on=on, calendar=CALENDAR).verdict is calendar_days
    assert judge(W, stay, reviews, on=on, calendar=CALENDAR).verdict is working_days


def test_the_failed_windows_are_named_with_what_was_found() -> None:
    stay = Stay(date(2026, 6, 1), date(2026, 6, 14))

    failed = judge(A, stay, june(1, 2, 10, 11), on=date(2026, 7, 1), calendar=CALENDAR).failed

    assert failed == (
        Window(date(2026, 6, 2), date(2026, 6, 8), 1),
        Window(date(2026, 6, 3), date(2026, 6, 9), 0),
        Window(date(2026, 6, 4), date(2026, 6, 10), 1),
    )


def test_seven_days_are_judged_and_six_are_not() -> None:
    six, seven = Stay(date(2026, 6, 1), date(2026, 6, 6)), Stay(date(2026, 6, 1), date(2026, 6, 7))

    assert judge(A, six, [], on=date(2026, 7, 1), calendar=CALENDAR).verdict is NOT_JUDGED
    assert judge(A, seven, [], on=date(2026, 7, 1), calendar=CALENDAR).verdict is FAILED


def test_a_window_is_judged_only_when_its_last_day_is_over() -> None:
    still_there = Stay(date(2026, 6, 1))

    assert judge(A, still_there, [], on=date(2026, 6, 7), calendar=CALENDAR).verdict is NOT_JUDGED
    assert judge(A, still_there, [], on=date(2026, 6, 8), calendar=CALENDAR).verdict is FAILED


def test_who_leaves_the_tab_today_is_judged_tomorrow() -> None:
    leaving = Stay(date(2026, 6, 1), date(2026, 6, 7))

    assert judge(A, leaving, [], on=date(2026, 6, 7), calendar=CALENDAR).verdict is NOT_JUDGED
    assert judge(A, leaving, [], on=date(2026, 6, 8), calendar=CALENDAR).verdict is FAILED


def test_two_reviews_on_one_date_are_one_occasion() -> None:
    stay = Stay(date(2026, 6, 1), date(2026, 6, 7))

    assert judge(A, stay, june(3, 3), on=date(2026, 7, 1), calendar=CALENDAR).verdict is FAILED
    assert judge(A, stay, june(3, 4), on=date(2026, 7, 1), calendar=CALENDAR).verdict is KEPT


def test_reviews_at_the_weekend_count_in_both_readings() -> None:
    stay = Stay(date(2026, 6, 1), date(2026, 6, 9))

    assert judge(A, stay, june(6, 7), on=date(2026, 7, 1), calendar=CALENDAR).verdict is KEPT
    assert judge(W, stay, june(6, 7), on=date(2026, 7, 1), calendar=CALENDAR).verdict is KEPT


def test_a_working_day_window_spans_nine_calendar_days() -> None:
    stay = Stay(date(2026, 6, 1), date(2026, 6, 9))

    assert judge(W, stay, [], on=date(2026, 7, 1), calendar=CALENDAR).failed == (
        Window(date(2026, 6, 1), date(2026, 6, 9), 0),
    )


@pytest.mark.parametrize(
    ("reviews", "calendar_days", "working_days"),
    [
        ([], date(2026, 6, 6), date(2026, 6, 8)),
        (june(3), date(2026, 6, 7), date(2026, 6, 9)),
        (june(3, 5), date(2026, 6, 10), date(2026, 6, 12)),
        (june(3, 5, 5), date(2026, 6, 10), date(2026, 6, 12)),
        (june(3, 5, 9), date(2026, 6, 12), date(2026, 6, 16)),
    ],
)
def test_the_next_review_is_due(reviews: list[date], calendar_days: date, working_days: date) -> None:
    stay = Stay(date(2026, 6, 1))

    assert next_review_due(A, stay, reviews, calendar=CALENDAR) == calendar_days
    assert next_review_due(W, stay, reviews, calendar=CALENDAR) == working_days


def test_the_next_review_is_due_early_enough_for_the_window_after_the_coming_one() -> None:
    thursday_to_saturday = june(4, 5, 6)

    due = next_review_due(
        W, Stay(date(2026, 6, 1)), thursday_to_saturday, calendar=CALENDAR, rule=ReviewRule(7, 3)
    )

    assert due == date(2026, 6, 14)


def test_reviews_before_the_person_came_to_the_tab_do_not_count() -> None:
    assert next_review_due(A, Stay(date(2026, 6, 8)), june(3, 5), calendar=CALENDAR) == date(2026, 6, 13)


@pytest.mark.parametrize(("days", "occasions"), [(7, 0), (7, 8), (0, 0)])
def test_a_rule_that_cannot_be_kept_is_refused(days: int, occasions: int) -> None:
    with pytest.raises(ValueError, match="window"):
        ReviewRule(days, occasions)


class TestTheTab:
    def test_a_session_is_an_occasion_when_it_covered_everybody_on_the_tab(self) -> None:
        sessions = [
            Session(date(2026, 6, 1), frozenset({1, 2}), frozenset({1, 2})),
            Session(date(2026, 6, 2), frozenset({1}), frozenset({1, 2})),
            Session(date(2026, 6, 3), frozenset({1, 2, 3}), frozenset({1, 2})),
            Session(date(2026, 6, 4), frozenset({1}), frozenset()),
        ]

        assert session_occasions(sessions) == {date(2026, 6, 1), date(2026, 6, 3)}

    def test_the_tab_is_judged_while_anybody_is_on_it(self) -> None:
        stays = [
            Stay(date(2026, 6, 10), date(2026, 6, 12)),
            Stay(date(2026, 6, 1), date(2026, 6, 5)),
            Stay(date(2026, 6, 3), date(2026, 6, 4)),
            Stay(date(2026, 6, 6), date(2026, 6, 7)),
            Stay(date(2026, 6, 20)),
            Stay(date(2026, 6, 25), date(2026, 6, 28)),
        ]

        assert tab_stays(stays) == [
            Stay(date(2026, 6, 1), date(2026, 6, 7)),
            Stay(date(2026, 6, 10), date(2026, 6, 12)),
            Stay(date(2026, 6, 20)),
        ]


starts = st.dates(date(2024, 1, 1), date(2027, 6, 30))
review_days = st.sets(st.integers(0, 60), max_size=30)
rules_set = st.sampled_from(
    [ReviewRule(), ReviewRule(7, 1), ReviewRule(7, 3), ReviewRule(5, 2), ReviewRule(2, 2)]
)
LATER = date(2030, 1, 1)


@given(starts, review_days, st.integers(0, 60))
def test_whoever_meets_the_calendar_reading_meets_the_working_day_reading(
    start: date, offsets: set[int], length: int
) -> None:
    stay = Stay(start, start + timedelta(days=length))
    reviews = [start + timedelta(days=i) for i in offsets]

    if judge(A, stay, reviews, on=LATER, calendar=CALENDAR).verdict is not FAILED:
        assert judge(W, stay, reviews, on=LATER, calendar=CALENDAR).verdict is not FAILED


@given(starts, st.lists(st.integers(1, 7), min_size=1, max_size=20), st.integers(0, 30))
def test_whoever_meets_it_by_never_waiting_longer_than_allowed_meets_the_other(
    start: date, gaps: list[int], length: int
) -> None:
    reviews = [start + timedelta(days=sum(gaps[:i])) for i in range(len(gaps) + 1)]
    stay = Stay(start, start + timedelta(days=length))

    strict = judge(A, stay, reviews, on=LATER, calendar=CALENDAR)
    loose = judge(W, stay, reviews, on=LATER, calendar=CALENDAR)

    assert strict.verdict is FAILED or loose.verdict is not FAILED


@given(starts, review_days, st.integers(6, 60))
def test_the_windows_agree_with_the_distance_between_occasions(
    start: date, offsets: set[int], length: int
) -> None:
    end = start + timedelta(days=length)
    days = sorted(i for i in offsets if i <= length)

    kept = judge(A, Stay(start, end), [start + timedelta(days=i) for i in days], on=LATER, calendar=CALENDAR)

    by_distance = (
        len([i for i in days if i <= 6]) >= 2
        and all(later - earlier <= 7 for earlier, later in zip(days, days[2:], strict=False))
        and length - days[-2] <= 6
    )
    assert (kept.verdict is KEPT) == by_distance


@given(st.sampled_from(Reading), starts, rules_set, st.integers(1, 12), st.data())
def test_reviewing_on_the_due_day_or_before_never_fails(
    reading: Reading, start: date, rule: ReviewRule, times: int, data: st.DataObject
) -> None:
    reviews: list[date] = []
    for _ in range(times):
        due = next_review_due(reading, Stay(start), reviews, calendar=CALENDAR, rule=rule)
        earliest = reviews[-1] + ONE_DAY if reviews else start
        assert due >= earliest
        early = data.draw(st.one_of(st.just(0), st.integers(0, (due - earliest).days)))
        reviews.append(due - timedelta(days=early))

    due = next_review_due(reading, Stay(start), reviews, calendar=CALENDAR, rule=rule)
    judged = judge(reading, Stay(start), reviews, on=due + ONE_DAY, calendar=CALENDAR, rule=rule)
    before = [w for w in judged.failed if w.last_on < due]
    assert before == []


@given(st.sampled_from(Reading), starts, st.lists(st.integers(0, 7), max_size=10))
def test_one_day_later_always_fails(reading: Reading, start: date, earlier: list[int]) -> None:
    reviews: list[date] = []
    for days_early in earlier:
        due = next_review_due(reading, Stay(start), reviews, calendar=CALENDAR)
        earliest = reviews[-1] + ONE_DAY if reviews else start
        reviews.append(max(earliest, due - timedelta(days=days_early)))

    due = next_review_due(reading, Stay(start), reviews, calendar=CALENDAR)
    late = [due + timedelta(days=i) for i in range(1, 40)]

    judged = judge(reading, Stay(start), [*reviews, *late], on=due + timedelta(days=30), calendar=CALENDAR)
    assert judged.verdict is FAILED


@given(starts)
def test_the_calendar_reading_never_asks_later_than_the_working_day_reading(start: date) -> None:
    a = next_review_due(A, Stay(start), [], calendar=CALENDAR)
    w = next_review_due(W, Stay(start), [], calendar=CALENDAR)

    assert a <= w
    assert w < rules.add(CALENDAR, start - ONE_DAY, 7)
