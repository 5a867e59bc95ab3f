"""One packed read of the events of a set of people, for every model that is priced together (SCO-4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from scoring.kernel.packing import TooLarge, read_rows
from scoring.kernel.tables import LONGEST_DAYS, Tables
from scoring.kernel.words import DICTIONARY, IS_CRIME, STAGES, Integers, Told, blank
from scoring.packed import LAYOUT, WORDS, kind_sql, packed_sql
from scoring.pricing import ALWAYS, People, Question, sql_text
from scoring.told import VIEW, relation_at

EPOCH = date(2000, 1, 1)
_EPOCH_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
LONG_AGO = -(2**62)
ROW = np.dtype([(name, f">i{width}") for name, width in LAYOUT])
# (person, occurrence) in one sort key: the person's place above, so many bits of the occurrence's hash below.
PERSON_BITS, OCCURRENCE_BITS = 19, 44


def day_number(on: date) -> int:
    """Days since 2000, as PostgreSQL sends a date."""
    return (on - EPOCH).days


def moment_number(at: datetime) -> int:
    """Microseconds since 2000, as PostgreSQL sends a moment; `ALWAYS` is before every other."""
    return LONG_AGO if at == ALWAYS else (at - _EPOCH_MOMENT) // timedelta(microseconds=1)


@dataclass(frozen=True)
class Rows:
    """Events as they were read; `recorded` is a moment number, `victim` 0 where there is none."""

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
    if source == VIEW:
        source = relation_at(asks[0].watermark)
    asked = _parameters(tables, asks, people)
    sent = read_rows(
        sql_text("extract.sql").format(packed=_packed(source), source=source, people=people.condition),
        asked,
        ROW,
    )
    kind = DICTIONARY.places(_column(sent, "kind"), lambda rows: _words(sent[rows], people, source, asked))
    kinds = tables.kinds(DICTIONARY)
    days = day_number(asks[0].as_of) - _column(sent, "occurred")
    window = max((ask.as_of - ask.baseline_on).days for ask in asks)
    reach, recorded = kinds.reach[kind], _column(sent, "recorded")
    kept = np.flatnonzero(
        (reach >= 0) & (days <= reach + window) & (recorded < moment_number(asks[0].watermark))
    )
    sent, kind, days = sent[kept], kind[kept], days[kept]
    ids, person = _people(_column(sent, "person"))
    victim = _column(sent, "victim") if tables.counts_victims else np.zeros(len(kept), np.int64)
    rows = Rows(
        person=person,
        event=_column(sent, "event"),
        bulk=sent["bulk"] != 0,
        recorded=recorded[kept],
        victim=np.where(victim == blank(), 0, victim),
    )
    slots = kinds.slots[kind]
    occurrence = _column(sent, "occurrence")
    is_grouped = IS_CRIME[slots] & (occurrence != blank())
    place = np.flatnonzero(is_grouped)
    place, number = _side_by_side(person[place], occurrence[place], place)
    alone = np.flatnonzero(~is_grouped)
    return Events(
        ids=ids,
        as_of=day_number(asks[0].as_of),
        rows=rows,
        grouped=Part(
            place=place,
            days=days[place],
            cells={column: cells[kind[place]] for column, cells in kinds.cells.items()},
            rank=_rank(sent["status_on"][place].astype(np.int64), slots[place], days[place]),
            occurrence=number,
        ),
        alone=Part(
            place=alone,
            days=days[alone],
            cells={column: cells[kind[alone]] for column, cells in kinds.cells.items()},
            rank=number[:0],
            occurrence=number[:0],
        ),
    )


def _packed(source: str) -> str:
    """The bytes of an event: kept beside it by the database; for any other relation worked out."""
    return "e.packed" if source == VIEW else packed_sql("event_id")


def _column(sent: NDArray[Any], name: str) -> Integers:
    return sent[name].astype(np.int64)


def _rank(status_on: Integers, slots: Integers, days: Integers) -> Integers:
    """Latest outcome first, then the most advanced, then the latest day: the greatest rank wins."""
    return (status_on << 20) | (STAGES[slots] << 15) | (LONGEST_DAYS - 1 - days)


def _words(rows: NDArray[Any], people: People, source: str, asked: Mapping[str, Any]) -> Told:
    """The words of some events, whose number this process meets for the first time."""
    text = sql_text("words.sql").format(
        kind=kind_sql(), words=", ".join(WORDS), source=source, people=people.condition
    )
    with connection.cursor() as cursor:
        cursor.execute(text, {**asked, "events": rows["event"].tolist(), "numbers": rows["kind"].tolist()})
        return cursor.fetchall()


def _parameters(tables: Tables, asks: Sequence[Question], people: People) -> dict[str, Any]:
    """How far back to read: the longest lookback, and the window in which a baseline lies before the day."""
    longest = max(
        model.config.longest_lookback + (ask.as_of - ask.baseline_on).days
        for model, ask in zip(tables.models, asks, strict=True)
    )
    if longest >= LONGEST_DAYS:
        raise TooLarge("Events that far back do not fit the arrays.")
    return {
        "as_of": asks[0].as_of,
        "longest": longest,
        "watermark": asks[0].watermark,
        **people.parameters,
    }


def _people(sent: Integers) -> tuple[Integers, Integers]:
    """The people in the order of their ids, and the place of each event's person among them."""
    if len(sent) and not (sent[1:] >= sent[:-1]).all():
        ids, person = np.unique(sent, return_inverse=True)
        return ids, person.astype(np.int64)
    first = _changes(sent)
    return sent[first], np.cumsum(first) - 1


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
