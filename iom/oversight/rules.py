"""What counts as unusual, and how it is said. The limits are settings; the defaults are strict (SHR-3)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any


@dataclass(frozen=True)
class Kind:
    """One way in which access can be unusual: its name, and the sentence with the figures of a finding."""

    label: str
    sentence: str


KINDS = {
    "many": Kind(
        "Many records outside own cases",
        "Opened {people} records outside their own cases; their own daily mean over four weeks is {own},"
        " their team's median that day {team}.",
    ),
    "own_name": Kind("Own name", "Opened the record of a person with their own name."),
    "colleague": Kind("Colleague's name", "Opened the record of {people} with the name of another user."),
    "family": Kind("Own family name", "Opened {people} outside their own cases with their own family name."),
    "address": Kind(
        "Namesake's address", "Opened {people} who lives where a person with the user's own name lives."
    ),
    "hours": Kind("Out of hours", "Opened {people} records between {from_hour}:00 and {to_hour}:00."),
    "denied": Kind("Repeated denials", "Was denied {acts} times in one day."),
    "export": Kind(
        "Large export", "Exported {people} people at once; their largest export in four weeks was {own}."
    ),
    "moved": Kind("After leaving", "Opened {people} of a district they left within the last {days} days."),
}
OUTCOMES = {
    "explained": "Explained",
    "spoken_to": "Spoken to",
    "referred": "Referred to professional standards",
}
REVIEW_OUTCOMES = {"in_order": "In order", "follow_up": "To be followed up"}
SHORTEST_NOTE = 10
REVIEW_DUE_ON_DAY = 14
ACTS_KEPT = 50


@dataclass(frozen=True)
class Limits:
    """From where on access is unusual (settings `UNUSUAL_...`)."""

    many: int = 30
    many_times_usual: float = 3.0
    hours: int = 10
    from_hour: int = 22
    to_hour: int = 6
    denied: int = 10
    export: int = 100
    export_times_usual: float = 3.0
    days_after_leaving: int = 14
    days_of_history: int = 28


def sentence_of(kind: str, figures: dict[str, Any]) -> str:
    """A finding in words; one person is said in words as well."""
    people = int(figures.get("people", 0))
    counted = f"{people} people" if people != 1 else "a person"
    if kind in {"many", "hours", "export"}:
        counted = str(people)
    return KINDS[kind].sentence.format(**{**figures, "people": counted})


def month_before(day: date) -> date:
    """The first day of the month before this day's."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def month_after(month: date) -> date:
    return (month.replace(day=1) + timedelta(days=31)).replace(day=1)


def review_due_on(month: date) -> date:
    """The review of a month is due on the fourteenth of the next."""
    return month_after(month).replace(day=REVIEW_DUE_ON_DAY)
