"""What differs between the scores just worked out and those that are stored (SCO-4)."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.kernel.packing import TooLarge, read_parts
from scoring.kernel.price import Scores
from scoring.kernel.shapes import NO_DAY, Integers
from scoring.pricing import People
from scoring.rules.arithmetic import HUNDREDTHS

# The person as a distance from the lowest id, and below it the model: all models of a chunk are read at once.
MODEL_BITS = 16
STORED = np.dtype([("who", ">i8"), ("raw_hundredths", ">i8")])
# What orders equal scores is compared only of those for whom it is kept exact.
ORDERING = np.dtype([("latest", ">i4"), ("highest_base", ">i4"), ("crimes_90", ">i4")])
CURRENT_SQL = f"""
SELECT string_agg(
           int8send(((e.person_id - %(lowest)s::bigint) << {MODEL_BITS}) | e.score_model_id)
           || int8send(e.raw_hundredths), ''::bytea),
       string_agg(
           date_send(coalesce(e.latest_on, '-infinity')) || int4send(e.highest_base) || int4send(e.crimes_90),
           ''::bytea) FILTER (WHERE e.raw_hundredths >= %(exact)s)
FROM scoring_current e
WHERE {{people}} AND e.score_model_id = ANY (%(models)s::bigint[])
"""


@dataclass(frozen=True)
class Standings:
    """What a score says of each person, in the order of ids."""

    person: Integers
    published: Integers
    raw_hundredths: Integers
    latest: Integers
    highest_base: Integers
    crimes_90: Integers

    def where(self, chosen: NDArray[np.bool_] | Integers) -> "Standings":
        return Standings(*(column[chosen] for column in vars(self).values()))


@dataclass(frozen=True)
class Changes:
    """The rows to write: `is_changed` where the published score is another, `is_new` where none was stored."""

    rows: Standings
    is_changed: NDArray[np.bool_]
    is_new: NDArray[np.bool_]

    @property
    def changed(self) -> int:
        return int(self.is_changed.sum())

    @property
    def written(self) -> int:
        return len(self.is_changed)


def current_scores(exact_from: Mapping[int, int], people: People) -> dict[int, Standings]:
    """The stored scores of these people by model; what orders equal scores only of those kept exact.

    `exact_from` is the published score from which it is, by the number of the score model.
    """
    if max(exact_from, default=0) >= 2**MODEL_BITS:
        raise TooLarge("The number of a score model does not fit the packed column.")
    exact = min(exact_from.values(), default=0) * HUNDREDTHS - HUNDREDTHS // 2
    sent, told = read_parts(
        CURRENT_SQL.format(people=people.condition),
        {**people.parameters, "models": list(exact_from), "exact": exact, "lowest": people.lowest},
        (STORED, ORDERING),
    )
    who, raw = sent["who"].astype(np.int64), sent["raw_hundredths"].astype(np.int64)
    columns = []
    for name in ORDERING.names or ():
        whole = np.zeros(len(raw), dtype=np.int64)
        whole[raw >= exact] = told[name]
        columns.append(whole)
    person, model = (who >> MODEL_BITS) + people.lowest, who & (2**MODEL_BITS - 1)
    stored = Standings(person, (raw + HUNDREDTHS // 2) // HUNDREDTHS, raw, *columns)
    return {number: _in_order(stored.where(np.flatnonzero(model == number))) for number in exact_from}


def _in_order(stored: Standings) -> Standings:
    is_in_order = (stored.person[1:] > stored.person[:-1]).all()
    return stored if is_in_order else stored.where(np.argsort(stored.person))


def changes(scores: Scores, stored: Standings, *, exact_from: int) -> Changes:
    """Whose published score changed, who of the listed changed in what orders equal scores, and who fell to nothing."""
    found = Standings(
        scores.person_ids, scores.published, scores.raw_hundredths, scores.latest, scores.highest_base,
        scores.crimes_90,
    )  # fmt: skip
    found = _with_those_who_fell(found, stored)
    place = np.searchsorted(stored.person, found.person)
    has_row = np.zeros(len(place), dtype=np.bool_)
    inside = place < len(stored.person)
    has_row[inside] = stored.person[place[inside]] == found.person[inside]
    before = stored.where(place[has_row])
    is_changed = found.published != 0
    is_changed[has_row] = found.published[has_row] != before.published
    differs = ~has_row
    differs[has_row] = _differ(found.where(has_row), before)
    written = is_changed | (differs & (found.published >= exact_from))
    return Changes(found.where(written), is_changed[written], ~has_row[written])


def _with_those_who_fell(found: Standings, stored: Standings) -> Standings:
    """People with a stored score and no event left that counts: their score is 0."""
    fell = stored.person[(stored.published > 0) & ~np.isin(stored.person, found.person, assume_unique=True)]
    if not len(fell):
        return found
    nothing = np.zeros(len(fell), dtype=np.int64)
    zero = Standings(fell, nothing, nothing, np.full(len(fell), NO_DAY), nothing, nothing)
    both = Standings(
        *(np.concatenate([a, b]) for a, b in zip(vars(found).values(), vars(zero).values(), strict=True))
    )
    return both.where(np.argsort(both.person, kind="stable"))


def _differ(one: Standings, other: Standings) -> NDArray[np.bool_]:
    return (
        (one.raw_hundredths != other.raw_hundredths)
        | (one.latest != other.latest)
        | (one.highest_base != other.highest_base)
        | (one.crimes_90 != other.crimes_90)
    )
