"""The words of the events as places in short lists: PostgreSQL sends each word's hash, this side knows the words.

The family, outcome, grading and bulk mark of an event are closed lists (check constraints), so the sum of their hashes
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

# Keys of the factor: the outcomes of a crime, the gradings of intelligence, everything else, and no grading at all.
FACTOR_KEYS = (*STATUS_STAGES, *INTEL_GRADES)
PLAIN, UNGRADED = len(FACTOR_KEYS), len(FACTOR_KEYS) + 1
STAGES = np.array([*(STAGE_OF_STATUS[word] for word in STATUS_STAGES), *[0] * (len(INTEL_GRADES) + 2)])

KIND_SQL = (
    "hashtextextended(e.family, 1) # hashtextextended(coalesce(e.status, ''), 2)"
    " # hashtextextended(e.intel_grade, 3) # e.bulk_load::int::bigint"
)


def hash_sql(column: str) -> str:
    """The 64 bits by which an open word is known."""
    return f"hashtextextended({column}, 0)"


class UnknownKind(RuntimeError):
    """An event has a family, outcome or grading outside the vocabulary: pricing stops rather than skip it."""


@dataclass(frozen=True)
class Kinds:
    """Every possible family, outcome, grading and bulk mark, by the sum of their hashes, in rising order."""

    keys: Integers
    families: Integers
    factor_keys: Integers
    bulk: NDArray[np.bool_]

    def places(self, sums: Integers) -> Integers:
        """Which kind each event is."""
        found = np.minimum(np.searchsorted(self.keys, sums), len(self.keys) - 1)
        if not np.array_equal(self.keys[found], sums):
            raise UnknownKind("An event has a family, outcome or grading that scoring does not know.")
        return found


@cache
def kinds() -> Kinds:
    """The closed vocabulary under the hashes of this database server."""
    rows = []
    families, statuses = hashes(FAMILIES, 1), hashes(("", *STATUS_STAGES), 2)
    grades = hashes(("", *INTEL_GRADES), 3)
    for family, family_hash in families.items():
        for status, status_hash in statuses.items():
            for grade, grade_hash in grades.items():
                key = _factor_key(family, status, grade)
                for bulk in (0, 1):
                    rows.append(
                        (family_hash ^ status_hash ^ grade_hash ^ bulk, FAMILIES.index(family), key, bulk)
                    )
    table = np.array(sorted(rows), dtype=np.int64)
    if len(np.unique(table[:, 0])) != len(table):
        raise UnknownKind("Two kinds of event have the same hash.")
    return Kinds(table[:, 0].copy(), table[:, 1].copy(), table[:, 2].copy(), table[:, 3] == 1)


def _factor_key(family: str, status: str, grade: str) -> int:
    if family == CRIME:
        return FACTOR_KEYS.index(status or STATUS_WHEN_UNKNOWN)
    if family == INTELLIGENCE:
        return FACTOR_KEYS.index(grade) if grade else UNGRADED
    return PLAIN


@cache
def hashes(words: Sequence[str], seed: int = 0) -> dict[str, int]:
    """Word -> its 64 bits, as this database server works them out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word, hashtextextended(word, %s) FROM unnest(%s::text[]) AS word", [seed, list(words)]
        )
        return dict(cursor.fetchall())
