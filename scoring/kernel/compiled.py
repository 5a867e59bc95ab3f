"""The loops of the price, compiled to machine code: one event after another, in the order of scoring.md 2.4.

Whole numbers in arrays and nothing else; `shapes.py` says what goes in and what comes out. Only who prices loads this
module (`loops.py`): the compiler needs memory that a web process should not pay for. Arrays of rows, and few of them to
a function: each array that is handed to a function costs as much as an event.
"""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import numpy as np
from django.conf import settings

from scoring.kernel import shapes
from scoring.kernel.shapes import CRIMES_DAYS, EVENT, LONGEST_DAYS, Asked, Integers, Rows
from scoring.rules import arithmetic
from scoring.rules.arithmetic import MILLIONTHS

Loop = TypeVar("Loop", bound=Callable[..., Any])
# What was compiled once is kept for the next process of this machine; of other sources nothing is even looked at.
SOURCES = (__file__, shapes.__file__, arithmetic.__file__)
FINGERPRINT = sha256(b"".join(Path(source).read_bytes() for source in SOURCES)).hexdigest()
KEPT = settings.DATA_DIR / "compiled" / FINGERPRINT[:16]
numba.config.CACHE_DIR = str(KEPT)  # type: ignore[attr-defined]
compiled = cast(Callable[[Loop], Loop], numba.njit(cache=True))
HALF = MILLIONTHS // 2
# Sorts behind every occurrence; one whose hash is this would be taken for none, once in 2**64.
ALONE = 2**63 - 1
EVENT_TYPE = numba.from_dtype(EVENT)


@compiled
def look_up(keys: Integers, places: Integers, numbers: Integers) -> Integers:
    """The place of each number in a table of hashes (`words.Dictionary`); -1 where it is not there."""
    found = np.empty(len(numbers), np.int64)
    last = len(keys) - 1
    for row in range(len(numbers)):
        at = numbers[row] & last
        while places[at] >= 0 and keys[at] != numbers[row]:
            at = (at + 1) & last
        found[row] = places[at]
    return found


@compiled
def list_events(
    sent: Rows, kind: Integers, kinds: Rows, as_of: int, window: int, watermark: int, blank: int
) -> tuple[Rows, Integers, Integers]:
    """The events that any model may count, person by person, those of one occurrence side by side.

    `sent` has each person's events together; `window` is how many days before `as_of` a baseline lies. Also the ids of
    the people in this order, and where the events of each begin, at last where they end.
    """
    kept, key = np.empty(len(sent), EVENT_TYPE), np.empty(len(sent), np.int64)
    person, count = np.empty(len(sent), np.int64), 0
    for row in range(len(sent)):
        days, about = as_of - sent[row].occurred, kinds[kind[row]]
        if about.reach < 0 or days > about.reach + window or sent[row].recorded >= watermark:
            continue
        event = kept[count]
        event.number, event.kind, event.days = sent[row].event, kind[row], days
        event.recorded, event.bulk = sent[row].recorded, sent[row].bulk
        event.victim = 0 if sent[row].victim == blank else sent[row].victim
        event.rank = (np.int64(sent[row].status_on) << 20) | (about.stage << 15) | (LONGEST_DAYS - 1 - days)
        key[count] = sent[row].occurrence if about.is_crime and sent[row].occurrence != blank else ALONE
        person[count] = sent[row].person
        count += 1
    return _person_by_person(kept[:count], person[:count], key[:count])


@compiled
def _person_by_person(kept: Rows, person: Integers, key: Integers) -> tuple[Rows, Integers, Integers]:
    """In order, with the place of the person and a number for the occurrence in each row; -1 where none is named."""
    events, order = np.empty(len(kept), EVENT_TYPE), np.arange(len(kept))
    ids, starts = np.empty(len(kept), np.int64), np.empty(len(kept) + 1, np.int64)
    first, people, groups = 0, 0, 0
    while first < len(kept):
        last = first + 1
        while last < len(kept) and person[last] == person[first]:
            last += 1
        ids[people], starts[people] = person[first], first
        _sort(order[first:last], key[first:last])
        for at in range(first, last):
            events[at] = kept[order[at]]
            groups += at == first or key[at] != key[at - 1]
            events[at].person, events[at].group = people, -1 if key[at] == ALONE else groups
        first, people = last, people + 1
    starts[people] = len(kept)
    return events, ids[:people].copy(), starts[: people + 1].copy()


@compiled
def _sort(order: Integers, key: Integers) -> None:
    """Both by the key (Shell's sort)."""
    gap = len(order) // 2
    while gap:
        for at in range(gap, len(order)):
            row, value, to = order[at], key[at], at
            while to >= gap and key[to - gap] > value:
                order[to], key[to] = order[to - gap], key[to - gap]
                to -= gap
            order[to], key[to] = row, value
        gap //= 2


