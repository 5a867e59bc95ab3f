"""The four clocks of the policy and what may be said of them on a given day (CMP-2, CMP-3, NEW-1).

Due dates are worked out once, from `iom.working_days.rules`, and stored. Everything here compares stored
dates with a date that it is given.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cohorts.rules.checklists import OwnerRole


class DeadlineKind(StrEnum):
    """The clocks (a) to (d) of the policy."""

    ENGAGEMENT = "engagement"
    PLAN = "plan"
    ENDORSEMENT = "endorsement"
    DEREGISTRATION = "deregistration"


class StartedBy(StrEnum):
    """The act whose local day is day 0."""

    SELECTION = "selection"
    DESELECTION = "deselection"


@dataclass(frozen=True)
class DeadlineRule:
    """One duty of the policy: what, who answers for it, within how many working days, and its clause."""

    kind: DeadlineKind
    letter: str
    words: str
    started_by: StartedBy
    working_days: int
    owner: OwnerRole
    clause: str


RULE_VERSION = "WYP-1"

DEADLINE_RULES: Mapping[DeadlineKind, DeadlineRule] = {
    DeadlineKind.ENGAGEMENT: DeadlineRule(
        DeadlineKind.ENGAGEMENT,
        "a",
        "Hold the first engagement",
        StartedBy.SELECTION,
        7,
        OwnerRole.MANAGER,
        "WYP, Action upon selection: as soon as possible after selection or at the latest within 7 working days, "
        "offender manager to conduct an initial engagement",
    ),
    DeadlineKind.PLAN: DeadlineRule(
        DeadlineKind.PLAN,
        "b",
        "Put the risk intervention plan on the profile",
        StartedBy.SELECTION,
        7,
        OwnerRole.MANAGER,
        "WYP, Action upon selection: complete and add the risk assessment intervention plan to the profile "
        "within 7 working days",
    ),
    DeadlineKind.ENDORSEMENT: DeadlineRule(
        DeadlineKind.ENDORSEMENT,
        "c",
        "Have the plan and pathways identified and endorsed",
        StartedBy.SELECTION,
        7,
        OwnerRole.SUPERVISION,
        "WYP, Compliance: within 7 working days from selection, have the intervention plan and pathways identified "
        "and endorsed",
    ),
    DeadlineKind.DEREGISTRATION: DeadlineRule(
        DeadlineKind.DEREGISTRATION,
        "d",
        "Complete deregistration with the rationale",
        StartedBy.DESELECTION,
        7,
        OwnerRole.SUPERVISION,
        "WYP, Compliance: within 7 working days from deselection, complete the deregistration process with the "
        "appropriate rationale recorded",
    ),
}


def rules_started_by(event: StartedBy) -> tuple[DeadlineRule, ...]:
    """The clocks that an act starts: three for selection, one for deselection."""
    return tuple(rule for rule in DEADLINE_RULES.values() if rule.started_by == event)


class State(StrEnum):
    """What is said of a deadline on a day; never stored."""

    OPEN = "open"
    DUE_TODAY = "due_today"
    OVERDUE = "overdue"
    MET = "met"
    LATE = "late"
    STOPPED = "stopped"


class Verdict(StrEnum):
    """How a deadline counts in a report; every deadline has exactly one on any day (CMP-8)."""

    MET = "met"
    EXTENDED = "extended"
    LATE = "late"
    MISSED = "missed"
    OPEN = "open"
    STOPPED = "stopped"


STATE_NAMES: dict[State, str] = {
    State.OPEN: "Open",
    State.DUE_TODAY: "Due today",
    State.OVERDUE: "Overdue",
    State.MET: "Met",
    State.LATE: "Met late",
    State.STOPPED: "Ended before it was due",
}
VERDICT_NAMES: dict[Verdict, str] = {
    Verdict.MET: "Met",
    Verdict.EXTENDED: "Extended",
    Verdict.LATE: "Met late",
    Verdict.MISSED: "Missed",
    Verdict.OPEN: "Open",
    Verdict.STOPPED: "Ended before it was due",
}


@dataclass(frozen=True)
class DeadlineDates:
    """The stored dates of one deadline, all local dates in London.

    `first_due_on` is the policy's own date (moved only by a proclaimed holiday), `due_on` the date in force
    after any extension. `stopped_on` is the day on which the duty fell away, for instance because the case closed.
    """

    started_on: date
    first_due_on: date
    due_on: date
    met_on: date | None = None
    stopped_on: date | None = None

    @property
    def extended(self) -> bool:
        """Whether supervision gave more time than the policy does."""
        return self.due_on > self.first_due_on


def _happened(day: date | None, on: date) -> bool:
    return day is not None and day <= on


def state(dates: DeadlineDates, on: date) -> State:
    """What is said of the deadline on the day `on`, knowing only what had happened by its end."""
    if _happened(dates.met_on, on):
        return State.MET if dates.met_on is not None and dates.met_on <= dates.due_on else State.LATE
    if _happened(dates.stopped_on, on):
        in_time = dates.stopped_on is not None and dates.stopped_on <= dates.due_on
        return State.STOPPED if in_time else State.OVERDUE
    if on > dates.due_on:
        return State.OVERDUE
    return State.DUE_TODAY if on == dates.due_on else State.OPEN


def verdict(dates: DeadlineDates, on: date) -> Verdict:
    """How the deadline counts on the day `on`: met late is not met, and an extension is shown as one (CMP-7)."""
    if _happened(dates.met_on, on) and dates.met_on is not None and dates.met_on <= dates.first_due_on:
        return Verdict.MET
    match state(dates, on):
        case State.MET:
            return Verdict.EXTENDED
        case State.LATE:
            return Verdict.LATE
        case State.OVERDUE:
            return Verdict.MISSED
        case State.STOPPED:
            return Verdict.STOPPED
        case _:
            return Verdict.EXTENDED if on > dates.first_due_on else Verdict.OPEN


def days_late(dates: DeadlineDates, on: date) -> int:
    """Calendar days past the date in force, 0 while in time or ended."""
    if state(dates, on) not in (State.OVERDUE, State.LATE):
        return 0
    until = dates.met_on if _happened(dates.met_on, on) and dates.met_on else on
    return (until - dates.due_on).days
