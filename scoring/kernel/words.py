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
    """What the numbers stand for, as far as this process has met them; `kinds` only ever grows at its end."""

    def __init__(self) -> None:
        self.kinds: list[Kind] = []
        self._keys, self._places = np.zeros(0, np.int64), np.zeros(0, np.int64)

    def places(self, sent: Integers, learn: Callable[[Integers], Told]) -> Integers:
        """The place in `kinds` of each number; `learn` tells the words of rows whose number is met for the first time.

        It is given one row for each such number.
        """
        found = self._found(sent)
        unknown = np.flatnonzero(self._keys[found] != sent) if len(self._keys) else np.arange(len(sent))
        if len(unknown):
            numbers, first = np.unique(sent[unknown], return_index=True)
            self._add(numbers, learn(unknown[first]))
            found = self._found(sent)
        return self._places[found]

    def _found(self, sent: Integers) -> Integers:
        return np.minimum(np.searchsorted(self._keys, sent), max(len(self._keys) - 1, 0))

    def _add(self, numbers: Integers, told: Told) -> None:
        if sorted(row[0] for row in told) != numbers.tolist():
            raise UnknownKind("The words of an event could not be read.")
        added = len(self.kinds) + np.arange(len(told))
        for _, family, status, grade, category, da_category in told:
            self.kinds.append(
                Kind(_slot(family, status, grade), {"category": category, "da_category": da_category})
            )
        keys = np.append(self._keys, np.array([row[0] for row in told], dtype=np.int64))
        order = np.argsort(keys)
        self._keys, self._places = keys[order], np.append(self._places, added)[order]


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
