"""OGRS3 as the Ministry of Justice published it (SCO-6, scoring.md 4)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from math import exp, log
from typing import Any

import pytest

from scoring.instruments import shipped
from scoring.instruments.rules.ogrs3 import Ogrs3, Ogrs3Inputs, ogrs3
from scoring.instruments.rules.problems import NotCalculable
from scoring.instruments.rules.rows import ogrs3_row
from scoring.instruments.rules.vocabulary import Band, Sex
from tests.scoring.instruments.cases import OGRS3, rows

# Written again from the paper: first age, female, male.
PAPER = [
    *((10, 0.785, 0), (12, 0.61385, 0.08392), (14, 0.66952, 0.07578), (16, -0.9592, -0.0616)),
    *((18, -0.8975, -0.6251), (21, -1.0285, -1.0515), (25, -1.0528, -1.1667), (30, -1.1291, -1.326)),
    *((35, -1.4219, -1.368), (40, -1.5247, -1.4997), (50, -2.4498, -2.0253)),
]


def calculated(**changes: Any) -> Ogrs3:
    return ogrs3(replace(OGRS3, **changes), shipped.ogrs3_weights())


def problems(given: Ogrs3Inputs) -> list[tuple[str, str]]:
    with pytest.raises(NotCalculable) as refused:
        ogrs3(given, shipped.ogrs3_weights())
    return [(problem.code, problem.field) for problem in refused.value.problems]


@pytest.mark.parametrize("case", rows("ogrs3_test_vectors_moj.csv"), ids=lambda case: case["test"])
def test_a_published_case_gets_its_published_result(case: dict[str, str]) -> None:
    found = ogrs3(ogrs3_row(case), shipped.ogrs3_weights())

    assert (str(found.one_year_pct), str(found.two_year_pct), found.band) == (
        case["expected_one_year_pct"],
        case["expected_two_year_pct"],
        case["expected_band"],
    )


@pytest.mark.parametrize("age", range(10, 61))
@pytest.mark.parametrize("sex", list(Sex))
def test_every_age_and_sex_counts_as_the_paper_says(age: int, sex: Sex) -> None:
    _, female, male = [line for line in PAPER if line[0] <= age][-1]
    total = (female if sex == Sex.FEMALE else male) + 0.12614 + 1.25112 * log(1 / 10) + 0.2406

    found = calculated(
        sex=sex, born_on=date(1990, 5, 5), convicted_on=date(2000, 5, 5), followed_from=date(1990 + age, 5, 5),
        sanctions=1, first_age=10, ho_code="03100", weight=Decimal("0.2406"),
    )  # fmt: skip

    assert found.one_year_pct == round(100 / (1 + exp(-total - 1.40256)))
    assert found.two_year_pct == round(100 / (1 + exp(-total - 2.1217)))


def test_the_day_before_a_birthday_the_younger_line_counts() -> None:
    on_the_day = calculated(followed_from=date(2025, 4, 29))
    the_day_before = calculated(followed_from=date(2025, 4, 28))

    assert on_the_day == calculated(followed_from=date(2060, 1, 1))
    assert the_day_before == calculated(followed_from=date(2015, 4, 29))
    assert the_day_before.two_year_pct > on_the_day.two_year_pct


def test_only_the_first_sanction_has_the_lower_status() -> None:
    """From one sanction to two the rate rises by the logarithm of 2, and the status by 0.33692."""

    def total(sanctions: int) -> float:
        p = float(calculated(sanctions=sanctions, weight=Decimal("1.5")).two_year_pct) / 100
        return log(p / (1 - p))

    assert total(2) - total(1) == pytest.approx(1.25112 * log(2) + 0.33692, abs=0.06)
    assert total(4) - total(2) == pytest.approx(1.25112 * log(2), abs=0.06)


def with_two_year_probability(p: float) -> Ogrs3:
    """The same person with a weight that brings the two-year probability to `p`."""
    rest = -1.4997 + 0.46306 + 1.25112 * log(22 / 26)
    return calculated(weight=Decimal(repr(log(p / (1 - p)) - 2.1217 - rest)))


def test_a_probability_is_rounded_to_five_places_and_then_to_whole_percent() -> None:
    assert with_two_year_probability(0.494996).two_year_pct == 50
    assert with_two_year_probability(0.494994).two_year_pct == 49
    assert with_two_year_probability(0.745).two_year_pct == 75


@pytest.mark.parametrize(
    ("p", "percent", "band"),
    [
        (0.49, 49, Band.LOW),
        (0.50, 50, Band.MEDIUM),
        (0.74, 74, Band.MEDIUM),
        (0.75, 75, Band.HIGH),
        (0.89, 89, Band.HIGH),
        (0.90, 90, Band.VERY_HIGH),
        (0.00001, 1, Band.LOW),
        (0.99999, 99, Band.VERY_HIGH),
    ],
)
def test_the_band_is_of_the_two_year_percentage_between_1_and_99(p: float, percent: int, band: Band) -> None:
    found = with_two_year_probability(p)

    assert (found.two_year_pct, found.band) == (percent, band)


def test_the_one_year_percentage_stays_between_1_and_99_too() -> None:
    assert calculated(weight=Decimal(-20)).one_year_pct == 1
    assert calculated(weight=Decimal(20)).one_year_pct == 99


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"born_on": date(1999, 2, 20), "first_age": 9}, "AGE_AT_CURRENT_CONVICTION_LESS_THAN_TEN", "convicted_on"),
        ({"first_age": 34}, "AGE_AT_FIRST_SANCTION_AFTER_AGE_AT_CURRENT_CONVICTION", "first_age"),
        ({"first_age": -1}, "AGE_AT_FIRST_SANCTION_OUT_OF_RANGE", "first_age"),
        ({"sanctions": 0}, "TOTAL_NUMBER_OF_SANCTIONS_OUT_OF_RANGE", "sanctions"),
        ({"sanctions": 1000}, "TOTAL_NUMBER_OF_SANCTIONS_OUT_OF_RANGE", "sanctions"),
        ({"ho_code": "9230"}, "OFFENCE_CODE_INCORRECT_FORMAT", "ho_code"),
        ({"ho_code": "0923A"}, "OFFENCE_CODE_INCORRECT_FORMAT", "ho_code"),
        ({"ho_code": "٠٩٢٣٠"}, "OFFENCE_CODE_INCORRECT_FORMAT", "ho_code"),
        ({"ho_code": "03703"}, "OFFENCE_CODE_MAPPING_NOT_FOUND", "ho_code"),
        ({"ho_code": "03605"}, "OFFENCE_CODE_MAPPING_NOT_FOUND", "ho_code"),
        ({"ho_code": "00000"}, "OFFENCE_CODE_MAPPING_NOT_FOUND", "ho_code"),
        ({"ho_code": "95000"}, "OFFENCE_CODE_MAPPING_NOT_FOUND", "ho_code"),
        ({"ho_code": "08800"}, "NEED_DETAILS_OF_EXACT_OFFENCE", "ho_code"),
        ({"weight": Decimal(999)}, "NEED_DETAILS_OF_EXACT_OFFENCE", "ho_code"),
        ({"followed_from": date(1985, 4, 28)}, "AGE_AT_START_OF_FOLLOWUP_LESS_THAN_TEN", "followed_from"),
        ({"followed_from": date(1975, 4, 29)}, "DATE_OF_START_OF_FOLLOWUP_BEFORE_DATE_OF_BIRTH", "followed_from"),
        ({"convicted_on": date(1975, 4, 29)}, "DATE_OF_CURRENT_CONVICTION_BEFORE_DATE_OF_BIRTH", "convicted_on"),
    ],
)  # fmt: skip
def test_each_thing_that_is_wrong_has_its_own_error_and_no_result(
    changes: dict[str, Any], code: str, field: str
) -> None:
    assert problems(replace(OGRS3, **changes)) == [(code, field)]


def test_the_edges_of_what_is_allowed_are_calculated() -> None:
    tenth_birthday = {"born_on": date(1999, 2, 19), "first_age": 10, "sanctions": 1}

    assert calculated(**tenth_birthday).two_year_pct > 1
    assert calculated(first_age=33).two_year_pct > 1
    assert calculated(sanctions=999).one_year_pct == 98


def test_all_that_is_wrong_is_said_at_once() -> None:
    found = problems(replace(OGRS3, first_age=40, sanctions=0, ho_code="1"))

    assert [field for _, field in found] == ["first_age", "sanctions", "ho_code"]
