"""The counting rules of the compliance report, without a database (CMP-8, RPT-1)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohorts.rules.deadlines import DEADLINE_RULES, DeadlineDates
from iom.working_days.rules import local_date
from reports.rules import (
    JUDGED,
    MEASURES,
    OUTCOME_MEANINGS,
    OUTCOME_NAMES,
    OUTCOMES,
    REQUIREMENTS,
    Counts,
    Outcome,
    Period,
    Rate,
    canonical,
    counted,
    outcome,
    period_dates,
    period_fault,
    seal,
    total,
)

DUE = date(2026, 6, 10)
CLOCK = DeadlineDates(started_on=date(2026, 6, 1), first_due_on=DUE, due_on=DUE)
EXTENDED = replace(CLOCK, due_on=date(2026, 6, 17))


def met_at(dates: DeadlineDates, moment: datetime) -> DeadlineDates:
    return replace(dates, met_on=local_date(moment))


class TestWhatADeadlineCountsAs:
    def test_met_in_the_last_second_of_the_due_day_in_london_is_in_time(self) -> None:
        dates = met_at(CLOCK, datetime(2026, 6, 10, 22, 59, 59, tzinfo=UTC))

        assert outcome(dates, date(2026, 6, 30)) is Outcome.MET

    def test_met_one_second_later_is_late(self) -> None:
        dates = met_at(CLOCK, datetime(2026, 6, 10, 23, 0, 0, tzinfo=UTC))

        assert outcome(dates, date(2026, 6, 30)) is Outcome.LATE

    def test_in_winter_the_due_day_ends_an_hour_later_in_utc(self) -> None:
        winter = DeadlineDates(date(2026, 1, 5), date(2026, 1, 14), date(2026, 1, 14))

        in_time = met_at(winter, datetime(2026, 1, 14, 23, 59, 59, tzinfo=UTC))
        late = met_at(winter, datetime(2026, 1, 15, 0, 0, 0, tzinfo=UTC))

        assert outcome(in_time, date(2026, 2, 1)) is Outcome.MET
        assert outcome(late, date(2026, 2, 1)) is Outcome.LATE

    @pytest.mark.parametrize(
        ("on", "expected"),
        [
            (date(2026, 6, 9), Outcome.OPEN),
            (date(2026, 6, 10), Outcome.OPEN),
            (date(2026, 6, 11), Outcome.MISSED),
        ],
    )
    def test_not_done_it_is_open_until_the_due_day_has_ended_and_missed_after_it(
        self, on: date, expected: Outcome
    ) -> None:
        assert outcome(CLOCK, on) is expected

    def test_a_report_as_at_an_earlier_day_does_not_know_what_was_done_later(self) -> None:
        dates = replace(CLOCK, met_on=date(2026, 6, 15))

        assert outcome(dates, date(2026, 6, 14)) is Outcome.MISSED
        assert outcome(dates, date(2026, 6, 15)) is Outcome.LATE

    @pytest.mark.parametrize(
        ("met_on", "expected"),
        [
            (date(2026, 6, 10), Outcome.MET),
            (date(2026, 6, 11), Outcome.MET_EXTENDED),
            (date(2026, 6, 17), Outcome.MET_EXTENDED),
            (date(2026, 6, 18), Outcome.LATE),
        ],
    )
    def test_an_extended_deadline_is_judged_by_the_date_in_force_and_told_apart_from_the_policys(
        self, met_on: date, expected: Outcome
    ) -> None:
        assert outcome(replace(EXTENDED, met_on=met_on), date(2026, 7, 1)) is expected

    def test_an_extended_deadline_is_open_until_its_extended_date(self) -> None:
        assert outcome(EXTENDED, date(2026, 6, 17)) is Outcome.OPEN
        assert outcome(EXTENDED, date(2026, 6, 18)) is Outcome.MISSED

    def test_a_duty_that_fell_away_in_time_has_ended_and_one_that_fell_away_too_late_was_missed(self) -> None:
        assert outcome(replace(CLOCK, stopped_on=DUE), date(2026, 6, 30)) is Outcome.ENDED
        assert (
            outcome(replace(CLOCK, stopped_on=DUE + timedelta(days=1)), date(2026, 6, 30)) is Outcome.MISSED
        )
        assert outcome(replace(CLOCK, stopped_on=DUE), date(2026, 6, 9)) is Outcome.OPEN


class TestCounts:
    def test_every_outcome_has_a_name_a_meaning_and_a_measure(self) -> None:
        assert set(OUTCOME_NAMES) == set(OUTCOME_MEANINGS) == set(Outcome)
        assert {o.value for o in Outcome} < set(MEASURES)

    def test_every_clock_of_the_policy_is_a_requirement_with_its_clause(self) -> None:
        assert [r.kind for r in REQUIREMENTS] == list(DEADLINE_RULES)
        assert [r.code for r in REQUIREMENTS] == ["CMP-2 (a)", "CMP-2 (b)", "CMP-2 (c)", "CMP-3 (d)"]
        assert all(r.clause.startswith("WYP") for r in REQUIREMENTS)

    @given(st.lists(st.tuples(st.sampled_from(OUTCOMES), st.booleans()), max_size=40))
    def test_what_is_due_is_the_sum_of_the_outcomes_and_extensions_are_among_them(
        self, deadlines: list[tuple[Outcome, bool]]
    ) -> None:
        counts = total(counted(what, extended=extended) for what, extended in deadlines)

        assert counts.due == len(deadlines)
        assert (
            counts.due
            == counts.met + counts.met_extended + counts.late + counts.missed + counts.open + counts.ended
        )
        assert counts.judged == counts.due - counts.open - counts.ended
        assert counts.extended == sum(extended for _, extended in deadlines)
        assert all(counts.extended_of(what) <= counts.of(what) for what in OUTCOMES)
        assert all(counts.of(what) == sum(w is what for w, _ in deadlines) for what in OUTCOMES)

    def test_open_and_ended_deadlines_are_in_no_percentage(self) -> None:
        counts = total(
            [counted(Outcome.MET, 3), counted(Outcome.LATE), counted(Outcome.OPEN, 5), counted(Outcome.ENDED)]
        )

        assert counts.rate == Rate(3, 4)

    def test_met_by_an_extended_date_is_only_in_the_milder_rate(self) -> None:
        counts = total(
            [counted(Outcome.MET, 2), counted(Outcome.MET_EXTENDED, extended=True), counted(Outcome.MISSED)]
        )

        assert counts.rate == Rate(2, 4)
        assert counts.rate_with_extensions == Rate(3, 4)

    def test_nothing_counted_is_zeros(self) -> None:
        assert total([]) == Counts()
        assert total([]).due == 0

    def test_the_judged_outcomes_leave_out_open_and_ended(self) -> None:
        assert set(OUTCOMES) - set(JUDGED) == {Outcome.OPEN, Outcome.ENDED}


class TestRates:
    @pytest.mark.parametrize(
        ("part", "whole", "percent"),
        [
            (2, 3, "66.7"),
            (1, 8, "12.5"),
            (1, 16, "6.3"),
            (0, 5, "0.0"),
            (5, 5, "100.0"),
            (9999, 10000, "99.9"),
            (1, 10000, "0.1"),
        ],
    )
    def test_a_percentage_rounds_halves_up_and_is_100_only_when_it_is_all(
        self, part: int, whole: int, percent: str
    ) -> None:
        assert Rate(part, whole).percent == Decimal(percent)

    def test_no_cases_is_said_so_and_not_as_a_percentage(self) -> None:
        assert Rate(0, 0).percent is None
        assert Rate(0, 0).words == "No cases"

    def test_a_rate_is_said_with_both_numbers(self) -> None:
        assert Rate(12, 15).words == "12 of 15 (80.0%)"

    def test_fewer_than_ten_cases_is_a_small_number(self) -> None:
        assert [Rate(0, n).is_small for n in (0, 1, 9, 10)] == [False, True, True, False]


class TestPeriods:
    @pytest.mark.parametrize(
        ("period", "on", "first", "last"),
        [
            (Period.RECENT, date(2026, 6, 30), date(2026, 3, 31), date(2026, 7, 14)),
            (Period.RECENT, date(2026, 5, 31), date(2026, 3, 1), date(2026, 6, 14)),
            (Period.THIS_MONTH, date(2026, 6, 30), date(2026, 6, 1), date(2026, 6, 30)),
            (Period.LAST_MONTH, date(2026, 3, 31), date(2026, 2, 1), date(2026, 2, 28)),
            (Period.LAST_MONTH, date(2026, 1, 15), date(2025, 12, 1), date(2025, 12, 31)),
            (Period.LAST_YEAR, date(2026, 6, 30), date(2025, 7, 1), date(2026, 6, 30)),
            (Period.LAST_YEAR, date(2028, 2, 29), date(2027, 3, 1), date(2028, 2, 29)),
            (Period.FINANCIAL_YEAR, date(2026, 3, 31), date(2025, 4, 1), date(2026, 3, 31)),
            (Period.FINANCIAL_YEAR, date(2026, 4, 1), date(2026, 4, 1), date(2027, 3, 31)),
        ],
    )
    def test_ready_made_periods_have_these_ends(
        self, period: Period, on: date, first: date, last: date
    ) -> None:
        assert period_dates(period, on) == (first, last)

    def test_a_period_of_one_day_is_a_period(self) -> None:
        assert period_fault(DUE, DUE) == ""

    def test_a_period_that_ends_before_it_starts_is_refused(self) -> None:
        assert period_fault(DUE, DUE - timedelta(days=1)) == (
            "The last day of the period must be on or after its first day."
        )

    def test_a_period_of_more_than_ten_years_is_refused(self) -> None:
        assert period_fault(date(2016, 1, 1), date(2026, 12, 31)) == ""
        assert period_fault(date(2015, 1, 1), date(2026, 1, 1)) == "The period must be 10 years or shorter."


class TestSeal:
    def test_the_seal_does_not_depend_on_the_order_of_keys(self) -> None:
        assert seal({"a": 1, "b": [1, 2]}) == seal({"b": [1, 2], "a": 1})

    def test_the_seal_depends_on_every_figure(self) -> None:
        assert seal({"a": 1, "b": [1, 2]}) != seal({"a": 1, "b": [2, 1]})
        assert seal({"a": 1}) != seal({"a": 2})

    def test_the_seal_is_the_published_sum_of_the_canonical_text(self) -> None:
        assert canonical({"b": "é", "a": [1]}) == '{"a":[1],"b":"\\u00e9"}'
        assert seal({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
