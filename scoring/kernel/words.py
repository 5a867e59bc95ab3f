"""The words of the events: one number stands for all of an event's words, and is learnt when it is first met.

Family, outcome, grading and both categories go through one chain of 64-bit hashes (`scoring.packed`). What a number
means is looked up in the events themselves, once in a process; a few thousand cover a force.
"""

from collections.abc import Callable, Sequence
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


class UnknownKind(RuntimeError):
    """An event has a family, outcome or grading outside the vocabulary: pricing stops rather than skip it."""


@dataclass(frozen=True)
class Kind:
    """The words behind one number: the slot, and the category by the column of the view that holds it."""

    slot: int
    categories: dict[str, str]


Told = Sequence[tuple[int, str, str, str, str, str]]


class Dictionary:
    """What the numbers stand for, as far as this process has met them."""

    def __init__(self) -> None:
        self.kinds: dict[int, Kind] = {}
        self.keys = np.zeros(0, dtype=np.int64)

    def places(self, sent: Integers, learn: Callable[[list[int]], Told]) -> Integers:
        """The place of each number among those known; `learn` tells the words of numbers met for the first time."""
        found = self._found(sent)
        missing = sent if not len(self.keys) else sent[self.keys[found] != sent]
        if len(missing):
            self._add(learn(np.unique(missing).tolist()))
            found = self._found(sent)
            if not np.array_equal(self.keys[found], sent):
                raise UnknownKind("The words of an event could not be read.")
        return found

    def _found(self, sent: Integers) -> Integers:
        return np.minimum(np.searchsorted(self.keys, sent), max(len(self.keys) - 1, 0))

    def _add(self, told: Told) -> None:
        # One number for two sets of words would show here, as two rows.
        if len({key for key, *_ in told}) != len(told):
            raise UnknownKind("Different words share one number.")
        for key, family, status, grade, category, da_category in told:
            slot = _slot(family, status, grade)
            self.kinds[key] = Kind(slot, {"category": category, "da_category": da_category})
        self.keys = np.array(sorted(self.kinds), dtype=np.int64)

    def in_order(self) -> list[Kind]:
        """The kinds by place."""
        return [self.kinds[key] for key in self.keys.tolist()]


DICTIONARY = Dictionary()


def _slot(family: str, status: str, grade: str) -> int:
    key = ""
    if family == CRIME:
        key = status or STATUS_WHEN_UNKNOWN
    if family == INTELLIGENCE:
        key = grade
    if (family, key) not in SLOTS:
        raise UnknownKind(f"Scoring does not know {family} {key}.")
    return SLOTS.index((family, key))


@cache
def blank() -> int:
    """The number of an occurrence reference that is not there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT hashtextextended('', 0)")
        (number,) = cursor.fetchone() or (0,)
        return int(number)
