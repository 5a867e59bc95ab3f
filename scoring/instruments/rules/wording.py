"""How inputs and results of an instrument are kept and said."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from iom.kernel.wording import date_uk
from scoring.instruments.rules.ogrs3 import Ogrs3, Ogrs3Inputs
from scoring.instruments.rules.predictors import Prediction, PredictorInputs
from scoring.instruments.rules.vocabulary import Sex

HEADING = "Local calculation, not the probation assessment"
CAUTION = (
    "Worked out here by the published formula from what was typed in. The probation assessment is made by probation, "
    "with more information. The formula uses sex and age, so the result is kept apart from the police score and never "
    "added to it."
)
INPUT_WORDS = {
    "sex": "Sex",
    "born_on": "Date of birth",
    "convicted_on": "Date of the current conviction",
    "followed_from": "Start of the follow-up",
    "sanctions": "Sanctions, with the current one",
    "violent_sanctions": "Violent sanctions",
    "first_age": "Age at the first sanction",
    "first_sanction_on": "Date of the first sanction",
    "last_sanction_on": "Date of the last sanction",
    "community_on": "In the community from",
    "ho_code": "Home Office offence code",
    "assessed_on": "Date of the assessment",
}
RESULT_WORDS = {"one_year_pct": "in one year", "two_year_pct": "in two years"}
SEX_SAID = {Sex.FEMALE.value: "Female", Sex.MALE.value: "Male"}
DATES = frozenset(name for name in INPUT_WORDS if name.endswith("_on") or name == "followed_from")


def kept_inputs(given: Ogrs3Inputs | PredictorInputs) -> dict[str, Any]:
    """The inputs as they are stored: dates as text, codes by their letter, what was not given left out."""
    return {name: _kept(value) for name, value in asdict(given).items() if value is not None}


def _kept(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value.value if isinstance(value, Enum) else value


def kept_ogrs3(found: Ogrs3) -> dict[str, str]:
    return {"one_year_pct": str(found.one_year_pct), "two_year_pct": str(found.two_year_pct)}


def kept_prediction(found: Prediction) -> dict[str, str]:
    """The percentage as it is shown, and the fraction it was rounded from."""
    return {"two_year_pct": str(found.percent), "two_year_fraction": repr(float(found.probability))}


def result_said(result: Mapping[str, str]) -> str:
    """35% in one year, 52% in two years."""
    return ", ".join(f"{result[name]}% {words}" for name, words in RESULT_WORDS.items() if name in result)


def inputs_said(inputs: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The inputs in words, in the order of the form."""
    return [(words, _said(name, inputs[name])) for name, words in INPUT_WORDS.items() if name in inputs]


def _said(name: str, value: Any) -> str:
    if name in DATES:
        return date_uk(value)
    return SEX_SAID.get(str(value), str(value)) if name == "sex" else str(value)
