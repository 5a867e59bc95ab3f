"""Working-day arithmetic against the tables of the policy paper, published cases and an independent oracle."""

from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iom.working_days import rules
from iom.working_days.published import published_holidays
from iom.working_days.rules import BeyondTheCalendar, Calendar, Due
from tests.working_days.calendars import shipped_calendar, statutory_holidays

CALENDAR = shipped_calendar()
FUNERAL = date(2022, 9, 19)
D = date.fromisoformat

STATUTORY = set().union(*(statutory_holidays(year) for year in range(2012, 2029)))
EVERY_DAY = [date(2012, 1, 1) + timedelta(days=i) for i in range(17 * 365)]
WORKED = [d for d in EVERY_DAY if d.isoweekday() <= 5 and d not in STATUTORY]


@pytest.mark.parametrize(
    ("day_0", "due"),
    [
        pytest.param("2026-06-01", "2026-06-10", id="plain Monday"),
        pytest.param("2026-06-05", "2026-06-16", id="Friday afternoon"),
        pytest.param("2026-06-06", "2026-06-16", id="Saturday"),
        pytest.param("2026-06-07", "2026-06-16", id="Sunday"),
        pytest.param("2026-08-31", "2026-09-09", id="on a bank holiday"),
        pytest.param("2026-04-02", "2026-04-15", id="Maundy Thursday"),
        pytest.param("2026-12-23", "2027-01-06", id="before Christmas"),
        pytest.param("2022-05-27", "2022-06-09", id="Platinum Jubilee"),
        pytest.param("2022-09-09", "2022-09-21", id="State funeral, after the proclamation"),
        pytest.param("2026-07-01", "2026-07-10", id="late evening in summer"),
        pytest.param("2026-10-23", "2026-11-03", id="across the clock change"),
        pytest.param("2024-03-22", "2024-04-04", id="Easter 2024"),
        pytest.param("2024-12-19", "2025-01-02", id="Christmas 2024"),
        pytest.param("2025-04-11", "2025-04-24", id="Easter 2025"),
        pytest.param("2025-12-18", "2025-12-31", id="Christmas 2025"),
    ],
)
def test_seven_working_days_end_on_the_day_the_paper_says(day_0: str, due: str) -> None:
    assert rules.due_after(CALENDAR, D(day_0), 7) == Due(D(due), provisional=False)


def test_before_its_proclamation_the_state_funeral_was_a_working_day() -> None:
    before = shipped_calendar(without=frozenset({FUNERAL}))

    assert rules.due_after(before, date(2022, 9, 9), 7).on == date(2022, 9, 20)


def test_beyond_the_confirmed_list_a_deadline_is_provisional_and_still_skips_expected_holidays() -> None:
    assert rules.due_after(CALENDAR, date(2028, 12, 28), 7) == Due(date(2029, 1, 9), provisional=True)


def test_the_last_deadline_inside_the_confirmed_list_is_not_provisional() -> None:
    assert rules.due_after(CALENDAR, date(2028, 12, 18), 7) == Due(date(2028, 12, 29), provisional=False)


def test_a_deadline_on_the_last_confirmed_day_itself_is_not_provisional() -> None:
    calendar = Calendar(frozenset(), date(2026, 6, 10), "v")

    assert not rules.due_after(calendar, date(2026, 6, 9), 1).provisional
    assert rules.due_after(calendar, date(2026, 6, 9), 2).provisional


def test_a_month_that_ends_beyond_the_confirmed_list_is_provisional_though_its_due_day_is_not_beyond() -> (
    None
):
    calendar = Calendar(frozenset(), date(2026, 5, 30), "v")

    assert rules.last_working_day_of_month(calendar, 2026, 5) == Due(date(2026, 5, 29), provisional=True)
    assert rules.months_before(date(2026, 8, 31), 3, calendar) == Due(date(2026, 5, 29), provisional=True)


def test_before_the_first_confirmed_day_a_deadline_is_provisional() -> None:
    calendar = Calendar(frozenset(), date(2028, 12, 31), "v", confirmed_from=date(2000, 1, 1))

    assert rules.due_after(calendar, date(1999, 12, 31), 1).provisional
    assert not rules.due_after(calendar, date(2000, 1, 1), 1).provisional


HOLIDAYS_2024 = "2024-03-29 2024-04-01 2024-05-06 2024-08-26 2024-12-25 2024-12-26 2025-01-01"


@pytest.mark.parametrize(
    ("start", "n", "expected", "holidays"),
    [
        ("2024-03-21", 1, "2024-03-22", HOLIDAYS_2024),
        ("2024-05-03", 1, "2024-05-07", HOLIDAYS_2024),
        ("2024-03-21", 3, "2024-03-26", HOLIDAYS_2024),
        ("2024-03-25", -1, "2024-03-22", HOLIDAYS_2024),
        ("2024-04-02", -1, "2024-03-28", HOLIDAYS_2024),
        ("2017-05-18", 3, "2017-05-23", "2017-05-29"),
        ("2017-05-18", 30, "2017-06-30", "2017-05-29"),
        ("2023-12-04", -10, "2023-11-20", ""),
        ("2023-11-17", 10, "2023-12-04", "2023-11-30"),
    ],
)
def test_published_cases_of_other_services_agree(start: str, n: int, expected: str, holidays: str) -> None:
    calendar = Calendar(frozenset(map(D, holidays.split())), date(2028, 12, 31), "case")

    assert rules.add(calendar, D(start), n) == D(expected)


