"""One packed read of the events of a set of people, for every model that is priced together (SCO-4)."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.kernel.packing import TooLarge, read_packed
from scoring.kernel.tables import LONGEST_DAYS, Tables
from scoring.kernel.words import KIND_SQL, STAGES, Integers, hash_sql, hashes, kinds
from scoring.pricing import VIEW, People, Question, sql_text
from scoring.rules.vocabulary import CRIME, FAMILIES

EPOCH = date(2000, 1, 1)
_EPOCH_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
_CRIME = FAMILIES.index(CRIME)
# (person, occurrence) in one sort key: the person's place above, so many bits of the occurrence's hash below.
PERSON_BITS, OCCURRENCE_BITS = 19, 44
WIDTHS = {"person": 8, "event": 8, "occurred": 4, "status_on": 4, "recorded": 8, "kind": 8, "occurrence": 8}


def day_number(on: date) -> int:
    """Days since 2000, as PostgreSQL sends a date."""
    return (on - EPOCH).days


def moment_number(at: datetime) -> int:
    """Microseconds since 2000, as PostgreSQL sends a moment."""
    return (at - _EPOCH_MOMENT) // timedelta(microseconds=1)


@dataclass(frozen=True)
class Rows:
    """Events in arrays side by side. `days` is their age; `rank` orders the outcomes of one offence."""

    person: Integers
    event: Integers
    days: Integers
    family: Integers
    factor_key: Integers
    bulk: NDArray[np.bool_]
    recorded: Integers
    categories: dict[str, Integers]
    victim: Integers
    rank: Integers
    occurrence: Integers

    def where(self, chosen: Any) -> "Rows":
        """The rows of a mask or of places, in that order."""
        arrays = {name: value[chosen] for name, value in vars(self).items() if name != "categories"}
        return Rows(**arrays, categories={name: value[chosen] for name, value in self.categories.items()})


@dataclass(frozen=True)
class Events:
    """The events of some people: `person` is a place in `ids`.

    `grouped` are the crimes that name an occurrence, those of one person and occurrence side by side; `alone` is
    everything else.
    """

    ids: Integers
    as_of: int
    grouped: Rows
    alone: Rows

    def of(self, places: Integers) -> "Events":
        """The events of the people at these places only; places stay as they are."""
        chosen = np.zeros(len(self.ids), dtype=np.bool_)
        chosen[places] = True
        return replace(
            self,
            grouped=self.grouped.where(chosen[self.grouped.person]),
            alone=self.alone.where(chosen[self.alone.person]),
        )


def extract(tables: Tables, ask: Question, people: People, *, window: int, source: str = VIEW) -> Events:
    """The events that any of these models may price as at the day, or as at `window` days before it."""
    sent = _sent(tables, ask, people, window, source)
    kind_table = kinds()
    kind = kind_table.places(sent["kind"])
    ids, person = _people(sent["person"])
    family, factor_key = kind_table.families[kind], kind_table.factor_keys[kind]
    days = day_number(ask.as_of) - sent["occurred"]
    if len(days) and days.max() >= LONGEST_DAYS:
        raise TooLarge("An event lies further back than the arrays hold.")
    # Latest outcome first, then the most advanced, then the latest day: greatest rank wins.
    rank = (sent["status_on"] << 20) | (STAGES[factor_key] << 15) | (LONGEST_DAYS - 1 - days)
    blank = hashes(("",))[""]
    victim = sent.get("victim", np.full(len(days), blank))
    rows = Rows(
        person=person,
        event=sent["event"],
        days=days,
        family=family,
        factor_key=factor_key,
        bulk=kind_table.bulk[kind],
        recorded=sent["recorded"],
        categories={column: tables.vocabulary.places(sent[column]) for column in tables.columns},
        victim=np.where(victim == blank, 0, victim),
        rank=rank,
        occurrence=sent["occurrence"],
    )
    grouped = (family == _CRIME) & (rows.occurrence != blank)
    return Events(
        ids=ids,
        as_of=day_number(ask.as_of),
        grouped=rows.where(_side_by_side(rows, np.flatnonzero(grouped))),
        alone=rows.where(np.flatnonzero(~grouped)),
    )


def _sent(tables: Tables, ask: Question, people: People, window: int, source: str) -> dict[str, Integers]:
    columns = {column: hash_sql(f"e.{column}") for column in tables.columns}
    if tables.counts_victims:
        columns["victim"] = hash_sql("e.victim_key")
    text = sql_text("extract.sql").format(
        source=source,
        people=people.condition,
        kind=KIND_SQL,
        occurrence=hash_sql("e.occurrence_ref"),
        columns=",\n       ".join(
            f"string_agg(int8send({value}), ''::bytea) AS {name}" for name, value in columns.items()
        ),
    )
    widths = WIDTHS | dict.fromkeys(columns, 8)
    return read_packed(text, _parameters(tables, ask, people, window), widths)


def _parameters(tables: Tables, ask: Question, people: People, window: int) -> dict[str, Any]:
    """How far back to read: two steps, since few families look back longest."""
    reach: dict[str, int] = {}
    for model in tables.models:
        for name, rule in model.config.families.items():
            reach[name] = max(reach.get(name, 0), rule.lookback + window)
    longest = max(reach.values())
    return {
        "as_of": ask.as_of,
        "watermark": ask.watermark,
        "longest": longest,
        "second": max((days for days in reach.values() if days < longest), default=longest),
        "longest_families": [name for name, days in reach.items() if days == longest],
        **people.parameters,
    }


def _people(sent: Integers) -> tuple[Integers, Integers]:
    """The people in the order of their ids, and the place of each event's person among them."""
    if len(sent) and not (sent[1:] >= sent[:-1]).all():
        ids, person = np.unique(sent, return_inverse=True)
        return ids, person.astype(np.int64)
    first = np.ones(len(sent), dtype=np.bool_)
    first[1:] = sent[1:] != sent[:-1]
    return sent[first], np.cumsum(first) - 1


def _side_by_side(rows: Rows, chosen: Integers) -> Integers:
    """The same rows with those of one person and occurrence side by side.

    Sorted by part of the occurrence's hash; in the rare case that two of a person's share it, by all of it.
    """
    person, occurrence = rows.person[chosen], rows.occurrence[chosen]
    if len(chosen) and person.max() < 2**PERSON_BITS:
        key = (person << OCCURRENCE_BITS) | (occurrence & (2**OCCURRENCE_BITS - 1))
        order = np.argsort(key)
        alike = key[order][1:] == key[order][:-1]
        if (occurrence[order][1:] == occurrence[order][:-1])[alike].all():
            return chosen[order]
    return chosen[np.lexsort((occurrence, person))]
