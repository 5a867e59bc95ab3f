"""How compliance is counted: what each deadline counts as, rates, periods and the seal of figures (CMP-8, RPT-1).

Every deadline is counted exactly once, by the date in force, in the period in which that date falls. Met late is
not met. An extension shows as one, beside how the deadline was judged by its extended date (CMP-7).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from cohorts.rules.deadlines import DEADLINE_RULES, DeadlineDates, DeadlineKind, State, state
from iom.working_days.rules import last_day_of_month


class Outcome(StrEnum):
    """What one deadline counts as on a day; exactly one of these."""

    MET = "met"
    MET_EXTENDED = "met_extended"
    LATE = "late"
    MISSED = "missed"
    OPEN = "open"
    ENDED = "ended"


OUTCOMES: tuple[Outcome, ...] = tuple(Outcome)
JUDGED: tuple[Outcome, ...] = (Outcome.MET, Outcome.MET_EXTENDED, Outcome.LATE, Outcome.MISSED)
OUTCOME_NAMES: Mapping[Outcome, str] = {
    Outcome.MET: "Met in time",
    Outcome.MET_EXTENDED: "Met by an extended date",
    Outcome.LATE: "Met late",
    Outcome.MISSED: "Missed",
    Outcome.OPEN: "Open",
    Outcome.ENDED: "Ended before due",
}
OUTCOME_MEANINGS: Mapping[Outcome, str] = {
    Outcome.MET: "Done by midnight (London) at the end of the policy's own due date.",
    Outcome.MET_EXTENDED: "Done after the policy's date, by the later date that supervision set with a reason.",
    Outcome.LATE: "Done after the date in force. Met late is not met.",
    Outcome.MISSED: "The date in force has passed and it is not done.",
    Outcome.OPEN: "Not done, and the date in force has not passed.",
    Outcome.ENDED: "The duty fell away on or before its due date, for example because the case closed.",
}


@dataclass(frozen=True, slots=True)
class Requirement:
    """One line of the compliance table: the clock, its requirement, and the clause it comes from."""

    kind: DeadlineKind
    code: str
    short: str
    words: str
    clause: str


_CODES = {
    DeadlineKind.ENGAGEMENT: ("CMP-2 (a)", "First engagement"),
    DeadlineKind.PLAN: ("CMP-2 (b)", "Plan on the profile"),
    DeadlineKind.ENDORSEMENT: ("CMP-2 (c)", "Plan and pathways endorsed"),
    DeadlineKind.DEREGISTRATION: ("CMP-3 (d)", "Deregistration"),
}
REQUIREMENTS: tuple[Requirement, ...] = tuple(
    Requirement(kind, *_CODES[kind], rule.words, rule.clause) for kind, rule in DEADLINE_RULES.items()
)
REQUIREMENT_OF: Mapping[DeadlineKind, Requirement] = {r.kind: r for r in REQUIREMENTS}


def outcome(dates: DeadlineDates, on: date) -> Outcome:
    """What a deadline counts as on the day `on`, knowing only what had happened by its end."""
    match state(dates, on):
        case State.MET:
            in_policy_time = dates.met_on is not None and dates.met_on <= dates.first_due_on
            return Outcome.MET if in_policy_time else Outcome.MET_EXTENDED
        case State.LATE:
            return Outcome.LATE
        case State.OVERDUE:
            return Outcome.MISSED
        case State.STOPPED:
            return Outcome.ENDED
        case _:
            return Outcome.OPEN


@dataclass(frozen=True, slots=True)
class Rate:
    """A share worked out from two counts, never typed."""

    part: int
    whole: int

    @property
    def is_small(self) -> bool:
        """So few cases that one more or less would move the percentage by ten points or more."""
        return 0 < self.whole < SMALL_NUMBER

    @property
    def percent(self) -> Decimal | None:
        """To one decimal place, halves up; 100.0 only when it is all of them and 0.0 only when it is none."""
        if not self.whole:
            return None
        exact = (Decimal(100 * self.part) / self.whole).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
        if self.part < self.whole:
            exact = min(exact, Decimal("99.9"))
        return max(exact, Decimal("0.1")) if self.part else exact

    @property
    def words(self) -> str:
        """ "12 of 15 (80.0%)", or "No cases"."""
        if self.percent is None:
            return "No cases"
        return f"{self.part:,} of {self.whole:,} ({self.percent}%)"


SMALL_NUMBER = 10
SMALL_NUMBER_WARNING = (
    f"Fewer than {SMALL_NUMBER} cases: one case more or less changes the percentage by ten points or more. "
    "Read the cases, not the percentage."
)

_NONE = (0,) * len(OUTCOMES)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many deadlines have each outcome, and how many of those had been extended; in the order of `OUTCOMES`."""

    by_outcome: tuple[int, ...] = _NONE
    extended_by_outcome: tuple[int, ...] = _NONE

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            tuple(a + b for a, b in zip(self.by_outcome, other.by_outcome, strict=True)),
            tuple(a + b for a, b in zip(self.extended_by_outcome, other.extended_by_outcome, strict=True)),
        )

    def of(self, what: Outcome) -> int:
        return self.by_outcome[OUTCOMES.index(what)]

    def extended_of(self, what: Outcome) -> int:
        return self.extended_by_outcome[OUTCOMES.index(what)]

    @property
    def due(self) -> int:
        return sum(self.by_outcome)

    @property
    def extended(self) -> int:
        return sum(self.extended_by_outcome)

    @property
    def met(self) -> int:
        return self.of(Outcome.MET)

    @property
    def met_extended(self) -> int:
        return self.of(Outcome.MET_EXTENDED)

    @property
    def late(self) -> int:
        return self.of(Outcome.LATE)

    @property
    def missed(self) -> int:
        return self.of(Outcome.MISSED)

    @property
    def open(self) -> int:
        return self.of(Outcome.OPEN)

    @property
    def ended(self) -> int:
        return self.of(Outcome.ENDED)

    @property
    def judged(self) -> int:
        """Those that can be judged: neither still open nor ended before they were due."""
        return sum(self.of(what) for what in JUDGED)

    @property
    def rate(self) -> Rate:
        """Met by the policy's own date, of those judged: the strict reading."""
        return Rate(self.met, self.judged)

    @property
    def rate_with_extensions(self) -> Rate:
        """Met by the date in force, extended or not, of those judged."""
        return Rate(self.met + self.met_extended, self.judged)


