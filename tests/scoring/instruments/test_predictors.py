"""The static predictors as the Ministry of Justice published them (SCO-6, scoring.md 4)."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.instruments import shipped
from scoring.instruments.rules.dates import completed_years, months_later, whole_months
from scoring.instruments.rules.predictors import Coefficients, PredictorInputs, Tables, predictions
from scoring.instruments.rules.problems import NotCalculable
from scoring.instruments.rules.rows import predictors_row
from scoring.instruments.rules.vocabulary import Band, Instrument, Sex, band_of
from tests.scoring.instruments.cases import ASSESSED_ON, PREDICTORS, rows

PUBLISHED = [*rows("ogrs4_brief_test_vectors_moj.csv"), *rows("ogrs4_further_cases_moj.csv")]
TAKEN_OUT = ("03703", "03605")


def calculated(**changes: Any) -> dict[str, float]:
    found = predictions(replace(PREDICTORS, **changes), shipped.predictor_tables())
    return {instrument.value: float(one.probability) for instrument, one in found.items()}


@pytest.mark.parametrize(
    "case", [case for case in PUBLISHED if case["ho_code"] not in TAKEN_OUT], ids=lambda case: case["id"]
)
def test_a_published_case_gets_its_published_result(case: dict[str, str]) -> None:
    found = predictions(predictors_row(case, assessed_on=ASSESSED_ON), shipped.predictor_tables())

    for instrument, one in found.items():
        expected = case[f"expected_{instrument.value.lower()}_brief"]
        assert float(one.probability) == pytest.approx(float(expected), rel=1e-8)


@pytest.mark.parametrize("code", TAKEN_OUT)
def test_a_code_that_was_taken_out_of_the_list_has_no_mapping(code: str) -> None:
    with pytest.raises(NotCalculable, match="Mapping not found"):
        calculated(ho_code=code)


class Watched(Mapping[str, Decimal]):
    """Coefficients that remember which of them were asked for."""

    def __init__(self, numbers: Mapping[str, Decimal]) -> None:
        self.numbers, self.asked = numbers, set[str]()

    def __getitem__(self, name: str) -> Decimal:
        self.asked.add(name)
        return self.numbers[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.numbers)

    def __len__(self) -> int:
        return len(self.numbers)


def test_every_published_number_counts_for_somebody() -> None:
    shipped_ones = shipped.predictor_tables()
    watched = Tables(
        {
            one: Coefficients(Watched(of.terms), Watched(of.offences))
            for one, of in shipped_ones.coefficients.items()
        },
        shipped_ones.categories,
    )
    codes = {category: code for code, category in shipped_ones.categories.items()}.values()

    for sex, sanctions, violent in product(Sex, (1, 2, 3), (0, 1)):
        predictions(replace(PREDICTORS, sex=sex, sanctions=sanctions, violent_sanctions=violent), watched)
    for code in codes:
        predictions(replace(PREDICTORS, ho_code=code), watched)

    for one, of in watched.coefficients.items():
        for numbers in (of.terms, of.offences):
            assert isinstance(numbers, Watched)
            assert (one, set(numbers) - numbers.asked) == (one, set())


def test_offence_free_months_stop_counting_at_36_and_start_in_the_community() -> None:
    released = date(2022, 10, 3)

    assert calculated(community_on=released) == calculated(community_on=released - timedelta(100))
    assert calculated(community_on=released) != calculated(community_on=released + timedelta(1))
    today = calculated(community_on=ASSESSED_ON)
    assert today == calculated(community_on=ASSESSED_ON + timedelta(60))
    assert today == calculated(community_on=date(2025, 9, 4))
    assert today != calculated(community_on=date(2025, 9, 3))


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        ("2025-01-31", "2025-02-28", 0),
        ("2025-01-31", "2025-03-31", 2),
        ("2024-02-29", "2025-02-28", 11),
        ("2025-02-28", "2025-03-28", 1),
        ("2025-03-01", "2025-02-01", 0),
    ],
)
def test_whole_months(first: str, last: str, months: int) -> None:
    assert whole_months(date.fromisoformat(first), date.fromisoformat(last)) == months


def test_ages_are_in_completed_years_and_a_leap_day_waits_for_1_march() -> None:
    leap = date(1988, 2, 29)

    assert completed_years(leap, date(2009, 2, 28)) == 20
    assert completed_years(leap, date(2009, 3, 1)) == 21
    assert completed_years(leap, date(2012, 2, 29)) == 24


def test_three_months_later_is_at_most_the_last_of_the_month() -> None:
    assert months_later(date(2025, 11, 30), 3) == date(2026, 2, 28)
    assert months_later(date(2025, 10, 3), 3) == date(2026, 1, 3)


@pytest.mark.parametrize(
    ("instrument", "bounds"),
    [
        (Instrument.ARP, ("50", "75", "90")),
        (Instrument.VRP, ("30", "60", "80")),
        (Instrument.SVRP, ("1", "3", "6.9")),
    ],
)
def test_a_percentage_on_the_line_is_in_the_higher_band(
    instrument: Instrument, bounds: tuple[str, ...]
) -> None:
    order = list(Band)

    for place, bound in enumerate(bounds, 1):
        assert band_of(instrument, Decimal(bound)) == order[place]
        assert band_of(instrument, Decimal(bound) - Decimal("0.01")) == order[place - 1]


def test_the_band_is_of_the_percentage_as_it_is_shown() -> None:
    found = predictions(PREDICTORS, shipped.predictor_tables())

    for instrument, one in found.items():
        assert one.percent == round(one.probability * 100, 2)
        assert one.band == band_of(instrument, one.percent)


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"ho_code": "2801"}, "OFFENCE_CODE_INCORRECT_FORMAT", "ho_code"),
        ({"ho_code": "00000"}, "OFFENCE_CODE_MAPPING_NOT_FOUND", "ho_code"),
        ({"sanctions": 0, "violent_sanctions": 0}, "TOTAL_NUMBER_OF_SANCTIONS_OUT_OF_RANGE", "sanctions"),
        ({"sanctions": 1000}, "TOTAL_NUMBER_OF_SANCTIONS_OUT_OF_RANGE", "sanctions"),
        ({"violent_sanctions": 4}, "VIOLENT_SANCTION_OUT_OF_RANGE", "violent_sanctions"),
        ({"violent_sanctions": -1}, "VIOLENT_SANCTION_OUT_OF_RANGE", "violent_sanctions"),
        (
            {"first_sanction_on": date(2019, 6, 18)},
            "AGE_AT_FIRST_SANCTION_AFTER_AGE_AT_CURRENT_CONVICTION",
            "first_sanction_on",
        ),
        (
            {"first_sanction_on": date(1980, 6, 17)},
            "DATE_OF_FIRST_SANCTION_BEFORE_DATE_OF_BIRTH",
            "first_sanction_on",
        ),
        (
            {"community_on": date(1980, 6, 17)},
            "DATE_OF_START_OF_FOLLOWUP_BEFORE_DATE_OF_BIRTH",
            "community_on",
        ),
        ({"community_on": date(2090, 6, 17)}, "DATE_OF_START_OF_FOLLOWUP_OUT_OF_RANGE", "community_on"),
        (
            {"last_sanction_on": date(2026, 1, 4)},
            "DATE_OF_CURRENT_CONVICTION_WITHIN_THREE_MONTHS_OF_ASSESSMENT_DATE",
            "last_sanction_on",
        ),
    ],
)
def test_each_thing_that_is_wrong_has_its_own_error_and_no_result(
    changes: dict[str, Any], code: str, field: str
) -> None:
    with pytest.raises(NotCalculable) as refused:
        calculated(**changes)

    assert [(problem.code, problem.field) for problem in refused.value.problems] == [(code, field)]


def test_the_edges_of_what_is_allowed_are_calculated() -> None:
    assert calculated(last_sanction_on=date(2026, 1, 3))
    assert calculated(violent_sanctions=3)
    assert calculated(sanctions=999)
    assert calculated(ho_code="08800")


DAYS = st.dates(date(1920, 1, 1), date(2025, 10, 3))


@given(
    st.builds(
        PredictorInputs,
        sex=st.sampled_from(Sex),
        born_on=DAYS,
        ho_code=st.sampled_from(sorted(shipped.predictor_tables().categories)),
        sanctions=st.integers(0, 1001),
        violent_sanctions=st.integers(-1, 1001),
        first_sanction_on=DAYS,
        last_sanction_on=DAYS,
        community_on=DAYS,
        assessed_on=st.just(ASSESSED_ON),
    )
)
def test_everybody_gets_probabilities_or_a_reason(anybody: PredictorInputs) -> None:
    try:
        told: Any = [one.probability for one in predictions(anybody, shipped.predictor_tables()).values()]
    except NotCalculable as refused:
        told = [problem.sentence for problem in refused.problems]

    assert told
    assert all(told)
    assert all(isinstance(one, str) or 0 < one < 1 for one in told)
