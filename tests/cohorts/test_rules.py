"""The rules of referral, management and deselection, without a database."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohorts.rules import statuses
from cohorts.rules.checklists import CHECKLISTS, DONE_BY_ACT, line
from cohorts.rules.deadlines import (
    DEADLINE_RULES,
    DeadlineDates,
    StartedBy,
    State,
    Verdict,
    days_late,
    rules_started_by,
    state,
    verdict,
)
from cohorts.rules.powers import OPEN_TO_PARTNER_MANAGER, STEP_POWERS
from cohorts.rules.reminders import escalates, reminders, wording
from cohorts.rules.reviews import DEFAULT_REVIEW_DAYS, is_long_stay, next_review, review_days
from cohorts.rules.vocabulary import (
    COHORTS,
    DESELECTION_CONSIDERATIONS,
    PATHWAYS,
    SELECTION_CONSIDERATIONS,
    Scheme,
    category_name,
    cohort_name,
    is_place,
)
from iom.kernel.errors import Refused
from iom.working_days.rules import Calendar, add, due_after

CALENDAR = Calendar(frozenset({date(2026, 8, 31)}), date(2028, 12, 31), "test")
DUE = date(2026, 6, 10)
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


def dates(**changes: date | None) -> DeadlineDates:
    return DeadlineDates(**{"started_on": date(2026, 6, 1), "first_due_on": DUE, "due_on": DUE, **changes})


# Cohorts and lists (COH-1, REF-4, REF-8, PLN-2)


def test_the_two_schemes_have_the_cohorts_of_the_papers() -> None:
    assert [c.name for c in COHORTS[Scheme.NATIONAL]] == ["Fixed", "Flex", "Free"]
    assert [c.code for c in COHORTS[Scheme.THREE_COHORT]] == ["reoffending", "harm", "statutory"]
    assert set(COHORTS[Scheme.THREE_COHORT][1].categories) == {"domestic_abuse", "cse", "ocg", "firearms"}


@pytest.mark.parametrize(
    ("scheme", "cohort", "category", "fits"),
    [
        ("national", "fixed", "robbery", True),
        ("national", "fixed", "firearms", False),
        ("three_cohort", "harm", "firearms", True),
        ("three_cohort", "fixed", "robbery", False),
        ("fourth", "fixed", "robbery", False),
    ],
)
def test_a_category_belongs_to_its_cohort_and_scheme(
    scheme: str, cohort: str, category: str, fits: bool
) -> None:
    assert is_place(scheme, cohort, category) is fits


def test_cohorts_and_categories_are_said_in_words() -> None:
    assert cohort_name("three_cohort", "harm") == "Risk of Harm"
    assert category_name("three_cohort", "harm", "ocg") == "Organised crime group"
    assert cohort_name("three_cohort", "gone") == "gone"
    assert category_name("three_cohort", "gone", "old") == "old"


def test_the_policy_has_seven_and_eight_considerations_and_seven_pathways() -> None:
    assert (len(SELECTION_CONSIDERATIONS), len(DESELECTION_CONSIDERATIONS), len(PATHWAYS)) == (7, 8, 7)


def test_every_line_the_system_ticks_is_on_its_list() -> None:
    assert all(line(kind, code).words for kind, code in DONE_BY_ACT.values())
    with pytest.raises(KeyError):
        line("selection", "no such line")


def test_codes_on_a_checklist_are_distinct_and_each_line_has_a_clause() -> None:
    for items in CHECKLISTS.values():
        assert len({i.code for i in items}) == len(items)
        assert all(i.clause and i.days == 7 for i in items)


# Lifecycles: every step from every status (REF-2, REF-8)

TABLES = [
    (statuses.REFERRAL_STEPS, statuses.ReferralStatus, "referral"),
    (statuses.CASE_STEPS, statuses.CaseStatus, "case"),
    (statuses.DESELECTION_STEPS, statuses.DeselectionStatus, "deselection"),
    (statuses.CHECKLIST_STEPS, statuses.ChecklistStatus, "action"),
    (statuses.PLAN_STEPS, statuses.PlanStatus, "plan"),
    (statuses.ACTION_STEPS, statuses.ActionStatus, "action"),
]
CROSS_PRODUCT = [(t, k, n, step, status) for t, k, n in TABLES for step in t for status in k]


@pytest.mark.parametrize(
    ("table", "kind", "noun", "step", "status"),
    CROSS_PRODUCT,
    ids=[f"{k.__name__}-{s}-{v}" for _, k, _, s, v in CROSS_PRODUCT],
)
def test_a_step_is_taken_exactly_from_its_statuses(table, kind, noun, step, status) -> None:  # type: ignore[no-untyped-def]
    if step in statuses.allowed_steps(table, status):
        assert statuses.take(table, step, noun=noun, status=status, kind=kind) == table[step].target
        assert table[step].target in set(kind)
    else:
        with pytest.raises(Refused, match=f"the {noun} is"):
            statuses.take(table, step, noun=noun, status=status, kind=kind)


def test_the_steps_of_a_referral_are_those_of_the_paper() -> None:
    allowed = {s: set(statuses.allowed_steps(statuses.REFERRAL_STEPS, s)) for s in statuses.ReferralStatus}

    assert allowed == {
        "submitted": {"start_research", "withdraw"},
        "being_researched": {"match_person", "list_for_board", "withdraw"},
        "listed": {"select", "refuse", "defer", "withdraw"},
        "deferred": {"start_research", "list_for_board", "withdraw"},
        "selected": set(),
        "not_selected": set(),
        "withdrawn": set(),
    }


def test_a_case_ends_only_by_way_of_deselection() -> None:
    allowed = {s: set(statuses.allowed_steps(statuses.CASE_STEPS, s)) for s in statuses.CaseStatus}

    assert allowed["closed"] == set()
    assert allowed["deselecting"] == {"deregister"}
    assert "deregister" not in allowed["active"]


@pytest.mark.parametrize("step", statuses.OPEN_CASE_STEPS)
def test_a_closed_case_is_left_alone(step: str) -> None:
    statuses.require_open(step, "active")
    statuses.require_open(step, "deselecting")
    with pytest.raises(Refused, match="the case is closed"):
        statuses.require_open(step, "closed")


def test_every_status_has_words() -> None:
    kinds = {k for _, k, _ in TABLES}
    assert all(statuses.STATUS_NAMES[status] for kind in kinds for status in kind)


def test_every_step_needs_a_power() -> None:
    assert set(statuses.OPEN_CASE_STEPS) <= set(STEP_POWERS)
    assert set(STEP_POWERS) >= OPEN_TO_PARTNER_MANAGER
    assert "endorse_plan" not in OPEN_TO_PARTNER_MANAGER


# The four clocks (CMP-2, CMP-3)


def test_selection_starts_three_clocks_and_deselection_one_each_of_seven_working_days() -> None:
    assert [r.letter for r in rules_started_by(StartedBy.SELECTION)] == ["a", "b", "c"]
    assert [r.letter for r in rules_started_by(StartedBy.DESELECTION)] == ["d"]
    assert {r.working_days for r in DEADLINE_RULES.values()} == {7}
    assert all(r.clause.startswith("WYP") for r in DEADLINE_RULES.values())


@pytest.mark.parametrize(
    ("given", "on", "said", "counts_as"),
    [
        (dates(), DUE - timedelta(1), State.OPEN, Verdict.OPEN),
        (dates(), DUE, State.DUE_TODAY, Verdict.OPEN),
        (dates(), DUE + timedelta(1), State.OVERDUE, Verdict.MISSED),
        (dates(met_on=DUE), DUE, State.MET, Verdict.MET),
        (dates(met_on=DUE), DUE + timedelta(30), State.MET, Verdict.MET),
        (dates(met_on=DUE), DUE - timedelta(1), State.OPEN, Verdict.OPEN),
        (dates(met_on=DUE + timedelta(1)), DUE + timedelta(1), State.LATE, Verdict.LATE),
        (dates(met_on=DUE + timedelta(2)), DUE + timedelta(1), State.OVERDUE, Verdict.MISSED),
        (dates(due_on=DUE + timedelta(5)), DUE, State.OPEN, Verdict.OPEN),
        (dates(due_on=DUE + timedelta(5)), DUE + timedelta(1), State.OPEN, Verdict.EXTENDED),
        (dates(due_on=DUE + timedelta(5)), DUE + timedelta(5), State.DUE_TODAY, Verdict.EXTENDED),
        (dates(due_on=DUE + timedelta(5)), DUE + timedelta(6), State.OVERDUE, Verdict.MISSED),
        (dates(due_on=DUE + timedelta(5), met_on=DUE), DUE + timedelta(9), State.MET, Verdict.MET),
        (
            dates(due_on=DUE + timedelta(5), met_on=DUE + timedelta(5)),
            DUE + timedelta(9),
            State.MET,
            Verdict.EXTENDED,
        ),
        (
            dates(due_on=DUE + timedelta(5), met_on=DUE + timedelta(6)),
            DUE + timedelta(9),
            State.LATE,
            Verdict.LATE,
        ),
        (dates(stopped_on=DUE), DUE + timedelta(9), State.STOPPED, Verdict.STOPPED),
        (dates(stopped_on=DUE + timedelta(1)), DUE + timedelta(9), State.OVERDUE, Verdict.MISSED),
        (dates(stopped_on=DUE), DUE - timedelta(1), State.OPEN, Verdict.OPEN),
    ],
)
def test_what_is_said_of_a_deadline_on_a_day(
    given: DeadlineDates, on: date, said: State, counts_as: Verdict
) -> None:
    assert state(given, on) == said
    assert verdict(given, on) == counts_as


@given(met=st.none() | DAYS, on=DAYS, extra=st.integers(0, 20))
def test_met_late_is_never_met(met: date | None, on: date, extra: int) -> None:
    given_dates = dates(due_on=DUE + timedelta(extra), met_on=met)

    judged = verdict(given_dates, on)

    if judged == Verdict.MET:
        assert met is not None
        assert met <= min(DUE, on)
    if met is not None and met <= on and met > given_dates.due_on:
        assert judged == Verdict.LATE


@given(met=st.none() | DAYS, first=DAYS, later=st.integers(0, 400))
def test_a_verdict_of_met_or_late_never_changes_afterwards(met: date | None, first: date, later: int) -> None:
    given_dates = dates(met_on=met)
    judged = verdict(given_dates, first)

    if judged in (Verdict.MET, Verdict.LATE):
        assert verdict(given_dates, first + timedelta(later)) == judged


def test_days_late_are_counted_to_the_day_it_was_met() -> None:
    assert days_late(dates(), DUE) == 0
    assert days_late(dates(), DUE + timedelta(3)) == 3
    assert days_late(dates(met_on=DUE + timedelta(2)), DUE + timedelta(90)) == 2
    assert days_late(dates(met_on=DUE), DUE + timedelta(90)) == 0


# Reminders (CMP-7)


def test_a_deadline_is_chased_three_days_before_one_before_on_the_day_and_every_second_day_after_the_first() -> (
    None
):
    owed = reminders(date(2026, 6, 10), until=date(2026, 6, 17), calendar=CALENDAR)

    assert [(r.offset, r.send_on.isoformat()) for r in owed] == [
        (-3, "2026-06-05"),
        (-1, "2026-06-09"),
        (0, "2026-06-10"),
        (1, "2026-06-11"),
        (3, "2026-06-15"),
        (5, "2026-06-17"),
    ]


def test_only_the_first_message_after_the_due_day_goes_to_the_inspector() -> None:
    assert [n for n in (-3, -1, 0, 1, 3, 5, 7) if escalates(n)] == [1]


@given(due=DAYS, until=DAYS, later=st.integers(0, 60))
def test_a_later_round_owes_what_an_earlier_one_owed_and_more(due: date, until: date, later: int) -> None:
    earlier = reminders(due, until=until, calendar=CALENDAR)

    assert reminders(due, until=until + timedelta(later), calendar=CALENDAR)[: len(earlier)] == earlier


@given(due=DAYS, until=DAYS)
def test_each_offset_is_owed_once_and_falls_on_the_working_day_it_names(due: date, until: date) -> None:
    owed = reminders(due, until=until, calendar=CALENDAR)

    assert len({r.offset for r in owed}) == len(owed)
    assert all(r.send_on == add(CALENDAR, due, r.offset) <= until for r in owed)


def test_reminders_are_worded_for_people() -> None:
    assert [wording(n) for n in (-3, -1, 0, 1, 3)] == [
        "3 working days left",
        "1 working day left",
        "due today",
        "1 working day overdue",
        "3 working days overdue",
    ]


def test_the_clocks_run_seven_working_days_from_the_day_after_the_act() -> None:
    assert due_after(CALENDAR, date(2026, 6, 1), 7).on == date(2026, 6, 10)
    assert due_after(CALENDAR, date(2026, 8, 31), 7).on == date(2026, 9, 9)


# Reviews (REF-7)


def test_the_review_comes_sooner_for_a_higher_grade() -> None:
    assert (
        review_days("reoffending", "High")
        < review_days("reoffending", "medium")
        < review_days("reoffending", "low")
    )
    assert review_days("harm", "") == review_days("harm", "high") == 42
    assert review_days("unknown", "") == DEFAULT_REVIEW_DAYS
    assert next_review(date(2026, 6, 1), cohort="reoffending", grade="high") == date(2026, 7, 13)


def test_a_stay_of_two_years_is_long() -> None:
    assert not is_long_stay(date(2024, 6, 1), date(2026, 5, 31))
    assert is_long_stay(date(2024, 6, 1), date(2026, 6, 1))
