"""Groups, clear periods and next reviews; the time to answer; what is hidden (SHR-4)."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iom.retention.rules.groups import (
    EventFact,
    ManagedFact,
    Reviewed,
    StatutoryFact,
    add_years,
    assess,
    attains,
    latest_next_review,
)
from iom.retention.rules.redaction import BadMarks, check, mark, names_in, passages, shown, unmarked
from iom.retention.rules.schedule import access_terms, schedule_on, schedules
from iom.retention.rules.terms import add_months, due_on, may_extend, runs_from
from iom.working_days.rules import Calendar

ON = date(2026, 11, 23)
SCHEDULE = schedule_on(ON)
LONG_AGO = date(2000, 1, 1)


def robbery(on: date = date(2019, 4, 1), **changes: object) -> EventFact:
    values = {
        "family": "crime",
        "category": "robbery_personal",
        "role": "suspect",
        "status": "charged",
        "occurred_on": on,
        "status_on": date(2019, 5, 3),
    }
    return EventFact(**{**values, **changes})  # type: ignore[arg-type]


def judged(*events: EventFact, on: date = ON, **known: object):
    return assess(SCHEDULE, events=list(events), **{"recorded_on": LONG_AGO, "on": on, **known})  # type: ignore[arg-type]


def test_a_robbery_charged_in_2019_is_group_2_until_2029() -> None:
    found = judged(robbery())

    assert found.group.number == 2
    assert found.due_on == date(2029, 5, 3)
    assert (
        found.sentence
        == "Group 2 because of robbery personal, charged 3 May 2019; clear period of ten years ends 3 May 2029."
    )


def test_a_new_relevant_event_restarts_the_clock_and_the_group_stays_the_strictest() -> None:
    theft = robbery(date(2021, 2, 1), category="shoplifting", status="arrested", status_on=date(2021, 2, 2))

    found = judged(robbery(), theft)

    assert (found.group.number, found.clock, found.due_on) == (2, date(2021, 2, 2), date(2031, 2, 2))
    assert "counts from shoplifting, arrested 2 February 2021" in found.sentence


@pytest.mark.parametrize(
    ("category", "da_category", "group", "due"),
    [
        ("rape_child", "", 1, date(2029, 5, 3)),
        ("violence_with_injury", "rape", 1, date(2029, 5, 3)),
        ("public_order", "stalking", 2, date(2029, 5, 3)),
        ("shoplifting", "", 3, date(2025, 5, 3)),
        ("nobody_listed_it", "", 3, date(2025, 5, 3)),
    ],
)
def test_the_strictest_category_decides_the_group(
    category: str, da_category: str, group: int, due: date
) -> None:
    found = judged(robbery(category=category, da_category=da_category))

    assert (found.group.number, found.due_on) == (group, due)


@pytest.mark.parametrize("status", ["no_crime", "eliminated"])
def test_an_offence_that_was_none_counts_with_none_of_its_rows(status: str) -> None:
    charged = robbery(occurrence_ref="NV/1")
    voided = robbery(occurrence_ref="NV/1", status=status, status_on=date(2020, 1, 1))

    assert judged(charged, voided).group.number == 4
    assert judged(charged, robbery(occurrence_ref="NV/2", status=status)).group.number == 2
    assert judged(robbery(occurrence_ref="", status=status)).group.number == 4


@pytest.mark.parametrize("status", ["acquitted", "nfa", "nfa_victim_not_supporting"])
def test_being_cleared_keeps_the_group_and_does_not_restart_the_clock(status: str) -> None:
    found = judged(robbery(status=status, status_on=date(2022, 1, 1)))

    assert (found.group.number, found.clock) == (2, date(2019, 4, 1))


def test_an_outcome_dated_before_its_offence_does_not_shorten_the_clear_period() -> None:
    found = judged(robbery(on=date(2021, 6, 1), status_on=date(2019, 5, 3)))

    assert found.clock == date(2021, 6, 1)


@pytest.mark.parametrize("role", ["victim", "witness", "associate", "reporter"])
def test_somebody_who_was_no_suspect_is_group_4(role: str) -> None:
    found = judged(robbery(role=role))

    assert (found.group.number, found.clock, found.due_on) == (4, date(2019, 4, 1), date(2025, 4, 1))
    assert "no offence is held against the person" in found.sentence


def test_intelligence_alone_neither_puts_into_a_group_nor_restarts_the_clock() -> None:
    log = robbery(date(2025, 1, 1), family="intelligence", status=None, status_on=None)

    assert judged(robbery(), log).clock == date(2019, 5, 3)
    assert judged(log).group.number == 4


def test_a_registered_sex_offender_is_group_1_and_is_looked_at_every_ten_years() -> None:
    found = judged(statutory=[StatutoryFact("rso", date(2012, 1, 31), date(2019, 1, 31))])

    assert (found.group.number, found.due_on) == (1, date(2029, 1, 31))
    assert found.sentence.startswith(
        "Group 1 because of registration as a sex offender, ended 31 January 2019"
    )


def test_an_order_that_ends_in_the_future_counts_from_its_beginning() -> None:
    found = judged(statutory=[StatutoryFact("shpo", date(2020, 3, 1), date(2030, 3, 1))])

    assert found.clock == date(2020, 3, 1)


@pytest.mark.parametrize(("ends_on", "clock"), [(ON, ON), (ON + timedelta(1), date(2020, 3, 1))])
def test_an_order_no_longer_holds_on_the_day_it_ends(ends_on: date, clock: date) -> None:
    assert judged(statutory=[StatutoryFact("shpo", date(2020, 3, 1), ends_on)]).clock == clock


def test_group_1_ends_at_one_hundred() -> None:
    found = judged(
        robbery(category="rape", occurred_on=date(2020, 1, 1), status_on=None), born=date(1928, 2, 29)
    )
    kept_since = judged(
        robbery(category="rape"),
        born=date(1920, 2, 29),
        reviewed=Reviewed(date(2025, 1, 1), date(2031, 1, 1)),
    )

    assert found.due_on == date(2028, 2, 29)
    assert kept_since.due_on == date(2031, 1, 1)


def test_while_a_case_is_open_nothing_is_due_and_after_it_the_clock_begins_anew() -> None:
    open_case = judged(managed=[ManagedFact(date(2010, 1, 1), None)])
    closed = judged(robbery(), managed=[ManagedFact(date(2020, 1, 1), date(2021, 6, 30))])
    statutory = judged(managed=[ManagedFact(date(2010, 1, 1), date(2011, 1, 1), ("three_cohort:statutory",))])

    assert open_case.due_on is None
    assert "No review is due while the case is open" in open_case.sentence
    assert (closed.group.number, closed.due_on) == (2, date(2031, 6, 30))
    assert statutory.group.number == 1


def test_a_review_that_kept_the_record_sets_the_next_and_a_new_offence_puts_it_off() -> None:
    kept = Reviewed(date(2026, 1, 1), date(2031, 1, 1))
    old = robbery(date(2015, 1, 1), status_on=None)

    assert judged(old, reviewed=kept).due_on == date(2031, 1, 1)
    assert judged(old, robbery(date(2026, 2, 1), status_on=None), reviewed=kept).due_on == date(2036, 2, 1)


def test_the_next_review_is_never_later_than_the_schedule_allows() -> None:
    assert latest_next_review(SCHEDULE.groups[3], date(2024, 2, 29), born=None) == date(2029, 2, 28)
    assert latest_next_review(SCHEDULE.groups[2], date(2024, 2, 29), born=None) == date(2034, 2, 28)
    assert latest_next_review(SCHEDULE.groups[1], ON, born=date(1930, 1, 1)) == date(2030, 1, 1)
    assert latest_next_review(SCHEDULE.groups[1], ON, born=date(1920, 1, 1)) == date(2036, 11, 23)


def test_29_february() -> None:
    assert add_years(date(2020, 2, 29), 6) == date(2026, 2, 28)
    assert add_years(date(2020, 2, 29), 4) == date(2024, 2, 29)
    assert attains(date(2000, 2, 29), 100) == date(2100, 3, 1)


PATIENT = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
DAYS = st.dates(min_value=date(1960, 1, 1), max_value=ON)
EVENTS = st.builds(
    EventFact,
    family=st.sampled_from(["crime", "arrest_other", "conviction", "intelligence", "substance"]),
    category=st.sampled_from(["rape", "robbery_personal", "shoplifting", "other", "gbh"]),
    role=st.sampled_from(["suspect", "offender", "victim", "witness"]),
    status=st.sampled_from([None, "suspect", "charged", "convicted", "nfa", "acquitted", "no_crime"]),
    occurred_on=DAYS,
    status_on=st.none() | DAYS,
    da_category=st.sampled_from(["", "stalking", "rape"]),
    occurrence_ref=st.sampled_from(["", "A", "B"]),
)


@PATIENT
@given(st.lists(EVENTS, max_size=6), EVENTS)
def test_another_event_never_lowers_the_group_nor_shortens_what_remains(
    events: list[EventFact], another: EventFact
) -> None:
    if another.status == "no_crime":
        return
    before, after = judged(*events), judged(*events, another)

    assert after.group.number <= before.group.number
    if before.group.number < 4:
        assert after.clock >= before.clock


@PATIENT
@given(st.lists(EVENTS, max_size=6), st.none() | DAYS)
def test_a_review_is_never_due_before_the_clear_period_is_over_except_at_one_hundred(
    events: list[EventFact], born: date | None
) -> None:
    found = judged(*events, born=born)

    assert found.due_on is not None
    years = found.group.clear_years
    assert found.clear_until == add_years(found.clock, years)
    oldest = attains(born, 100) if born and found.group.number == 1 else date.max
    assert found.due_on == min(found.clear_until, oldest)
    assert not found.is_due(found.due_on - timedelta(1))
    assert found.is_due(found.due_on)
    assert f"Group {found.group.number} because" in found.sentence


@PATIENT
@given(DAYS, st.integers(0, 30))
def test_a_year_later_is_the_same_day_of_the_month_or_the_28th(day: date, years: int) -> None:
    later = add_years(day, years)

    assert later.year - day.year == years
    assert (later.month, later.day) == (day.month, day.day) or (day.day, later.day) == (29, 28)


def test_a_schedule_says_its_sources_and_the_version_in_force_is_chosen_by_date() -> None:
    assert all(one.sources for one in schedules())
    assert schedule_on(date(1990, 1, 1)).version == schedules()[0].version
    assert set(SCHEDULE.categories.values()) == {1, 2}


# The time to answer a person

TERMS = access_terms()
CALENDAR = Calendar(frozenset({date(2026, 12, 25)}), date(2027, 12, 31), "test")


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2026, 1, 31), date(2026, 2, 28)),
        (date(2028, 1, 31), date(2028, 2, 29)),
        (date(2026, 3, 31), date(2026, 4, 30)),
        (date(2026, 2, 28), date(2026, 3, 28)),
        (date(2026, 12, 15), date(2027, 1, 15)),
        (date(2026, 11, 25), date(2026, 12, 25)),
    ],
)
def test_the_answer_is_due_on_the_corresponding_date_of_the_next_month(received: date, due: date) -> None:
    assert due_on(TERMS, received, CALENDAR) == due


def test_the_other_readings_are_settings() -> None:
    rolls = type(TERMS)(**{**vars(TERMS), "next_working_day": True})
    after = type(TERMS)(**{**vars(TERMS), "begins": "day_after"})

    assert due_on(rolls, date(2026, 11, 25), CALENDAR) == date(2026, 12, 28)
    assert due_on(after, date(2026, 6, 30), CALENDAR) == date(2026, 8, 1)


def test_two_further_months_are_counted_from_the_beginning() -> None:
    assert due_on(TERMS, date(2026, 11, 30), CALENDAR, extended=True) == date(2027, 2, 28)


def test_the_time_waits_for_the_proof_of_identity_only_where_that_was_asked_for() -> None:
    assert runs_from(ON, None, None) == ON
    assert runs_from(ON, None, ON + timedelta(5)) == ON
    assert runs_from(ON, ON + timedelta(1), None) is None
    assert runs_from(ON, ON + timedelta(1), ON + timedelta(5)) == ON + timedelta(5)


def test_an_extension_is_told_within_the_first_month_and_once() -> None:
    assert may_extend(ON, ON, already=False) == ""
    assert "within the first month" in may_extend(ON, ON + timedelta(1), already=False)
    assert "once" in may_extend(ON, ON, already=True)


@PATIENT
@given(DAYS, st.integers(0, 24))
def test_months_later_never_spill_into_the_month_after(day: date, months: int) -> None:
    later = add_months(day, months)

    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(1)).day == 1)


# What is hidden

TEXT = "Seen by PC Ann Field with Joe Bloggs at the café.\nHe said: nothing [sic]."


def test_what_is_marked_is_gone_from_what_is_shown_and_its_length_is_not_told() -> None:
    short, long = shown("a [[b]] c"), shown("a [[a very long name indeed]] c")

    assert short == long == "a [removed] c"


def test_nothing_but_brackets_may_be_added() -> None:
    marked = TEXT.replace("Joe Bloggs", "[[Joe Bloggs]]")

    assert check(marked.replace("\n", "\r\n"), TEXT) == marked
    for wrong in (TEXT, marked.replace("café", "cafe"), marked + " [[", "[[" + marked + "]]"):
        with pytest.raises(BadMarks):
            check(wrong, TEXT)


def test_names_are_marked_whole_and_the_longest_first() -> None:
    assert mark(TEXT, ["Ann Field", "Ann"]) == TEXT.replace("Ann Field", "[[Ann Field]]")
    assert mark("Annex", ["Ann"]) == "Annex"


def test_names_are_found_by_their_capitals() -> None:
    assert names_in("with Joe Bloggs and Mary de Vere near Leeds", ["Joe Bloggs"]) == ["Mary de Vere"]


def test_an_agency_of_many_words_is_no_name_and_who_stands_beside_it_is() -> None:
    known = ["Clearway Drug and Alcohol Service", "Pat", "Asker"]

    assert names_in("seen by Clearway Drug and Alcohol Service", known) == []
    assert names_in("Clearway Drug and Alcohol Service Ann Field called", known) == ["Ann Field"]
    assert names_in("with Pat Asker and Pat Field", known) == ["Pat Field"]


@pytest.mark.parametrize(
    "name",
    [
        "Zoë Müller",
        "Łukasz Żak",
        "Siân O'Neill",
        "Anne-Marie Smith-Jones",
        "John SMITH",
        "SMITH, John",
        "JOHN SMITH",
    ],
)
def test_names_are_found_however_they_are_written(name: str) -> None:
    assert names_in(f"was seen with {name} there", []) == [name]


@PATIENT
@given(st.text(alphabet="ab \n[]é", max_size=40), st.text(alphabet="xyz", min_size=1, max_size=8))
def test_a_hidden_word_is_never_in_what_is_shown(around: str, secret: str) -> None:
    around = around.replace("[", "").replace("]", "")
    marked = f"{around}[[{secret}]]{around}"

    assert secret not in shown(marked).replace("[removed]", "")
    assert passages(marked) == [secret]
    assert unmarked(marked) == f"{around}{secret}{around}"
