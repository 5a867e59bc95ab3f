"""One packed read of the events of a set of people, for every model that is priced together (SCO-4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from scoring.kernel.loops import loops
from scoring.kernel.packing import TooLarge, read_rows
from scoring.kernel.shapes import LONGEST_DAYS, ROW, SENT, Integers, Rows
from scoring.kernel.tables import Kinds, Tables
from scoring.kernel.words import DICTIONARY, Told, blank
from scoring.packed import WORDS, kind_sql, packed_sql
from scoring.pricing import ALWAYS, People, Question, sql_text
from scoring.told import VIEW, relation_at

EPOCH = date(2000, 1, 1)
_EPOCH_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
LONG_AGO = -(2**62)


def day_number(on: date) -> int:
    """Days since 2000, as PostgreSQL sends a date."""
    return (on - EPOCH).days


def moment_number(at: datetime) -> int:
    """Microseconds since 2000, as PostgreSQL sends a moment; `ALWAYS` is before every other."""
    return LONG_AGO if at == ALWAYS else (at - _EPOCH_MOMENT) // timedelta(microseconds=1)


@dataclass(frozen=True)
class Events:
    """The events of some people: person `p`, a place in `ids`, has rows `starts[p]` to `starts[p + 1]`."""

    ids: Integers
    as_of: int
    starts: Integers
    rows: Rows
    kinds: Kinds


def extract(tables: Tables, asks: Sequence[Question], people: People, *, source: str = VIEW) -> Events:
    """The events that any of these models may price, now or as at its baseline; one question for each model."""
    if source == VIEW:
        source = relation_at(asks[0].watermark)
    asked = _parameters(tables, asks, people)
    sent = _person_by_person(
        read_rows(
            sql_text("extract.sql").format(packed=_packed(source), source=source, people=people.condition),
            asked,
            ROW,
        )
    )
    kind = DICTIONARY.places(sent["kind"], lambda rows: _words(sent[rows], people, source, asked))
    kinds = tables.kinds(DICTIONARY)
    as_of = day_number(asks[0].as_of)
    window = max((ask.as_of - ask.baseline_on).days for ask in asks)
    rows, ids, starts = loops().list_events(
        sent, kind, kinds.about, as_of, window, moment_number(asks[0].watermark), blank()
    )
    return Events(ids, as_of, starts, rows, kinds)


def _person_by_person(sent: NDArray[Any]) -> NDArray[Any]:
    """In this machine's order of bytes, and those of one person side by side, as they nearly always come."""
    sent = sent.astype(SENT)
    person = sent["person"]
    return sent if (person[1:] >= person[:-1]).all() else sent[np.argsort(person, kind="stable")]


def _packed(source: str) -> str:
    """The bytes of an event: kept beside it by the database; for any other relation worked out."""
    return "e.packed" if source == VIEW else packed_sql("event_id")


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
