"""The all, violent and serious violent reoffending predictors, static form (scoring.md 4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext

from scoring.instruments.rules import problems
from scoring.instruments.rules.dates import completed_years, months_later, whole_months
from scoring.instruments.rules.problems import Problem, refuse_if
from scoring.instruments.rules.vocabulary import Band, Instrument, Sex, band_of

PREDICTORS = (Instrument.SVRP, Instrument.VRP, Instrument.ARP)
POWERS = ("", "_QUADRATIC", "_CUBIC", "_QUARTIC")
MOST_MONTHS = 36
MONTHS_AHEAD = 3
TOO_OLD = 110
# Years added to the length of the career before the rate is taken.
GENERAL_CAREER, VIOLENT_MODEL_CAREER, VIOLENT_RATE_CAREER = 26, 12, 30
SEX_WORDS = {Sex.FEMALE: "FEMALE", Sex.MALE: "MALE"}
TWO_PLACES = Decimal("0.01")
DIGITS = 40


@dataclass(frozen=True)
class Coefficients:
    """One predictor's numbers: of its terms by their published names (one that it lacks is 0), and of offences."""

    terms: Mapping[str, Decimal]
    offences: Mapping[str, Decimal]

    def __call__(self, term: str) -> Decimal:
        return self.terms.get(term, Decimal(0))


@dataclass(frozen=True)
class Tables:
    """The published numbers: each predictor's coefficients, and the actuarial category of each offence code."""

    coefficients: Mapping[str, Coefficients]
    categories: Mapping[str, str]


@dataclass(frozen=True)
class PredictorInputs:
    """What the static forms ask; `community_on` is when the person was or will be back in the community."""

    sex: Sex
    born_on: date
    ho_code: str
    sanctions: int
    violent_sanctions: int
    first_sanction_on: date
    last_sanction_on: date
    community_on: date
    assessed_on: date

    def age_on(self, day: date) -> int:
        return completed_years(self.born_on, day)

    @property
    def career(self) -> int:
        """Years between the ages at the first and at the last sanction."""
        return self.age_on(self.last_sanction_on) - self.age_on(self.first_sanction_on)

    @property
    def offence_free_months(self) -> int:
        return min(whole_months(self.community_on, self.assessed_on), MOST_MONTHS)


@dataclass(frozen=True)
class Prediction:
    """A probability within two years, unrounded, and its band."""

    instrument: Instrument
    probability: Decimal
    band: Band

    @property
    def percent(self) -> Decimal:
        return percent_of(self.probability)


def percent_of(probability: Decimal) -> Decimal:
    """A probability in percent to two places, halves up; bands are of this number."""
    return (probability * 100).quantize(TWO_PLACES, rounding=ROUND_HALF_UP)


def predictions(given: PredictorInputs, tables: Tables) -> dict[Instrument, Prediction]:
    """Each predictor's result; NotCalculable says why there are none."""
    refuse_if(_wrong(given, tables))
    found = {}
    with localcontext(prec=DIGITS):
        for instrument in PREDICTORS:
            total = _total(instrument, given, tables)
            probability = 1 / (1 + (-total).exp())
            found[instrument] = Prediction(
                instrument, probability, band_of(instrument, percent_of(probability))
            )
    return found


def _total(instrument: Instrument, given: PredictorInputs, tables: Tables) -> Decimal:
    of = tables.coefficients[instrument]
    history = _general_history if instrument == Instrument.ARP else _violent_history
    return (
        of("TWO_YEAR_CONSTANT")
        + _of_age_and_sex(of, given)
        + of.offences[tables.categories[given.ho_code]]
        + _of_sanctions(of, given)
        + _of_offence_free_months(of, given)
        + history(of, given)
    )


def _of_age_and_sex(of: Coefficients, given: PredictorInputs) -> Decimal:
    age, sex = Decimal(given.age_on(given.community_on)), SEX_WORDS[given.sex]
    of_age = sum((of(f"AAI{power}_{sex}") * age**n for n, power in enumerate(POWERS, 1)), Decimal(0))
    return of_age + (of("FEMALE") if given.sex == Sex.FEMALE else 0)


def _of_sanctions(of: Coefficients, given: PredictorInputs) -> Decimal:
    total = of("SANCTION_OCCASIONS") * given.sanctions
    if given.sanctions == 1:
        total += of("FIRST_SANCTION")
    if given.sanctions == 2:
        between = of(f"YRS_BETWEEN_FIRST_AND_SECOND_SANCTION_{SEX_WORDS[given.sex]}")
        total += of("SECOND_SANCTION") + between * given.career
    return total


