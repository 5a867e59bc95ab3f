"""The price of many people under one model, in arrays (scoring.md 2.4): the steps bear the names of price.sql."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.kernel.digest import digest
from scoring.kernel.extract import Events, Rows, day_number, moment_number
from scoring.kernel.tables import Table, steps
from scoring.kernel.words import Integers
from scoring.pricing import Question, end_of_day
from scoring.rules.arithmetic import HUNDREDTHS, MILLIONTHS
from scoring.rules.vocabulary import CRIME, FAMILIES

Flags = NDArray[np.bool_]
_CRIME = FAMILIES.index(CRIME)
CRIMES_DAYS = 90
# As PostgreSQL sends the day '-infinity': before every other.
NO_DAY = -(2**31)


@dataclass(frozen=True)
class Counted:
    """The events left after one row per offence: what step 3 and 4 look at."""

    person: Integers
    event: Integers
    days: Integers
    family: Integers
    base: Integers
    points: Integers
    is_scored: Flags
    contributes: Flags
    is_frequent: Flags
    victim: Integers
    is_news: Flags


@dataclass(frozen=True)
class Scores:
    """One row per person with at least one priced event, in the order of ids; `latest` is a day number, or NO_DAY."""

    person: Integers
    raw_hundredths: Integers
    published: Integers
    latest: Integers
    highest_base: Integers
    crimes_90: Integers
    occurrences: Integers
    victims: Integers
    has_news: Flags
    counted: Counted
    ids: Integers

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
        chosen = self.counted.is_news & wanted[self.counted.person]
        found: dict[int, list[int]] = {}
        for person, event in zip(
            self.ids[self.counted.person[chosen]].tolist(), self.counted.event[chosen].tolist(), strict=True
        ):
            found.setdefault(person, []).append(event)
        return {person: tuple(sorted(events)) for person, events in found.items()}


def price(table: Table, events: Events, ask: Question) -> Scores:
    """Everybody's score under one model, as at the question's day and by what it may know."""
    older = events.as_of - day_number(ask.as_of)
    counted = _together(
        _counted_in_occurrences(table, _priced(table, events.grouped, ask, older), ask),
        _counted_alone(table, _priced(table, events.alone, ask, older), ask),
    )
    return _tally(table, counted, events, day_number(ask.as_of))


@dataclass(frozen=True)
class Priced:
    """Events within their lookback with base, factor and points; `days` is their age as at the question's day."""

    rows: Rows
    days: Integers
    category: Integers
    base: Integers
    factor: Integers
    points: Integers

    def where(self, chosen: Integers) -> "Priced":
        return Priced(
            self.rows.where(chosen), self.days[chosen], self.category[chosen], self.base[chosen],
            self.factor[chosen], self.points[chosen],
        )  # fmt: skip


