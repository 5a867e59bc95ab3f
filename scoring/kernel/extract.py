"""One packed read of the events of a set of people, for every model that is priced together (SCO-4)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from scoring.kernel.packing import TooLarge, read_packed
from scoring.kernel.tables import LONGEST_DAYS, Tables
from scoring.kernel.words import (
    DICTIONARY,
    IS_CRIME,
    OCCURRENCE_SQL,
    STAGES,
    VICTIM_SQL,
    WORDS,
    Integers,
    Told,
    blank,
    kind_sql,
)
from scoring.pricing import ALWAYS, VIEW, People, Question, end_of_day, sql_text

EPOCH = date(2000, 1, 1)
_EPOCH_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
LONG_AGO = -(2**62)
# The first packed column: marks, the age in days, and above them the person as a distance from the lowest id.
BULK, RECENT, VICTIM = 1, 2, 4
MARK_BITS, DAY_BITS = 3, 16
LARGEST_DISTANCE = 2 ** (62 - MARK_BITS - DAY_BITS)
# (person, occurrence) in one sort key: the person's place above, so many bits of the occurrence's hash below.
PERSON_BITS, OCCURRENCE_BITS = 19, 44
DENSE = {"who": 8, "event": 8, "kind": 8, "status_on": 4, "occurrence": 8}
SPARSE = {"recorded": 8, "victim": 8}


def day_number(on: date) -> int:
    """Days since 2000, as PostgreSQL sends a date."""
    return (on - EPOCH).days


def moment_number(at: datetime) -> int:
    """Microseconds since 2000, as PostgreSQL sends a moment; `ALWAYS` is before every other."""
    return LONG_AGO if at == ALWAYS else (at - _EPOCH_MOMENT) // timedelta(microseconds=1)


@dataclass(frozen=True)
class Rows:
    """Events as they were read. `recorded` is exact where it may matter and LONG_AGO before that."""

    person: Integers
    event: Integers
    bulk: NDArray[np.bool_]
    recorded: Integers
    victim: Integers


@dataclass(frozen=True)
class Part:
    """Some of the rows in an order of their own, with what every model asks of each: its age and its table cell.

    Of crimes that name an occurrence also its number and `rank`: the greatest is the latest outcome, ties the most
    advanced, then the later day.
    """

    place: Integers
    days: Integers
    cells: dict[str, Integers]
    rank: Integers
    occurrence: Integers

    def where(self, chosen: NDArray[np.bool_]) -> "Part":
        cells = {name: value[chosen] for name, value in self.cells.items()}
        if not len(self.rank):
            return replace(self, place=self.place[chosen], days=self.days[chosen], cells=cells)
        return Part(self.place[chosen], self.days[chosen], cells, self.rank[chosen], self.occurrence[chosen])


@dataclass(frozen=True)
class Events:
    """The events of some people: `person` is a place in `ids`.

    `grouped` are the crimes that name an occurrence, those of one person and occurrence side by side; `alone` is
    everything else.
    """

    ids: Integers
    as_of: int
    rows: Rows
    grouped: Part
    alone: Part

    def of(self, places: Integers) -> "Events":
        """The events of the people at these places only; places stay as they are."""
        chosen = np.zeros(len(self.ids), dtype=np.bool_)
        chosen[places] = True
        rows = chosen[self.rows.person]
        return replace(
            self,
            grouped=self.grouped.where(rows[self.grouped.place]),
            alone=self.alone.where(rows[self.alone.place]),
        )


def extract(tables: Tables, asks: Sequence[Question], people: People, *, source: str = VIEW) -> Events:
    """The events that any of these models may price, now or as at its baseline; one question for each model."""
    values = _parameters(tables, asks, people)
    sent = _sent(tables, values, people, source)
    who = sent["who"]
    ids, person = _people(who >> (MARK_BITS + DAY_BITS), people.lowest)
    kind = DICTIONARY.places(sent.pop("kind"), lambda numbers: _words(numbers, values, people, source))
    slots_of, cells_of = tables.cells(DICTIONARY)
    slots, cells = slots_of[kind], {column: places[kind] for column, places in cells_of.items()}
    rows = Rows(
        person=person,
        event=sent.pop("event"),
        bulk=who & BULK != 0,
        recorded=_sparse(who, RECENT, sent.pop("recorded"), LONG_AGO),
        victim=_sparse(who, VICTIM, sent.pop("victim"), 0),
    )
    days = (who >> MARK_BITS) & (2**DAY_BITS - 1)
    is_grouped = IS_CRIME[slots] & (sent["occurrence"] != blank())
    place = np.flatnonzero(is_grouped)
    place, occurrence = _side_by_side(person[place], sent["occurrence"][place], place)
    age = days[place]
    rank = (sent["status_on"][place] << 20) | (STAGES[slots[place]] << 15) | (LONGEST_DAYS - 1 - age)
    alone = np.flatnonzero(~is_grouped)
    return Events(
        ids=ids,
        as_of=day_number(asks[0].as_of),
        rows=rows,
        grouped=Part(place, age, {name: cell[place] for name, cell in cells.items()}, rank, occurrence),
        alone=Part(alone, days[alone], {name: cell[alone] for name, cell in cells.items()}, who[:0], who[:0]),
    )


def _sent(tables: Tables, values: dict[str, Any], people: People, source: str) -> dict[str, Integers]:
    # Without a model that counts victims none is sent.
    has_victim = "e.victim_key <> ''" if tables.counts_victims else "false"
    text = sql_text("extract.sql").format(
        kind=kind_sql(),
        occurrence=OCCURRENCE_SQL,
        victim=VICTIM_SQL,
        has_victim=has_victim,
        bulk=BULK,
        recent=RECENT,
        has=VICTIM,
        mark_bits=MARK_BITS,
        day_bits=DAY_BITS + MARK_BITS,
    )
    sent = read_packed(text + _known_events(people, source), values, DENSE | SPARSE)
    if len({len(sent[name]) for name in DENSE}) != 1:
        raise TooLarge("The packed columns are not equally long.")
    return sent


def _known_events(people: People, source: str) -> str:
    return sql_text("known_events.sql").format(people=people.condition, source=source)


def _words(numbers: list[int], values: dict[str, Any], people: People, source: str) -> Told:
    """The words behind numbers that this process meets for the first time, from the events themselves."""
    text = f"SELECT DISTINCT {kind_sql()}, {', '.join(WORDS)}\n"
    text += _known_events(people, source) + f"  AND {kind_sql()} = ANY (%(numbers)s::bigint[])"
    with connection.cursor() as cursor:
        cursor.execute(text, {**values, "numbers": numbers})
        return cursor.fetchall()


def _parameters(tables: Tables, asks: Sequence[Question], people: People) -> dict[str, Any]:
    """How far back to read: two steps, since few families look back longest; and from when a moment matters."""
    reach: dict[str, int] = {}
    for model, ask in zip(tables.models, asks, strict=True):
        for name, rule in model.config.families.items():
            window = (ask.as_of - ask.baseline_on).days
            reach[name] = max(reach.get(name, 0), rule.lookback + window)
    longest = max(reach.values())
    if longest >= LONGEST_DAYS or people.highest - people.lowest >= LARGEST_DISTANCE:
        raise TooLarge("Events that far back, or ids that far apart, do not fit the packed columns.")
    moments = [end_of_day(ask.baseline_on) for ask in asks]
    moments += [ask.news_from for ask in asks if ask.news_from != ALWAYS]
    return {
        "as_of": asks[0].as_of,
        "watermark": asks[0].watermark,
        "recent": min(moments),
        "longest": longest,
        "second": max((days for days in reach.values() if days < longest), default=longest),
        "longest_families": [name for name, days in reach.items() if days == longest],
        **people.parameters,
        "first_id": people.lowest,
    }


def _people(distances: Integers, lowest: int) -> tuple[Integers, Integers]:
    """The people in the order of their ids, and the place of each event's person among them."""
    if len(distances) and not (distances[1:] >= distances[:-1]).all():
        ids, person = np.unique(distances, return_inverse=True)
        return ids + lowest, person.astype(np.int64)
    first = np.ones(len(distances), dtype=np.bool_)
    first[1:] = distances[1:] != distances[:-1]
    return distances[first] + lowest, np.cumsum(first) - 1