def test_no_working_days_after_a_day_is_that_day_even_at_a_weekend() -> None:
    assert rules.add(CALENDAR, date(2026, 6, 6), 0) == date(2026, 6, 6)


def test_a_deployment_may_count_day_0_when_it_is_a_working_day() -> None:
    counting = shipped_calendar(day_0_counts=True)

    assert rules.due_after(counting, date(2026, 6, 1), 7).on == date(2026, 6, 9)
    assert rules.due_after(counting, date(2026, 6, 1), 1).on == date(2026, 6, 1)
    assert rules.due_after(counting, date(2026, 6, 6), 7).on == date(2026, 6, 16)


@pytest.mark.parametrize("n", [0, -1])
def test_a_deadline_of_no_working_days_is_refused(n: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        rules.due_after(CALENDAR, date(2026, 6, 1), n)


def test_counting_past_the_last_date_there_is_says_so() -> None:
    with pytest.raises(BeyondTheCalendar, match="9999-12-30"):
        rules.add(CALENDAR, date(9999, 12, 30), 3)
    with pytest.raises(BeyondTheCalendar, match="0001-01-02"):
        rules.add(CALENDAR, date(1, 1, 2), -3)


def test_a_moment_is_not_taken_for_a_date() -> None:
    moment = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)

    with pytest.raises(TypeError, match="local date"):
        rules.due_after(CALENDAR, moment, 7)
    with pytest.raises(TypeError, match="local date"):
        rules.due_until(moment)


class TestMoments:
    def test_half_past_eleven_at_night_utc_in_summer_is_the_next_day_in_london(self) -> None:
        day_0 = rules.local_date(datetime(2026, 6, 30, 23, 30, tzinfo=UTC))

        assert day_0 == date(2026, 7, 1)
        assert rules.due_after(CALENDAR, day_0, 7).on == date(2026, 7, 10)

    def test_the_last_minute_of_a_sunday_is_still_that_sunday(self) -> None:
        moment = datetime(2026, 6, 7, 23, 59, tzinfo=ZoneInfo("Europe/London"))

        assert rules.local_date(moment) == date(2026, 6, 7)

    @pytest.mark.parametrize(
        ("due_on", "until"),
        [
            ("2026-11-03", datetime(2026, 11, 4, 0, 0, tzinfo=UTC)),
            ("2026-06-10", datetime(2026, 6, 10, 23, 0, tzinfo=UTC)),
            ("2026-03-28", datetime(2026, 3, 29, 0, 0, tzinfo=UTC)),
            ("2026-10-24", datetime(2026, 10, 24, 23, 0, tzinfo=UTC)),
            ("2026-10-25", datetime(2026, 10, 26, 0, 0, tzinfo=UTC)),
        ],
    )
    def test_a_due_day_ends_at_midnight_in_london_kept_in_utc(self, due_on: str, until: datetime) -> None:
        assert rules.due_until(D(due_on)) == until
        assert rules.due_until(D(due_on)).utcoffset() == timedelta(0)

    def test_done_in_time_is_before_that_midnight_and_not_at_it(self) -> None:
        midnight = rules.due_until(date(2026, 6, 10))

        assert rules.done_in_time(date(2026, 6, 10), midnight - timedelta(microseconds=1))
        assert not rules.done_in_time(date(2026, 6, 10), midnight)

    def test_overdue_begins_the_day_after(self) -> None:
        assert not rules.is_overdue(date(2026, 6, 10), date(2026, 6, 10))
        assert rules.is_overdue(date(2026, 6, 10), date(2026, 6, 11))

    def test_naive_moments_are_refused(self) -> None:
        naive = datetime(2026, 6, 30, 23, 30)

        with pytest.raises(ValueError, match="time zone"):
            rules.local_date(naive)
        with pytest.raises(ValueError, match="time zone"):
            rules.done_in_time(date(2026, 6, 30), naive)

    @given(st.dates(date(2000, 1, 1), date(2045, 12, 31)))
    def test_the_bound_is_the_first_moment_of_the_next_london_day(self, due_on: date) -> None:
        bound = rules.due_until(due_on)

        assert rules.local_date(bound) == due_on + timedelta(days=1)
        assert rules.local_date(bound - timedelta(microseconds=1)) == due_on


