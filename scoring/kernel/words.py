"""The words of the events as places in short lists: PostgreSQL sends each word's hash, this side knows the words.

The family, outcome and grading of an event are closed lists (check constraints), so the sum of their hashes
says exactly which they are; categories are known by 64 bits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from scoring.rules.vocabulary import (
    CRIME,
    FAMILIES,
    INTEL_GRADES,
    INTELLIGENCE,
    STAGE_OF_STATUS,
    STATUS_STAGES,
    STATUS_WHEN_UNKNOWN,
)

Integers = NDArray[np.int64]

# What decides lookback, factor and half-life: the family with the outcome of a crime or the grading of intelligence.
SLOTS = (
    *((CRIME, status) for status in STATUS_STAGES),
    *((INTELLIGENCE, grade) for grade in ("", *INTEL_GRADES)),
    *((family, "") for family in FAMILIES if family not in (CRIME, INTELLIGENCE)),
)
STAGES = np.array([STAGE_OF_STATUS[key] if family == CRIME else 0 for family, key in SLOTS])
IS_CRIME = np.array([family == CRIME for family, _ in SLOTS])

KIND_SQL = (
    "hashtextextended(e.family, 1)"
    " # hashtextextended(coalesce(e.status, ''), 2) # hashtextextended(e.intel_grade, 3)"
)


def hash_sql(column: str) -> str:
    """The 64 bits by which an open word is known."""
    return f"hashtextextended({column}, 0)"


class UnknownKind(RuntimeError):
    """An event has a family, outcome or grading outside the vocabulary: pricing stops rather than skip it."""


@dataclass(frozen=True)
class Kinds:
    """Every possible family, outcome and grading, by the sum of their hashes in rising order, with its slot."""

    keys: Integers
    slots: Integers

    def slots_of(self, sums: Integers) -> Integers:
        """The slot of each event."""
        found = np.minimum(np.searchsorted(self.keys, sums), len(self.keys) - 1)
        if not np.array_equal(self.keys[found], sums):
            raise UnknownKind("An event has a family, outcome or grading that scoring does not know.")
        return self.slots[found]


@cache
def kinds() -> Kinds:
    """The closed vocabulary under the hashes of this database server."""
    families, statuses = hashes(FAMILIES, 1), hashes(("", *STATUS_STAGES), 2)
    grades = hashes(("", *INTEL_GRADES), 3)
    rows = [
        (families[family] ^ statuses[status] ^ grades[grade], SLOTS.index(_slot(family, status, grade)))
        for family in families
        for status in statuses
        for grade in grades
    ]
    table = np.array(sorted(rows), dtype=np.int64)
    if len(np.unique(table[:, 0])) != len(table):
        raise UnknownKind("Two kinds of event have the same hash.")
    return Kinds(table[:, 0].copy(), table[:, 1].copy())


def _slot(family: str, status: str, grade: str) -> tuple[str, str]:
    if family == CRIME:
        return CRIME, status or STATUS_WHEN_UNKNOWN
    return family, grade if family == INTELLIGENCE else ""


@cache
def hashes(words: Sequence[str], seed: int = 0) -> dict[str, int]:
    """Word -> its 64 bits, as this database server works them out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word, hashtextextended(word, %s) FROM unnest(%s::text[]) AS word", [seed, list(words)]
        )
        return dict(cursor.fetchall())
