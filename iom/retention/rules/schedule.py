"""The review schedule: groups, periods and what falls into which group, with its sources (SHR-4).

A deployment may name its own file (`RETENTION_SCHEDULE_FILE`); a record keeps the version it was judged by.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

SHIPPED = Path(__file__).resolve().parent.parent / "data" / "schedules.json"
GROUP_4 = 4
LEAST_GROUP_OF_A_SUSPECT = 3
NUMBERS = {
    1: "one",
    2: "two",
    3: "three",
    4: "four",
    5: "five",
    6: "six",
    7: "seven",
    8: "eight",
    9: "nine",
    10: "ten",
}


@dataclass(frozen=True)
class Group:
    """One review group: how long nothing may have come to notice, and how often to look again after that."""

    number: int
    label: str
    clear_years: int
    then_every_years: int
    until_age: int | None
    words: str


@dataclass(frozen=True)
class Schedule:
    """One version of the schedule, in force from a date."""

    version: str
    effective_from: date
    name: str
    status: str
    sources: Mapping[str, str]
    groups: Mapping[int, Group]
    categories: Mapping[str, int]
    statutory: Mapping[str, int]
    cohorts: Mapping[str, int]
    families: frozenset[str]
    roles: frozenset[str]
    cleared: frozenset[str]
    void: frozenset[str]

    def group_of_offence(self, category: str, other_category: str = "") -> int:
        """The strictest group among an event's categories; an offence nobody listed is group 3."""
        found = [self.categories[name] for name in (category, other_category) if name in self.categories]
        return min(found, default=LEAST_GROUP_OF_A_SUSPECT)

    def in_group(self, number: int) -> list[str]:
        """The categories listed under one group."""
        return sorted(name for name, group in self.categories.items() if group == number)


@dataclass(frozen=True)
class AccessTerms:
    """How long a controller has to answer a person who asks what is held about them."""

    version: str
    months: int
    extension_months: int
    begins: str
    next_working_day: bool
    sources: Mapping[str, str]


def schedules(path: str | Path | None = None) -> Sequence[Schedule]:
    """Every version of the schedule, oldest first."""
    found = [_schedule(row) for row in _document(str(path or SHIPPED))["schedules"]]
    return sorted(found, key=lambda one: one.effective_from)


def schedule_on(on: date, path: str | Path | None = None) -> Schedule:
    """The version in force on a day; the oldest for days before any."""
    known = schedules(path)
    return next((one for one in reversed(known) if one.effective_from <= on), known[0])


def access_terms(path: str | Path | None = None) -> AccessTerms:
    return AccessTerms(**_document(str(path or SHIPPED))["subject_access"])


@cache
def _document(path: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(Path(path).read_text())
    return loaded


def _schedule(row: Mapping[str, Any]) -> Schedule:
    if set(row["statutory"]) != {"1"}:
        raise ValueError("Statutory statuses are group 1 or none: the queue's statement knows no other.")
    groups = {int(number): Group(number=int(number), **group) for number, group in row["groups"].items()}
    return Schedule(
        version=row["version"],
        effective_from=date.fromisoformat(row["effective_from"]),
        name=row["name"],
        status=row["status"],
        sources=row["sources"],
        groups=groups,
        categories=_by_name(row["categories"]),
        statutory=_by_name(row["statutory"]),
        cohorts=_by_name(row["cohorts"]),
        families=frozenset(row["families"]),
        roles=frozenset(row["roles"]),
        cleared=frozenset(row["cleared"]),
        void=frozenset(row["void"]),
    )


def _by_name(groups: Mapping[str, Sequence[str]]) -> dict[str, int]:
    return {name: int(number) for number, names in groups.items() for name in names}


def number_words(number: int) -> str:
    """Ten rather than 10, in sentences."""
    return NUMBERS.get(number, str(number))