def _priced(table: Table, rows: Rows, ask: Question, older: int) -> Priced:
    """2. base x factor x decay, half up, once. A category the model does not name counts as its family's "other"."""
    days = rows.days - older if older else rows.days
    cell = rows.family * table.width + rows.categories[table.column]
    base, factor = table.base[cell], table.factor[rows.factor_key]
    counts = (days <= table.lookback[rows.family]) & (base >= 0) & (factor >= 0)
    if older:
        counts &= days >= 0
    if ask.known_before is not None:
        counts &= rows.bulk | (rows.recorded < moment_number(ask.known_before))
    chosen = np.flatnonzero(counts)
    rows, days, base, factor = rows.where(chosen), days[chosen], base[chosen], factor[chosen]
    decay = table.decay[rows.family * table.days + days]
    points = (base * factor * decay + MILLIONTHS // 2) // MILLIONTHS
    return Priced(rows, days, table.category[cell[chosen]], base, factor, points)


def _counted_in_occurrences(table: Table, priced: Priced, ask: Question) -> Counted:
    """1. One row per offence, the latest outcome; 3. one contribution per occurrence; 5. frequent by any offence."""
    rows = priced.rows
    occurrence = _groups(rows.person, rows.occurrence)
    order = _offences_side_by_side(occurrence, priced.category)
    if order is not None:
        priced, occurrence = priced.where(order), occurrence[order]
        rows = priced.rows
    offence = _groups(occurrence, priced.category)
    priced = priced.where(_greatest(offence, rows.rank, rows.event))
    occurrence = _groups(priced.rows.person, priced.rows.occurrence)
    contributes = np.zeros(len(occurrence), dtype=np.bool_)
    contributes[_greatest(occurrence, (priced.points << 20) | priced.base, priced.rows.event)] = True
    is_frequent = _any(occurrence, _frequent(table, priced))
    return _counted(priced, ask, contributes, is_frequent)


def _counted_alone(table: Table, priced: Priced, ask: Question) -> Counted:
    """Everything but crimes, and crimes without a reference: each for itself."""
    everything = np.ones(len(priced.days), dtype=np.bool_)
    return _counted(priced, ask, everything, _frequent(table, priced))


def _counted(priced: Priced, ask: Question, contributes: Flags, is_frequent: Flags) -> Counted:
    rows = priced.rows
    return Counted(
        person=rows.person,
        event=rows.event,
        days=priced.days,
        family=rows.family,
        base=priced.base,
        points=priced.points,
        is_scored=priced.factor > 0,
        contributes=contributes,
        is_frequent=is_frequent,
        victim=rows.victim,
        is_news=_news(priced, ask),
    )


def _frequent(table: Table, priced: Priced) -> Flags:
    uplift = table.config.frequency
    if uplift is None:
        return np.zeros(len(priced.days), dtype=np.bool_)
    return (
        (priced.rows.family == _CRIME)
        & (priced.days <= uplift.window)
        & (priced.factor >= uplift.min_factor_hundredths)
    )


def _news(priced: Priced, ask: Question) -> Flags:
    """Newly known and worth something (scoring.md 2.8): back records loaded in bulk never are."""
    rows = priced.rows
    baseline_days = (ask.as_of - ask.baseline_on).days
    known = moment_number(end_of_day(ask.baseline_on))
    return (
        ~rows.bulk
        & ((priced.days < baseline_days) | (rows.recorded >= known))
        & (rows.recorded >= moment_number(ask.news_from))
        & (priced.points > 0)
    )


def _together(first: Counted, second: Counted) -> Counted:
    return Counted(
        **{name: np.concatenate([value, getattr(second, name)]) for name, value in vars(first).items()}
    )


def _tally(table: Table, counted: Counted, events: Events, as_of: int) -> Scores:
    """4. Family subtotals and caps; 5. uplifts; 6. raw and published, and what orders equal scores."""
    people, families = len(events.ids), len(FAMILIES)
    person = counted.person
    sums = np.zeros(people * families, dtype=np.int64)
    given = np.flatnonzero(counted.contributes)
    np.add.at(sums, person[given] * families + counted.family[given], counted.points[given])
    by_family = sums.reshape(people, families)
    for place, cap in table.caps:
        np.minimum(by_family[:, place], cap, out=by_family[:, place])
    occurrences = np.bincount(person[counted.contributes & counted.is_frequent], minlength=people)
    victims = _victims(table, counted, people)
    raw = (
        by_family.sum(axis=1)
        + steps(table.config.frequency, occurrences)
        + steps(table.config.victims, victims)
    )
    worth = given[counted.points[given] > 0]
    latest, highest = np.full(people, NO_DAY, dtype=np.int64), np.zeros(people, dtype=np.int64)
    np.maximum.at(latest, person[worth], as_of - counted.days[worth])
    np.maximum.at(highest, person[worth], counted.base[worth])
    recent = worth[(counted.family[worth] == _CRIME) & (counted.days[worth] <= CRIMES_DAYS)]
    crimes = np.bincount(person[recent], minlength=people)
    news = np.bincount(person[counted.is_news], minlength=people) > 0
    some = np.flatnonzero(np.bincount(person, minlength=people))
    return Scores(
        person=some,
        raw_hundredths=raw[some],
        published=(raw[some] + HUNDREDTHS // 2) // HUNDREDTHS,
        latest=latest[some],
        highest_base=highest[some],
        crimes_90=crimes[some],
        occurrences=occurrences[some],
        victims=victims[some],
        has_news=news[some],
        counted=counted,
        ids=events.ids,
    )


def _victims(table: Table, counted: Counted, people: int) -> Integers:
    """How many different victims each person has within the window, before the principal-offence rule."""
    uplift = table.config.victims
    if uplift is None:
        return np.zeros(people, dtype=np.int64)
    chosen = np.flatnonzero((counted.victim != 0) & (counted.days <= uplift.window) & counted.is_scored)
    person, victim = counted.person[chosen], counted.victim[chosen]
    order = np.lexsort((victim, person))
    person, victim = person[order], victim[order]
    return np.bincount(person[_firsts(person, victim)], minlength=people)


# Rows that lie side by side


def _firsts(*keys: Integers) -> Flags:
    """Where a row differs from the one before it in any key."""
    first = np.zeros(len(keys[0]), dtype=np.bool_)
    first[:1] = True
    for key in keys:
        first[1:] |= key[1:] != key[:-1]
    return first


def _groups(*keys: Integers) -> Integers:
    """The number of each row's group, from 0."""
    return np.cumsum(_firsts(*keys)) - 1


def _starts(groups: Integers) -> Integers:
    return np.flatnonzero(_firsts(groups))


def _greatest(groups: Integers, value: Integers, event: Integers) -> Integers:
    """The place of one row per group: the greatest value, ties to the lower event number."""
    if not len(groups):
        return np.zeros(0, dtype=np.int64)
    best = np.maximum.reduceat(value, _starts(groups))[groups]
    chosen = np.flatnonzero(value == best)
    left = groups[chosen]
    if len(chosen) == groups[-1] + 1:
        return chosen
    lowest = np.minimum.reduceat(event[chosen], _starts(left))[left]
    return chosen[event[chosen] == lowest]


def _any(groups: Integers, flags: Flags) -> Flags:
    """Whether any row of the group has the flag, for every row."""
    if not len(groups):
        return flags
    return np.logical_or.reduceat(flags, _starts(groups))[groups]


def _offences_side_by_side(occurrence: Integers, category: Integers) -> Integers | None:
    """An order that brings the rows of one offence together within each occurrence; None when they are already."""
    if not len(occurrence):
        return None
    starts = _starts(occurrence)
    mixed = (np.maximum.reduceat(category, starts) != np.minimum.reduceat(category, starts))[occurrence]
    places = np.flatnonzero(mixed)
    if not len(places):
        return None
    order = np.arange(len(occurrence))
    order[places] = places[np.lexsort((category[places], occurrence[places]))]
    return order
