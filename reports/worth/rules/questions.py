"""What is asked of the past: which day, what counts as offending later, which rules are held against each other."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from scoring.rules.fairness import ARRESTED_STATUSES

ONE_DAY = timedelta(days=1)
USUAL_MONTHS, HALF_YEAR, LONGEST_MONTHS = 12, 6, 24
# Offences of this long before the day are what the simplest rule counts.
COUNTED_MONTHS = 24
# The last score is that of the month before; a stored list may be this much older still.
LAST_SCORE_MONTHS, LIST_AT_MOST_OLD = 1, 31
# People alerted and selected in the year before the report.
ALERTED_AND_SELECTED_MONTHS = 12

# An offence counts when its latest outcome is one of these; the second list is what a court or a disposal has settled.
ANY_STATUSES = ARRESTED_STATUSES
PROVEN_STATUSES = ("convicted", "out_of_court_disposal")
SUSPECT = "suspect"


class Kind(StrEnum):
    """What is taken for offending later."""

    ANY = "any"
    PROVEN = "proven"


KIND_NAMES = {Kind.ANY: "Arrested, charged or proven", Kind.PROVEN: "Proven"}


class Rule(StrEnum):
    """What people are put in order by."""

    SCORE = "score"
    OFFENCES = "offences"
    LAST = "last"


RULE_NAMES = {
    Rule.SCORE: "Score",
    Rule.OFFENCES: f"Offences in {COUNTED_MONTHS} months",
    Rule.LAST: "Score a month before",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """Offending of one kind within so many months after the day."""

    kind: Kind
    months: int

    @property
    def code(self) -> str:
        return f"{self.kind.value}{self.months}"

    @property
    def words(self) -> str:
        return f"{KIND_NAMES[self.kind]} within {self.months} months"


def outcomes(months: int) -> list[Outcome]:
    """Both kinds within the whole time, and within half a year where that is shorter."""
    spans = [months, *([HALF_YEAR] if months > HALF_YEAR else [])]
    return [Outcome(kind, span) for span in spans for kind in Kind]


def main_outcomes(months: int) -> list[Outcome]:
    """The outcomes that are shown by group."""
    return [one for one in outcomes(months) if one.months == months]


def months_after(day: date, months: int) -> date:
    """The same day of the month so many months later or, below nought, earlier; the last day where it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))


def day_fault(as_of: date, months: int, *, on: date) -> str:
    """Why a day cannot be looked back to; empty when it can."""
    if not 1 <= months <= LONGEST_MONTHS:
        return f"The time after the day must be 1 to {LONGEST_MONTHS} months."
    if as_of.year < 2000:
        return "The day must be after 1999."
    if months_after(as_of, months) >= on:
        return f"{months} months after {as_of:%-d %B %Y} are not over yet. Choose an earlier day."
    return ""


def usual_day(on: date, months: int) -> date:
    """The latest day whose months are over."""
    day = months_after(on, -months)
    while months_after(day, months) >= on:
        day -= ONE_DAY
    return day


def sizes_fault(sizes: Sequence[int]) -> str:
    """Why these cannot be the lengths of a district's list; empty when they can."""
    if not sizes or list(sizes) != sorted(set(sizes)) or sizes[0] < 1 or len(sizes) > 6:
        return "The list sizes must be one to six whole numbers above nought, each once, in order."
    return ""
