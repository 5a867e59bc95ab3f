"""The extract files of a population while they are written: their heads, their rows, and the person in hand (INT-1)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

HEADERS: dict[str, tuple[str, ...]] = {
    "persons": (
        "nominal_ref", "family_name", "given_names", "date_of_birth", "sex", "ethnicity", "pnc_id", "cro_no",
        "prison_no", "crn", "home_unit", "address_line", "town", "postcode", "address_since", "aliases",
    ),
    "crimes": (
        "crime_ref", "offence_no", "nominal_ref", "role", "ho_code", "domestic_abuse", "occurred_from", "occurred_to",
        "status", "status_on", "victim_key", "recorded_at",
    ),
    "arrests": (
        "arrest_ref", "nominal_ref", "arrested_on", "reason", "crime_ref", "offence_no", "ho_code", "domestic_abuse",
        "offence_on", "recorded_at",
    ),
    "intelligence": ("log_ref", "nominal_ref", "role", "logged_on", "subject", "grade", "recorded_at"),
    "custody": (
        "custody_ref", "nominal_ref", "prison", "reason", "sentence", "held_from", "expected_release_on", "held_to",
        "licence_conditions", "recorded_at",
    ),
    "drug_tests": ("test_ref", "nominal_ref", "tested_on", "result", "recorded_at"),
    "incidents": ("incident_ref", "nominal_ref", "role", "kind", "occurred_on", "victim_key", "recorded_at"),
    "convictions": ("conviction_ref", "nominal_ref", "convicted_on", "ho_code", "recorded_at"),
}  # fmt: skip
EVENT_KINDS = tuple(kind for kind in HEADERS if kind != "persons")


@dataclass
class Nominal:
    """One person while their rows are made."""

    ref: str
    sex: str
    born: date
    unit: str
    profile: str
    weight: float
    first_day: int
    last_day: int
    uses_drugs: bool
    surges: bool
    victims: tuple[str, ...] = ()
    away: list[tuple[int, int]] = field(default_factory=list)

    def is_away(self, day: int) -> bool:
        return any(start <= day <= end for start, end in self.away)


@dataclass
class Files:
    """The open files, how many rows each has, and the references that victims are added to at the end."""

    writers: dict[str, Callable[[Sequence[Any]], Any]]
    counts: dict[str, int]
    crimes: list[tuple[str, str, str, str, str]] = field(default_factory=list)

    def write(self, kind: str, row: Sequence[Any]) -> None:
        self.writers[kind](row)
        self.counts[kind] += 1

    @property
    def events(self) -> int:
        return sum(self.counts[kind] for kind in EVENT_KINDS)
