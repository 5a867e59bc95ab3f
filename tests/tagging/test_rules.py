"""When a tag may be fitted, and what it may become (TAG-1, TAG-2)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tagging.rules import (
    AFTER_REMOVAL,
    FITTABLE,
    PURPOSE_LABELS,
    STATE_LABELS,
    TRANSITIONS,
    DeviceState,
    Fitting,
    Purpose,
    age_on,
    may_change,
    problems_with,
)

DAY = date(2026, 6, 30)
ADULT = date(1990, 6, 15)
FITTING = Fitting(
    starts_on=DAY, review_on=DAY + timedelta(days=28), consent_on=DAY, purposes=("protect_public",)
)
GUARDED = replace(FITTING, guardian_name="Pat Parent", guardian_consent_on=DAY, guardian_present=True)


def fields(fitting: Fitting, born: date | None = ADULT, today: date = DAY) -> set[str]:
    return set(problems_with(fitting, born=born, today=today))


def test_an_adult_who_consented_may_wear_a_tag() -> None:
    assert problems_with(FITTING, born=ADULT, today=DAY) == {}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"consent_on": None}, "consent_on"),
        ({"consent_on": DAY + timedelta(days=1)}, "consent_on"),
        ({"starts_on": DAY + timedelta(days=1)}, "starts_on"),
        ({"review_on": DAY}, "review_on"),
        ({"purposes": ()}, "purposes"),
    ],
)
def test_each_thing_that_is_missing_is_said_at_its_field(change: dict[str, object], field: str) -> None:
    assert fields(replace(FITTING, **change)) == {field}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        (date(2014, 7, 1), {"person"}),
        (date(2014, 6, 30), set()),
        (date(2008, 7, 1), set()),
        (None, {"person"}),
    ],
)
def test_nobody_under_twelve_or_of_unknown_age_wears_a_tag_even_with_a_guardian(
    born: date | None, expected: set[str]
) -> None:
    assert fields(GUARDED, born) == expected


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"guardian_name": " "}, "guardian_name"),
        ({"guardian_consent_on": None}, "guardian_consent_on"),
        ({"guardian_consent_on": DAY + timedelta(days=1)}, "guardian_consent_on"),
        ({"guardian_present": False}, "guardian_present"),
    ],
)
def test_under_eighteen_the_guardian_is_named_consents_and_is_present(
    change: dict[str, object], field: str
) -> None:
    seventeen, eighteen = date(2008, 7, 1), date(2008, 6, 30)
    fitting = replace(GUARDED, **change)  # type: ignore[arg-type]

    assert fields(fitting, seventeen) == {field}
    assert fields(fitting, eighteen) == set()


def test_age_counts_at_the_fitting_not_today() -> None:
    turned_twelve = date(2014, 6, 30)

    assert fields(replace(GUARDED, starts_on=DAY - timedelta(days=1), consent_on=DAY - timedelta(days=1),
                          guardian_consent_on=DAY - timedelta(days=1)), turned_twelve) == {"person"}  # fmt: skip


def test_somebody_born_on_the_29th_of_february_turns_on_the_1st_of_march() -> None:
    assert age_on(date(2008, 2, 29), date(2026, 2, 28)) == 17
    assert age_on(date(2008, 2, 29), date(2026, 3, 1)) == 18
    assert age_on(date(2008, 2, 29), date(2028, 2, 29)) == 20


ALLOWED = {
    "available": "allocated fitted idle faulty damaged lost retired",
    "allocated": "available fitted idle faulty damaged lost",
    "fitted": "available idle faulty damaged lost",
    "idle": "available allocated fitted faulty damaged lost retired",
    "faulty": "available damaged lost retired",
    "damaged": "faulty available lost retired",
    "lost": "available faulty damaged retired",
    "retired": "",
}


@pytest.mark.parametrize("start", list(DeviceState))
@pytest.mark.parametrize("end", list(DeviceState))
def test_a_device_goes_only_where_the_table_lets_it(start: DeviceState, end: DeviceState) -> None:
    assert may_change(start, end) == (end.value in ALLOWED[start.value].split())


def test_every_state_and_purpose_has_words_and_a_fitted_tag_is_not_fitted_again() -> None:
    assert set(TRANSITIONS) == set(STATE_LABELS) == set(DeviceState)
    assert len(PURPOSE_LABELS) == len(Purpose) == 8
    assert DeviceState.FITTED not in FITTABLE
    assert all(DeviceState.FITTED in TRANSITIONS[state] for state in FITTABLE)
    assert DeviceState.FITTED not in AFTER_REMOVAL
