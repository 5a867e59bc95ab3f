"""The price of many people under one model, in arrays (scoring.md 2.4): the steps bear the names of price.sql."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.kernel.digest import digest
from scoring.kernel.extract import Events, Part, day_number, moment_number
from scoring.kernel.tables import MOST_WORDS, Table, steps
from scoring.kernel.words import Integers
from scoring.pricing import Question, end_of_day
from scoring.rules.arithmetic import HUNDREDTHS, MILLIONTHS
from scoring.rules.vocabulary import CRIME, FAMILIES

Flags = NDArray[np.bool_]
_CRIME = FAMILIES.index(CRIME)
CRIMES_DAYS = 90
BASE_BITS = 20
# As PostgreSQL sends the day '-infinity': before every other.
NO_DAY = -(2**31)


@dataclass(frozen=True)
class Scores:
    """One row per person with at least one priced event, in the order of ids; `latest` is a day number, or NO_DAY."""

    ids: Integers
    person: Integers
    raw_hundredths: Integers
    published: Integers
    latest: Integers
    highest_base: Integers
    crimes_90: Integers
    occurrences: Integers
    victims: Integers
    has_news: Flags
    news_person: Integers
    news_event: Integers

    @property
    def person_ids(self) -> Integers:
        return self.ids[self.person]

    @property
    def digest(self) -> int:
        return digest(self.person_ids, self.raw_hundredths)

    def published_of(self, places: Integers) -> Integers:
        """The published scores of people by their places; 0 for whoever has no priced event."""
        found = np.zeros(len(self.ids), dtype=np.int64)
        found[self.person] = self.published
        return found[places]

    def news_of(self, places: Integers) -> dict[int, tuple[int, ...]]:
        """Person id -> the newly known scoring events, for people of these places."""
        wanted = np.zeros(len(self.ids), dtype=np.bool_)
        wanted[places] = True
        chosen = wanted[self.news_person]
        found: dict[int, list[int]] = {}
        rows = zip(self.ids[self.news_person[chosen]].tolist(), self.news_event[chosen].tolist(), strict=True)
        for person, event in rows:
            found.setdefault(person, []).append(event)
        return {person: tuple(sorted(events)) for person, events in found.items()}


@dataclass(frozen=True)
class Counted:
    """What is left after one row per offence and one contribution per occurrence: `person` to `is_frequent`.

    Victims and news are asked of every offence, whether it contributes or not.
    """

    person: Integers
    cell: Integers
    days: Integers
    points: Integers
    is_frequent: Flags
    victim_person: Integers
    victim: Integers
    news_person: Integers
    news_event: Integers


@dataclass(frozen=True)
class Priced:
    """Events within their lookback; `place` is their place in the part, `days` their age on the question's day."""

    place: Integers
    cell: Integers
    days: Integers
    points: Integers

    def where(self, chosen: Integers) -> "Priced":
        return Priced(self.place[chosen], self.cell[chosen], self.days[chosen], self.points[chosen])


def price(table: Table, events: Events, ask: Question) -> Scores:
    """Everybody's score under one model, as at the question's day and by what it may know."""
    grouped = _priced(table, events, events.grouped, ask)
    alone = _priced(table, events, events.alone, ask)
    parts = (
        _in_occurrences(table, events, grouped, ask),
        _counted(table, events, events.alone, alone, alone, _frequent(table, alone), ask),
    )
    columns = zip(*(vars(part).values() for part in parts), strict=True)
    return _tally(
        table, Counted(*(np.concatenate(column) for column in columns)), events, day_number(ask.as_of)
    )


def _priced(table: Table, events: Events, part: Part, ask: Question) -> Priced:
    """2. base x factor x decay, half up, once. A category the model does not name counts as its family's "other"."""
    older = events.as_of - day_number(ask.as_of)
    cells = part.cells[table.column]
    days = part.days - older if older else part.days
    counts = days <= table.reach[cells]
    if older:
        counts &= days >= 0
    if ask.known_before is not None:
        known = events.rows.bulk | (events.rows.recorded < moment_number(ask.known_before))
        counts &= known[part.place]
    place = np.flatnonzero(counts)
    cell, days = cells[place], days[place]
    points = table.rate[cell] * table.decay[table.first_day[cell] + days]
    points += MILLIONTHS // 2
    points //= MILLIONTHS
    return Priced(place, cell, days, points)


def _in_occurrences(table: Table, events: Events, priced: Priced, ask: Question) -> Counted:
    """1. One row per offence, the latest outcome; 3. one contribution per occurrence; 5. frequent by any offence."""
    part = events.grouped
    offence = part.occurrence[priced.place] * MOST_WORDS + table.category[priced.cell]
    if (offence[1:] < offence[:-1]).any():
        order = _sorted_within(offence)
        priced, offence = priced.where(order), offence[order]
    number = events.rows.event, part.place
    kept = _greatest(offence, part.rank[priced.place], number, priced.place)
    offences, occurrence = priced.where(kept), offence[kept] // MOST_WORDS
    value = (offences.points << BASE_BITS) | table.base[offences.cell]
    chosen = _greatest(occurrence, value, number, offences.place)
    is_frequent = _any(occurrence, _frequent(table, offences))
    return _counted(table, events, part, offences, offences.where(chosen), is_frequent, ask)


def _counted(
    table: Table,
    events: Events,
    part: Part,
    offences: Priced,
    contributing: Priced,
    is_frequent: Flags,
    ask: Question,
) -> Counted:
    rows = events.rows
    victims = _with_victim(table, events, part, offences)
    news = part.place[offences.place[_news(events, part, offences, ask)]]
    return Counted(
        person=rows.person[part.place[contributing.place]],
        cell=contributing.cell,
        days=contributing.days,
        points=contributing.points,
        is_frequent=is_frequent,
        victim_person=rows.person[victims],
        victim=rows.victim[victims] if len(victims) else victims,
        news_person=rows.person[news],
        news_event=rows.event[news],
    )


