"""The words of the events: one number stands for all of an event's words, and is learnt when it is first met.

Family, outcome, grading and both categories go through one chain of 64-bit hashes (`scoring.packed`). What a number
means is looked up in the events themselves, once in a process; a few thousand cover a force.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from django.db import connection

from scoring.kernel.loops import loops
from scoring.kernel.shapes import Integers
from scoring.rules.vocabulary import (
    CRIME,
    FAMILIES,
    INTEL_GRADES,
    INTELLIGENCE,
    STAGE_OF_STATUS,
    STATUS_STAGES,
    STATUS_WHEN_UNKNOWN,
)

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
        self._place: dict[int, int] = {}
        self._keys, self._places = _table({})

    def places(self, sent: Integers, learn: Callable[[Integers], Told]) -> Integers:
        """The place in `kinds` of each number; `learn` tells the words of rows whose number is met for the first time.

        It is given one row for each such number.
        """
        found = self._found(sent)
        unknown = np.flatnonzero(found < 0)
        if len(unknown):
            numbers, first = np.unique(sent[unknown], return_index=True)
            self._add(numbers.tolist(), learn(unknown[first]))
            found = self._found(sent)
        return found

    def _found(self, sent: Integers) -> Integers:
        found: Integers = loops().look_up(self._keys, self._places, np.ascontiguousarray(sent))
        return found

    def _add(self, numbers: list[int], told: Told) -> None:
        if sorted(row[0] for row in told) != numbers:
            raise UnknownKind("The words of an event could not be read.")
        for number, family, status, grade, category, da_category in told:
            self._place[number] = len(self.kinds)
            self.kinds.append(
                Kind(_slot(family, status, grade), {"category": category, "da_category": da_category})
            )
        self._keys, self._places = _table(self._place)


def _table(place: Mapping[int, int]) -> tuple[Integers, Integers]:
    """Numbers and their places where a look-up finds them: at the number's lowest bits, or the next that was free."""
    size = 1 << (4 * len(place) + 1).bit_length()
    keys, places = np.zeros(size, np.int64), np.full(size, -1)
    for number, worth in place.items():
        at = number % size
        while places[at] >= 0:
            at = (at + 1) % size
        keys[at], places[at] = number, worth
    return keys, places


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