class TestMonths:
    @pytest.mark.parametrize(
        ("release", "months", "expected"),
        [
            pytest.param("2026-09-16", 3, "2026-06-16", id="a plain Tuesday"),
            pytest.param(
                "2026-05-31", 3, "2026-02-27", id="clipped to Saturday 28 February, then the Friday"
            ),
            pytest.param("2028-05-31", 3, "2028-02-29", id="clipped to a leap day"),
            pytest.param("2026-07-06", 3, "2026-04-02", id="Easter Monday, back to Maundy Thursday"),
            pytest.param("2027-03-28", 3, "2026-12-24", id="substitute day, weekend and Christmas Day"),
            pytest.param("2026-02-16", 3, "2025-11-14", id="across the year's end to a Sunday"),
            pytest.param("2026-01-15", 13, "2024-12-13", id="more than a year"),
        ],
    )
    def test_release_less_some_months_is_the_working_day_on_or_before(
        self, release: str, months: int, expected: str
    ) -> None:
        assert rules.months_before(D(release), months, CALENDAR) == Due(D(expected), provisional=False)

    def test_release_beyond_the_confirmed_list_is_provisional(self) -> None:
        assert rules.months_before(date(2029, 5, 1), 3, CALENDAR).provisional

    def test_months_before_the_first_year_are_refused(self) -> None:
        with pytest.raises(BeyondTheCalendar):
            rules.months_before(date(1, 2, 1), 3, CALENDAR)

    @pytest.mark.parametrize(
        ("year", "month", "expected"),
        [(2026, 5, "2026-05-29"), (2026, 6, "2026-06-30"), (2026, 8, "2026-08-28"), (2026, 12, "2026-12-31")],
    )
    def test_the_last_working_day_of_a_month(self, year: int, month: int, expected: str) -> None:
        assert rules.last_working_day_of_month(CALENDAR, year, month) == Due(D(expected), provisional=False)

    def test_a_bank_holiday_at_the_month_end_is_skipped(self) -> None:
        assert rules.last_working_day_of_month(CALENDAR, 2024, 3).on == date(2024, 3, 28)


class TestAgainstAnOracle:
    """The oracle lists every working day by the statute and looks its answer up by bisection."""

    @given(st.dates(date(2013, 1, 1), date(2027, 12, 31)), st.integers(1, 200))
    def test_adding_forwards_agrees(self, start: date, n: int) -> None:
        assert rules.add(CALENDAR, start, n) == WORKED[bisect_right(WORKED, start) + n - 1]

    @given(st.dates(date(2013, 1, 1), date(2027, 12, 31)), st.integers(1, 200))
    def test_adding_backwards_agrees(self, start: date, n: int) -> None:
        assert rules.add(CALENDAR, start, -n) == WORKED[bisect_left(WORKED, start) - n]

    @given(st.dates(date(2013, 1, 1), date(2027, 12, 31)), st.dates(date(2013, 1, 1), date(2027, 12, 31)))
    def test_counting_agrees(self, a: date, b: date) -> None:
        expected = bisect_right(WORKED, b) - bisect_right(WORKED, a)

        assert rules.count(CALENDAR, a, b) == expected

    def test_every_act_of_sixteen_years_is_due_after_nine_to_fourteen_calendar_days(self) -> None:
        acts = [date(2012, 1, 1) + timedelta(days=i) for i in range(6000)]

        dues = [rules.due_after(CALENDAR, act, 7).on for act in acts]

        oracle = [WORKED[bisect_right(WORKED, act) + 6] for act in acts]
        assert dues == oracle
        spans = {(due - act).days for act, due in zip(acts, dues, strict=True)}
        assert (min(spans), max(spans)) == (9, 14)

    @given(st.dates(date(2013, 1, 1), date(2027, 6, 30)), st.integers(1, 60))
    def test_there_and_back_again(self, start: date, n: int) -> None:
        worked = rules.on_or_before(CALENDAR, start)

        assert rules.add(CALENDAR, rules.add(CALENDAR, worked, n), -n) == worked


def test_the_shipped_list_is_the_published_one_for_all_140_events() -> None:
    shipped = {h.on for h in published_holidays(date(2012, 1, 1), date(2028, 12, 31))}

    assert shipped == STATUTORY
    assert len(shipped) == 140
    assert all(h.confirmed for h in published_holidays(date(2012, 1, 1), date(2028, 12, 31)))


def test_one_off_and_moved_days_are_among_them() -> None:
    titles = {h.on: h.title for h in published_holidays()}

    assert titles[date(2022, 9, 19)] == "State Funeral of Queen Elizabeth II"
    assert titles[date(2022, 6, 2)] == "Spring Bank Holiday"
    assert titles[date(2022, 6, 3)] == "Platinum Jubilee of Elizabeth II"
    assert titles[date(2026, 12, 28)] == "Boxing Day (substitute day)"
    assert date(2022, 5, 30) not in titles


def test_days_after_the_confirmed_year_are_only_expected() -> None:
    assert [h.on for h in published_holidays(date(2029, 1, 1), date(2029, 3, 1)) if not h.confirmed] == [
        date(2029, 1, 1)
    ]