def _with_victim(table: Table, events: Events, part: Part, offences: Priced) -> Integers:
    """The rows whose victims are counted: every offence within the window with a factor above nothing."""
    uplift = table.config.victims
    if uplift is None:
        return part.place[:0]
    rows = part.place[offences.place]
    is_told = (
        (events.rows.victim[rows] != 0) & (offences.days <= uplift.window) & (table.factor[offences.cell] > 0)
    )
    return rows[is_told]


def _frequent(table: Table, priced: Priced) -> Flags:
    uplift = table.config.frequency
    if uplift is None:
        return np.zeros(len(priced.place), dtype=np.bool_)
    is_recent = priced.days <= uplift.window
    cell = priced.cell[is_recent]
    is_recent[is_recent] = (table.family[cell] == _CRIME) & (
        table.factor[cell] >= uplift.min_factor_hundredths
    )
    return is_recent


def _news(events: Events, part: Part, offences: Priced, ask: Question) -> Integers:
    """Newly known and worth something (scoring.md 2.8): back records loaded in bulk never are."""
    rows = events.rows
    known = rows.recorded >= moment_number(end_of_day(ask.baseline_on))
    place = part.place[offences.place]
    fresh = (offences.days < (ask.as_of - ask.baseline_on).days) | known[place]
    chosen = np.flatnonzero(fresh)
    place = place[chosen]
    is_news = (
        (offences.points[chosen] > 0)
        & ~rows.bulk[place]
        & (rows.recorded[place] >= moment_number(ask.news_from))
    )
    return chosen[is_news]


def _tally(table: Table, counted: Counted, events: Events, as_of: int) -> Scores:
    """4. Family subtotals and caps; 5. uplifts; 6. raw and published, and what orders equal scores."""
    people, families, person = len(events.ids), len(FAMILIES), counted.person
    family = table.family[counted.cell]
    sums = np.zeros(people * families, dtype=np.int64)
    np.add.at(sums, person * families + family, counted.points)
    by_family = sums.reshape(people, families)
    for place, cap in table.caps:
        np.minimum(by_family[:, place], cap, out=by_family[:, place])
    occurrences = np.bincount(person[counted.is_frequent], minlength=people)
    victims = _victims(counted, people)
    raw = by_family.sum(axis=1)
    raw += steps(table.config.frequency, occurrences) + steps(table.config.victims, victims)
    worth = np.flatnonzero(counted.points > 0)
    whose, age = person[worth], counted.days[worth]
    latest, highest = np.full(people, NO_DAY, dtype=np.int64), np.zeros(people, dtype=np.int64)
    np.maximum.at(latest, whose, as_of - age)
    np.maximum.at(highest, whose, table.base[counted.cell[worth]])
    crimes = np.bincount(whose[(age <= CRIMES_DAYS) & (family[worth] == _CRIME)], minlength=people)
    news = np.bincount(counted.news_person, minlength=people) > 0
    some = np.flatnonzero(np.bincount(person, minlength=people))
    return Scores(
        ids=events.ids,
        person=some,
        raw_hundredths=raw[some],
        published=(raw[some] + HUNDREDTHS // 2) // HUNDREDTHS,
        latest=latest[some],
        highest_base=highest[some],
        crimes_90=crimes[some],
        occurrences=occurrences[some],
        victims=victims[some],
        has_news=news[some],
        news_person=counted.news_person,
        news_event=counted.news_event,
    )


def _victims(counted: Counted, people: int) -> Integers:
    """How many different victims each person has."""
    order = np.lexsort((counted.victim, counted.victim_person))
    person, victim = counted.victim_person[order], counted.victim[order]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (person[1:] != person[:-1]) | (victim[1:] != victim[:-1])
    return np.bincount(person[first], minlength=people)


# Rows of one group lie side by side


def _starts(groups: Integers) -> Integers:
    """Where each group begins."""
    first = np.ones(len(groups), dtype=np.bool_)
    first[1:] = groups[1:] != groups[:-1]
    return np.flatnonzero(first)


def _sorted_within(keys: Integers) -> Integers:
    """The order that sorts keys which are in order but within some groups: only those are moved."""
    groups = keys // MOST_WORDS
    starts = _starts(groups)
    sizes = np.diff(np.append(starts, len(keys)))
    mixed = np.maximum.reduceat(keys, starts) != np.minimum.reduceat(keys, starts)
    places = np.flatnonzero(np.repeat(mixed, sizes))
    order = np.arange(len(keys))
    order[places] = places[np.argsort(keys[places], kind="stable")]
    return order


def _greatest(
    groups: Integers, value: Integers, number: tuple[Integers, Integers], place: Integers
) -> Integers:
    """One row per group: the greatest value, ties to the lower number of the event, which is looked up by place."""
    starts = _starts(groups)
    if len(starts) == len(groups):
        return np.arange(len(groups))
    sizes = np.diff(np.append(starts, len(groups)))
    best = np.repeat(np.maximum.reduceat(value, starts), sizes)
    chosen = np.flatnonzero(value == best)
    if len(chosen) == len(starts):
        return chosen
    events, rows = number
    left, tied = groups[chosen], events[rows[place[chosen]]]
    starts = _starts(left)
    sizes = np.diff(np.append(starts, len(left)))
    return chosen[tied == np.repeat(np.minimum.reduceat(tied, starts), sizes)]


def _any(groups: Integers, flags: Flags) -> Flags:
    """For each group whether any of its rows has the flag."""
    return np.logical_or.reduceat(flags, _starts(groups)) if len(groups) else flags
