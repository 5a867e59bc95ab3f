"""The price of many people under one model (scoring.md 2.4): the compiled loops, then caps, uplifts and rounding."""

from dataclasses import dataclass

import numpy as np

from scoring.kernel.digest import digest
from scoring.kernel.extract import Events, day_number, moment_number
from scoring.kernel.loops import loops
from scoring.kernel.shapes import FOUND, NO_DAY, Asked, Flags, Integers, Rows
from scoring.kernel.tables import Table, steps
from scoring.pricing import Question, end_of_day
from scoring.rules.arithmetic import HUNDREDTHS
from scoring.rules.vocabulary import FAMILIES

NEVER = 2**62


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


def price(table: Table, events: Events, ask: Question, *, people: Integers | None = None) -> Scores:
    """Everybody's score under one model (or that of some people, by place), as at the day and by what it may know."""
    if people is None:
        people = np.arange(len(events.ids))
    found = np.zeros(len(people), FOUND)
    found["latest"] = NO_DAY
    points = np.zeros((len(people), len(FAMILIES)), np.int64)
    weights = table.weights[events.kinds.cells[table.column]]
    asked, news = _asked(table, events, ask), np.empty(len(events.rows), np.int64)
    count = loops().price_people(
        weights, table.decay, asked, events.rows, events.starts, people, found, points, news
    )
    return _tally(table, events, people, found, points, events.rows[news[:count]])


def _asked(table: Table, events: Events, ask: Question) -> Asked:
    as_of = day_number(ask.as_of)
    frequency, victims = table.config.frequency, table.config.victims
    return Asked(
        as_of=as_of,
        older=events.as_of - as_of,
        window=(ask.as_of - ask.baseline_on).days,
        known_before=NEVER if ask.known_before is None else moment_number(ask.known_before),
        known_after=moment_number(end_of_day(ask.baseline_on)),
        news_from=moment_number(ask.news_from),
        frequent_days=frequency.window if frequency else -1,
        frequent_factor=frequency.min_factor_hundredths if frequency else 0,
        victim_days=victims.window if victims else -1,
    )


def _tally(
    table: Table, events: Events, people: Integers, found: Rows, points: Integers, news: Rows
) -> Scores:
    """4. Caps; 5. uplifts; 6. raw and published, of whoever has an event that counts."""
    for family, cap in table.caps:
        np.minimum(points[:, family], cap, out=points[:, family])
    raw = points.sum(axis=1)
    raw += steps(table.config.frequency, found["occurrences"]) + steps(table.config.victims, found["victims"])
    some = np.flatnonzero(found["contributions"])
    raw, found, person = raw[some], found[some], people[some]
    has_news = np.zeros(len(events.ids), dtype=np.bool_)
    has_news[news["person"]] = True
    return Scores(
        ids=events.ids,
        person=person,
        raw_hundredths=raw,
        published=(raw + HUNDREDTHS // 2) // HUNDREDTHS,
        latest=found["latest"],
        highest_base=found["highest_base"],
        crimes_90=found["crimes_90"],
        occurrences=found["occurrences"],
        victims=found["victims"],
        has_news=has_news[person],
        news_person=news["person"],
        news_event=news["number"],
    )