@compiled
def price_people(
    weights: Rows,
    decay: Integers,
    asked: Asked,
    events: Rows,
    starts: Integers,
    people: Integers,
    found: Rows,
    points: Integers,
    news: Integers,
) -> int:
    """Fill `found` and the points by family for these people, in their order; how many rows are news."""
    offences, victims = np.empty(len(events), np.int64), np.empty(len(events), np.int64)
    count_of_news = 0
    for at in range(len(people)):
        first, last, told = starts[people[at]], starts[people[at] + 1], 0
        while first < last:
            end = first + 1
            while end < last and events[first].group >= 0 and events[end].group == events[first].group:
                end += 1
            count = _offences(weights, asked, events, first, end, offences)
            if count:
                some = offences[:count]
                best = _contribution(weights, decay, asked, events, some)
                _add(weights, decay, asked, events, best, found[at], points[at])
                found[at].occurrences += _is_frequent(weights, asked, events, some)
                told = _victims(weights, asked, events, some, victims, told)
                count_of_news = _news(weights, decay, asked, events, some, news, count_of_news)
            first = end
        found[at].victims = _different(victims[:told])
    return count_of_news


@compiled
def _offences(weights: Rows, asked: Asked, events: Rows, first: int, end: int, offences: Integers) -> int:
    """1. One row per offence of an occurrence: the latest outcome that is known and within reach; how many."""
    count = 0
    for row in range(first, end):
        event, age = events[row], events[row].days - asked.older
        weight = weights[event.kind]
        if age < 0 or age > weight.reach or (event.recorded >= asked.known_before and not event.bulk):
            continue
        at = 0
        while at < count and weights[events[offences[at]].kind].category != weight.category:
            at += 1
        if at == count:
            count += 1
        elif not _is_greater(event.rank, events[offences[at]].rank, event, events[offences[at]]):
            continue
        offences[at] = row
    return count


@compiled
def _is_greater(value: int, other: int, event: Any, other_event: Any) -> bool:
    """Of equal ones the lower number of the event."""
    return value > other or (value == other and event.number < other_event.number)


@compiled
def _points(weight: Any, decay: Integers, age: int) -> int:
    """2. base x factor x decay, half up, once, in hundredths."""
    return (weight.rate * decay[weight.first_day + age] + HALF) // MILLIONTHS


@compiled
def _contribution(weights: Rows, decay: Integers, asked: Asked, events: Rows, offences: Integers) -> int:
    """3. One contribution per occurrence: the row of the highest points, ties to the higher base."""
    best, most = offences[0], -1
    for row in offences:
        event, weight = events[row], weights[events[row].kind]
        value = _points(weight, decay, event.days - asked.older)
        if value > most or (
            value == most and _is_greater(weight.base, weights[events[best].kind].base, event, events[best])
        ):
            best, most = row, value
    return best


@compiled
def _add(
    weights: Rows, decay: Integers, asked: Asked, events: Rows, row: int, found: Any, points: Integers
) -> None:
    """4. To the family's subtotal; and what orders equal scores, of contributions worth something."""
    event, weight = events[row], weights[events[row].kind]
    age = event.days - asked.older
    value = _points(weight, decay, age)
    found.contributions += 1
    points[weight.family] += value
    if value > 0:
        found.latest = max(found.latest, asked.as_of - age)
        found.highest_base = max(found.highest_base, weight.base)
        found.crimes_90 += weight.is_crime and age <= CRIMES_DAYS


@compiled
def _is_frequent(weights: Rows, asked: Asked, events: Rows, offences: Integers) -> bool:
    """5. An occurrence counts for the frequency when any of its offences does."""
    for row in offences:
        weight, is_recent = weights[events[row].kind], events[row].days - asked.older <= asked.frequent_days
        if is_recent and weight.is_crime and weight.factor >= asked.frequent_factor:
            return True
    return False


@compiled
def _victims(
    weights: Rows, asked: Asked, events: Rows, offences: Integers, victims: Integers, told: int
) -> int:
    """The victims of every offence within the window with a factor above nothing; how many are told of by now."""
    for row in offences:
        event = events[row]
        if event.victim and event.days - asked.older <= asked.victim_days and weights[event.kind].factor > 0:
            victims[told] = event.victim
            told += 1
    return told


@compiled
def _different(victims: Integers) -> int:
    victims.sort()
    count = min(len(victims), 1)
    for at in range(1, len(victims)):
        count += victims[at] != victims[at - 1]
    return count


@compiled
def _news(
    weights: Rows,
    decay: Integers,
    asked: Asked,
    events: Rows,
    offences: Integers,
    news: Integers,
    count: int,
) -> int:
    """Offences newly known and worth something (scoring.md 2.8), never back records loaded in bulk; how many by now."""
    for row in offences:
        event, age = events[row], events[row].days - asked.older
        if event.bulk or event.recorded < asked.news_from:
            continue
        is_fresh = age < asked.window or event.recorded >= asked.known_after
        if is_fresh and _points(weights[event.kind], decay, age) > 0:
            news[count] = row
            count += 1
    return count
