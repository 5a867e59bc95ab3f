"""Why a person cannot be calculated: the published code's own kinds of error, in plain words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

MOST_SANCTIONS = 999


@dataclass(frozen=True)
class Problem:
    """One thing wrong: the published code's name for it, the field it stands at, and a sentence."""

    code: str
    field: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.sentence} ({self.code})"


class NotCalculable(Exception):
    """The inputs allow no result."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(str(problem) for problem in self.problems))


def refuse_if(problems: Iterable[Problem | None]) -> None:
    """NotCalculable with all that are problems; nothing when none is."""
    found = [problem for problem in problems if problem is not None]
    if found:
        raise NotCalculable(found)


def is_offence_code(code: str) -> bool:
    """Five digits: the Home Office's class and subclass."""
    return len(code) == 5 and code.isascii() and code.isdigit()


def wrong_form_of_code(code: str) -> Problem | None:
    if is_offence_code(code):
        return None
    return Problem("OFFENCE_CODE_INCORRECT_FORMAT", "ho_code", "The offence code must be 5 digits")


def no_mapping(code: str) -> Problem:
    return Problem(
        "OFFENCE_CODE_MAPPING_NOT_FOUND",
        "ho_code",
        f"Mapping not found: the instrument has no entry for the offence code {code}",
    )


def too_general(code: str) -> Problem:
    return Problem(
        "NEED_DETAILS_OF_EXACT_OFFENCE",
        "ho_code",
        f"Need details of exact offence: the code {code} stands for offences that count differently",
    )


def wrong_number_of_sanctions(sanctions: int) -> Problem | None:
    if 1 <= sanctions <= MOST_SANCTIONS:
        return None
    return Problem(
        "TOTAL_NUMBER_OF_SANCTIONS_OUT_OF_RANGE",
        "sanctions",
        f"The number of sanctions must be between 1 and {MOST_SANCTIONS}",
    )


def not_after_birth(code: str, field: str, words: str, day: date, *, born_on: date) -> Problem | None:
    if day > born_on:
        return None
    return Problem(code, field, f"{words} must be after the date of birth")
