"""Reading one row of a file of people into the inputs of an instrument, with every cell that is wrong (SCO-6)."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from scoring.instruments.rules.ogrs3 import Ogrs3Inputs
from scoring.instruments.rules.predictors import PredictorInputs
from scoring.instruments.rules.problems import NotCalculable, Problem
from scoring.instruments.rules.vocabulary import Sex

T = TypeVar("T")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"-?[0-9]{1,9}")
SEXES = {"M": Sex.MALE, "MALE": Sex.MALE, "F": Sex.FEMALE, "FEMALE": Sex.FEMALE}


class Unreadable(ValueError):
    """What a cell must be."""


def ogrs3_row(cells: Mapping[str, str]) -> Ogrs3Inputs:
    """The inputs of OGRS3 in a row, by column name; NotCalculable with every cell that is missing or wrong."""
    read = _Reader(cells)
    given = {
        "sex": read.needed("sex", _sex),
        "born_on": read.needed("dob", _day),
        "convicted_on": read.needed("date_current_conviction", _day),
        "followed_from": read.needed("date_start_followup", _day),
        "sanctions": read.needed("sanctions", _number),
        "first_age": read.needed("age_first_sanction", _number),
        "ho_code": read.needed("ho_code", str),
        "weight": read.asked("weight_override", _weight),
    }
    read.refuse()
    return Ogrs3Inputs(**given)


def predictors_row(cells: Mapping[str, str], *, assessed_on: date) -> PredictorInputs:
    """The inputs of the predictors in a row; NotCalculable with every cell that is missing or wrong."""
    read = _Reader(cells)
    given = {
        "sex": read.needed("sex", _sex),
        "born_on": read.needed("dob", _day),
        "ho_code": read.needed("ho_code", str),
        "sanctions": read.needed("sanctions", _number),
        "violent_sanctions": read.needed("violent_sanctions", _number),
        "first_sanction_on": read.needed("first_sanction_date", _day),
        "last_sanction_on": read.needed("last_sanction_date", _day),
        "community_on": read.needed("community_date", _day),
    }
    read.refuse()
    return PredictorInputs(**given, assessed_on=assessed_on)


class _Reader:
    """Reads cells and gathers what is wrong with them."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        self._cells = cells
        self._problems: list[Problem] = []

    def asked(self, column: str, read: Callable[[str], T]) -> T | None:
        """A cell that may be empty."""
        text = self._cells.get(column, "").strip()
        try:
            return read(text) if text else None
        except Unreadable as wrong:
            self._problems.append(Problem("NOT_READABLE", column, f"{column} must be {wrong}"))
            return None

    def needed(self, column: str, read: Callable[[str], T]) -> Any:
        """A cell that must be filled."""
        if not self._cells.get(column, "").strip():
            self._problems.append(Problem("MISSING_MANDATORY_INPUT", column, f"{column} is missing"))
            return None
        return self.asked(column, read)

    def refuse(self) -> None:
        if self._problems:
            raise NotCalculable(self._problems)


def _sex(text: str) -> Sex:
    try:
        return SEXES[text.upper()]
    except KeyError:
        raise Unreadable("M or F") from None


def _day(text: str) -> date:
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise Unreadable("a real date, written YYYY-MM-DD")


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise Unreadable("a whole number")
    return int(text)


def _weight(text: str) -> Decimal:
    try:
        weight = Decimal(text)
    except InvalidOperation:
        raise Unreadable("a number") from None
    if not weight.is_finite() or abs(weight) > 1000:
        raise Unreadable("a number")
    return weight