def _of_offence_free_months(of: Coefficients, given: PredictorInputs) -> Decimal:
    months = Decimal(given.offence_free_months)
    return sum(
        (of(f"OFFENCE_FREE_MONTHS{power}") * months**n for n, power in enumerate(POWERS, 1)), Decimal(0)
    )


def _general_history(of: Coefficients, given: PredictorInputs) -> Decimal:
    if given.sanctions < 3:
        return Decimal(0)
    sex, rate = SEX_WORDS[given.sex], _log_rate(given.sanctions, given.career + GENERAL_CAREER)
    return (
        of(f"THREE_PLUS_SANCTIONS_COPAS_G_{sex}") * rate
        + of(f"THREE_PLUS_SANCTIONS_COPAS_SQUARED_{sex}") * rate * rate
    )


def _violent_history(of: Coefficients, given: PredictorInputs) -> Decimal:
    sex, violent = SEX_WORDS[given.sex], given.violent_sanctions
    total = of("VIOLENT_SANCTIONS") * violent
    if given.sanctions >= 3:
        rate = _log_rate(given.sanctions, given.career + VIOLENT_MODEL_CAREER)
        total += of(f"THREE_PLUS_SANCTIONS_COPAS_V_{sex}") * rate
    if violent == 0:
        return total + of(f"NEVER_VIOLENT_{sex}")
    if violent == 1:
        total += of("ONCE_VIOLENT")
    return total + of("VIOLENT_RATE") * _log_rate(violent, given.career + VIOLENT_RATE_CAREER)


def _log_rate(count: int, years: int) -> Decimal:
    return (Decimal(count) / years).ln()


def _wrong(given: PredictorInputs, tables: Tables) -> list[Problem | None]:
    return [
        *_wrong_dates(given),
        problems.wrong_number_of_sanctions(given.sanctions),
        _wrong_violent_sanctions(given),
        problems.wrong_form_of_code(given.ho_code),
        problems.no_mapping(given.ho_code)
        if problems.is_offence_code(given.ho_code) and given.ho_code not in tables.categories
        else None,
    ]


def _wrong_dates(given: PredictorInputs) -> list[Problem | None]:
    before_birth = [
        problems.not_after_birth(code, field, words, day, born_on=given.born_on)
        for code, field, words, day in (
            (
                "DATE_OF_FIRST_SANCTION_BEFORE_DATE_OF_BIRTH",
                "first_sanction_on",
                "The date of the first sanction",
                given.first_sanction_on,
            ),
            (
                "DATE_OF_CURRENT_CONVICTION_BEFORE_DATE_OF_BIRTH",
                "last_sanction_on",
                "The date of the last sanction",
                given.last_sanction_on,
            ),
            (
                "DATE_OF_START_OF_FOLLOWUP_BEFORE_DATE_OF_BIRTH",
                "community_on",
                "The date in the community",
                given.community_on,
            ),
        )
    ]
    return before_birth if any(before_birth) else [_out_of_order(given), _too_late(given), _too_old(given)]


def _out_of_order(given: PredictorInputs) -> Problem | None:
    if given.first_sanction_on <= given.last_sanction_on:
        return None
    return Problem(
        "AGE_AT_FIRST_SANCTION_AFTER_AGE_AT_CURRENT_CONVICTION",
        "first_sanction_on",
        "The first sanction must not be after the last sanction",
    )


def _too_late(given: PredictorInputs) -> Problem | None:
    if given.last_sanction_on <= months_later(given.assessed_on, MONTHS_AHEAD):
        return None
    return Problem(
        "DATE_OF_CURRENT_CONVICTION_WITHIN_THREE_MONTHS_OF_ASSESSMENT_DATE",
        "last_sanction_on",
        f"The last sanction must not be more than {MONTHS_AHEAD} months after the assessment",
    )


def _too_old(given: PredictorInputs) -> Problem | None:
    if given.age_on(given.community_on) < TOO_OLD:
        return None
    return Problem(
        "DATE_OF_START_OF_FOLLOWUP_OUT_OF_RANGE",
        "community_on",
        f"The age at the date in the community must be below {TOO_OLD}",
    )


def _wrong_violent_sanctions(given: PredictorInputs) -> Problem | None:
    if 0 <= given.violent_sanctions <= given.sanctions:
        return None
    return Problem(
        "VIOLENT_SANCTION_OUT_OF_RANGE",
        "violent_sanctions",
        "The number of violent sanctions must be between 0 and the number of all sanctions",
    )