def _sparse(who: Integers, mark: int, sent: Integers, otherwise: int) -> Integers:
    """A whole column of one that was sent only where its mark is set."""
    whole = np.full(len(who), otherwise, dtype=np.int64)
    whole[who & mark != 0] = sent
    return whole


def _side_by_side(person: Integers, occurrence: Integers, chosen: Integers) -> tuple[Integers, Integers]:
    """The rows with those of one person and occurrence side by side, and the number of each row's occurrence.

    Sorted by part of the occurrence's hash; in the rare case that two of a person's share it, by all of it.
    """
    order = None
    if len(person) and person.max() < 2**PERSON_BITS:
        key = (person << OCCURRENCE_BITS) | (occurrence & (2**OCCURRENCE_BITS - 1))
        order = np.argsort(key)
        first = _changes(key[order])
        if not np.array_equal(first, first | _changes(occurrence[order])):
            order = None
    if order is None:
        order = np.lexsort((occurrence, person))
        first = _changes(occurrence[order]) | _changes(person[order])
    return chosen[order], np.cumsum(first) - 1


def _changes(values: Integers) -> NDArray[np.bool_]:
    """Where a value differs from the one before it."""
    first = np.ones(len(values), dtype=np.bool_)
    first[1:] = values[1:] != values[:-1]
    return first