def counted(what: Outcome, number: int = 1, *, extended: bool = False) -> Counts:
    """So many deadlines with one outcome."""
    row = tuple(number if what is one else 0 for one in OUTCOMES)
    return Counts(row, row if extended else _NONE)


def total(parts: Iterable[Counts]) -> Counts:
    """The sum; nothing at all gives zeros."""
    made = Counts()
    for part in parts:
        made += part
    return made


# Measures a reader can ask the cases behind.
DUE, EXTENDED, ALL = "due", "extended", "all"
MEASURES: Mapping[str, str] = {
    DUE: "Due in the period",
    **{what.value: name for what, name in OUTCOME_NAMES.items()},
    EXTENDED: "Extended",
}


class Period(StrEnum):
    """Ready-made periods; a deadline belongs to a period by the date on which it was due, both ends counted."""

    RECENT = "recent"
    THIS_MONTH = "this_month"
    LAST_MONTH = "last_month"
    LAST_YEAR = "last_year"
    FINANCIAL_YEAR = "financial_year"
    OWN = "own"


PERIOD_NAMES: Mapping[Period, str] = {
    Period.RECENT: "Last 3 months and next 14 days",
    Period.THIS_MONTH: "This month",
    Period.LAST_MONTH: "Last month",
    Period.LAST_YEAR: "Last 12 months",
    Period.FINANCIAL_YEAR: "This financial year (from 1 April)",
    Period.OWN: "Dates I choose",
}
LONGEST_PERIOD_YEARS = 10


def period_dates(period: Period, on: date) -> tuple[date, date]:
    """First and last day of a ready-made period as seen on a day."""
    month = on.replace(day=1)
    match period:
        case Period.THIS_MONTH:
            return month, last_day_of_month(on.year, on.month)
        case Period.LAST_MONTH:
            last = month - timedelta(days=1)
            return last.replace(day=1), last
        case Period.LAST_YEAR:
            return _months_back(on, 12) + timedelta(days=1), on
        case Period.FINANCIAL_YEAR:
            year = on.year if on >= date(on.year, 4, 1) else on.year - 1
            return date(year, 4, 1), date(year + 1, 3, 31)
        case _:
            return _months_back(on, 3) + timedelta(days=1), on + timedelta(days=14)


def _months_back(on: date, months: int) -> date:
    year, month = divmod(on.year * 12 + on.month - 1 - months, 12)
    return date(year, month + 1, min(on.day, last_day_of_month(year, month + 1).day))


def period_fault(from_on: date, to_on: date) -> str:
    """Why two dates make no period, as a sentence; nothing when they do."""
    if to_on < from_on:
        return "The last day of the period must be on or after its first day."
    if to_on.year - from_on.year > LONGEST_PERIOD_YEARS:
        return f"The period must be {LONGEST_PERIOD_YEARS} years or shorter."
    return ""


def canonical(value: Any) -> str:
    """One text for one value: JSON with sorted keys, no spaces, plain ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def seal(sealed: Mapping[str, Any]) -> str:
    """The SHA-256 of the canonical form, in hexadecimal: two copies with the same seal hold the same figures."""
    return hashlib.sha256(canonical(sealed).encode("ascii")).hexdigest()
