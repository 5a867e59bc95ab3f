"""OGRS3: proven reoffending within one and two years, as the Ministry of Justice published it (scoring.md 4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext

from scoring.instruments.rules import problems
from scoring.instruments.rules.dates import completed_years
from scoring.instruments.rules.problems import Problem, refuse_if
from scoring.instruments.rules.vocabulary import Band, Instrument, Sex, band_of

YOUNGEST = 10
NEED_DETAILS = Decimal(999)
FIRST_SANCTION, FURTHER_SANCTION = Decimal("0.12614"), Decimal("0.46306")
COPAS = Decimal("1.25112")
ONE_YEAR, TWO_YEARS = Decimal("1.40256"), Decimal("2.1217")
# From which age on, female, male; the oldest first.
AGE_AND_SEX = tuple(
    (age, {Sex.FEMALE: Decimal(female), Sex.MALE: Decimal(male)})
    for age, female, male in (
        (50, "-2.4498", "-2.0253"),
        (40, "-1.5247", "-1.4997"),
        (35, "-1.4219", "-1.368"),
        (30, "-1.1291", "-1.326"),
        (25, "-1.0528", "-1.1667"),
        (21, "-1.0285", "-1.0515"),
        (18, "-0.8975", "-0.6251"),
        (16, "-0.9592", "-0.0616"),
        (14, "0.66952", "0.07578"),
        (12, "0.61385", "0.08392"),
        (10, "0.785", "0"),
    )
)
FIVE_PLACES, WHOLE = Decimal("0.00001"), Decimal(1)
DIGITS = 40


@dataclass(frozen=True)
class Ogrs3Inputs:
    """What OGRS3 asks; `weight` takes the place of the offence code's own, as some published cases need."""

    sex: Sex
    born_on: date
    convicted_on: date
    followed_from: date
    sanctions: int
    first_age: int
    ho_code: str
    weight: Decimal | None = None

    @property
    def age_at_conviction(self) -> int:
        return completed_years(self.born_on, self.convicted_on)

    @property
    def age_at_follow_up(self) -> int:
        return completed_years(self.born_on, self.followed_from)


@dataclass(frozen=True)
class Ogrs3:
    """Whole percentages between 1 and 99, and the band of the two-year one."""

    one_year_pct: int
    two_year_pct: int
    band: Band


def ogrs3(given: Ogrs3Inputs, weights: Mapping[str, Decimal]) -> Ogrs3:
    """The two percentages of a person; NotCalculable says why there are none. `weights`: offence code to weight."""
    weight = weights.get(given.ho_code) if given.weight is None else given.weight
    refuse_if([*_wrong(given), _wrong_weight(given, weight)])
    assert weight is not None
    with localcontext(prec=DIGITS):
        total = (
            _age_and_sex(given)
            + (FIRST_SANCTION if given.sanctions == 1 else FURTHER_SANCTION)
            + COPAS * (Decimal(given.sanctions) / (10 + given.age_at_conviction - given.first_age)).ln()
            + weight
        )
        one_year, two_years = _percent(total + ONE_YEAR), _percent(total + TWO_YEARS)
    return Ogrs3(one_year, two_years, band_of(Instrument.OGRS3, two_years))


def _wrong(given: Ogrs3Inputs) -> list[Problem | None]:
    conviction = problems.not_after_birth(
        "DATE_OF_CURRENT_CONVICTION_BEFORE_DATE_OF_BIRTH",
        "convicted_on",
        "The date of the current conviction",
        given.convicted_on,
        born_on=given.born_on,
    )
    follow_up = problems.not_after_birth(
        "DATE_OF_START_OF_FOLLOWUP_BEFORE_DATE_OF_BIRTH",
        "followed_from",
        "The start of the follow-up",
        given.followed_from,
        born_on=given.born_on,
    )
    return [
        conviction,
        follow_up,
        None if conviction else _wrong_age_at_conviction(given),
        None if conviction else _wrong_first_age(given),
        None if follow_up else _wrong_age_at_follow_up(given),
        problems.wrong_number_of_sanctions(given.sanctions),
        problems.wrong_form_of_code(given.ho_code),
    ]


def _wrong_age_at_conviction(given: Ogrs3Inputs) -> Problem | None:
    if given.age_at_conviction >= YOUNGEST:
        return None
    return Problem(
        "AGE_AT_CURRENT_CONVICTION_LESS_THAN_TEN",
        "convicted_on",
        f"The age at the current conviction must be {YOUNGEST} or more",
    )


def _wrong_first_age(given: Ogrs3Inputs) -> Problem | None:
    if given.first_age < 0:
        return Problem(
            "AGE_AT_FIRST_SANCTION_OUT_OF_RANGE",
            "first_age",
            "The age at the first sanction must be 0 or more",
        )
    if given.first_age <= given.age_at_conviction:
        return None
    return Problem(
        "AGE_AT_FIRST_SANCTION_AFTER_AGE_AT_CURRENT_CONVICTION",
        "first_age",
        "The age at the first sanction must not be above the age at the current conviction",
    )


def _wrong_age_at_follow_up(given: Ogrs3Inputs) -> Problem | None:
    if given.age_at_follow_up >= YOUNGEST:
        return None
    return Problem(
        "AGE_AT_START_OF_FOLLOWUP_LESS_THAN_TEN",
        "followed_from",
        f"The age at the start of the follow-up must be {YOUNGEST} or more",
    )


def _wrong_weight(given: Ogrs3Inputs, weight: Decimal | None) -> Problem | None:
    if not problems.is_offence_code(given.ho_code):
        return None
    if weight is None:
        return problems.no_mapping(given.ho_code)
    return problems.too_general(given.ho_code) if weight == NEED_DETAILS else None


def _age_and_sex(given: Ogrs3Inputs) -> Decimal:
    return next(by_sex[given.sex] for age, by_sex in AGE_AND_SEX if given.age_at_follow_up >= age)


def _percent(total: Decimal) -> int:
    """A probability to five places, then to whole percent, then between 1 and 99."""
    probability = (1 / (1 + (-total).exp())).quantize(FIVE_PLACES, rounding=ROUND_HALF_UP)
    return min(max(int((probability * 100).quantize(WHOLE, rounding=ROUND_HALF_UP)), 1), 99)
