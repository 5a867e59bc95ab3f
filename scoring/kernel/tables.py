"""A score model as look-up arrays: points by family and category, factors by outcome, decay by family and day."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.db import connection

from scoring.kernel.packing import TooLarge
from scoring.kernel.shapes import KIND, LONGEST_DAYS, WEIGHT, Integers, Rows
from scoring.kernel.words import IS_CRIME, SLOTS, STAGES, Dictionary
from scoring.rules.arithmetic import HUNDREDTHS
from scoring.rules.config import ModelConfig, Uplift
from scoring.rules.vocabulary import CRIME, FAMILIES, INTELLIGENCE, OTHER, category_column

NOT_COUNTED = -1
# Widths that the packed sort keys and products rely on; a model or an event outside them stops the pricing.
LARGEST_BASE = 2**20
MOST_WORDS = 2**10


@dataclass(frozen=True)
class Table:
    """One model over a vocabulary: `weights` by cell, which is `slot * width + place of the category`.

    `decay` is what is left of a point, in millionths; `caps` are family and hundredths.
    """

    config: ModelConfig
    column: str
    weights: Rows
    decay: Integers
    caps: tuple[tuple[int, int], ...]


class Tables:
    """The models that are priced together, and the cell of each kind of event in their tables."""

    def __init__(self, configs: Sequence[ModelConfig]) -> None:
        words = {"", OTHER}
        for config in configs:
            for categories in config.weights.values():
                words.update(categories)
        self.words = tuple(sorted(words))
        self.places = {word: place for place, word in enumerate(self.words)}
        self.models = tuple(_table(config, self.words) for config in configs)
        self._kinds = Kinds(np.zeros(0, KIND), {})

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(sorted({model.column for model in self.models}))

    @property
    def counts_victims(self) -> bool:
        return any(model.config.victims for model in self.models)

    def kinds(self, dictionary: Dictionary) -> "Kinds":
        """What the tables say of each kind of event in the dictionary, which may have grown since."""
        have = len(self._kinds.about)
        fresh = dictionary.kinds[have:]
        if fresh or not self._kinds.cells:
            width, unknown = len(self.words) + 1, len(self.words)
            slots = np.array([kind.slot for kind in fresh], np.int64)
            cells = {
                column: slots * width
                + np.array([self.places.get(kind.categories[column], unknown) for kind in fresh], np.int64)
                for column in self.columns
            }
            about = np.zeros(len(fresh), KIND)
            about["reach"] = np.max(
                [model.weights["reach"][cells[model.column]] for model in self.models], axis=0
            )
            about["stage"], about["is_crime"] = STAGES[slots], IS_CRIME[slots]
            self._kinds = self._kinds.extended(about, cells)
        return self._kinds


@dataclass(frozen=True)
class Kinds:
    """By place in the dictionary: what all models say of the kind, and its cell by column of the category."""

    about: Rows
    cells: dict[str, Integers]

    def extended(self, about: Rows, cells: dict[str, Integers]) -> "Kinds":
        """With further kinds behind its own."""
        return Kinds(
            np.append(self.about, about),
            {column: np.append(self.cells.get(column, added[:0]), added) for column, added in cells.items()},
        )


_kept: dict[tuple[str, ...], Tables] = {}


def tables_of(configs: Sequence[ModelConfig]) -> Tables:
    """The models as arrays; kept, since a model with this hash never changes."""
    key = tuple(config.config_hash for config in configs)
    if key not in _kept:
        if len(_kept) > 8:
            _kept.clear()
        _kept[key] = Tables(configs)
    return _kept[key]


def _table(config: ModelConfig, words: tuple[str, ...]) -> Table:
    width = len(words) + 1
    shape = (len(SLOTS), width)
    reach, base, factor = np.full(shape, NOT_COUNTED), np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    category, family, first_day = (
        np.zeros(shape, np.int64),
        np.zeros(shape, np.int64),
        np.zeros(shape, np.int64),
    )
    first_days, decay = _decays(config)
    factors = _factors(config)
    for slot, (name, key) in enumerate(SLOTS):
        family[slot] = FAMILIES.index(name)
        if name not in config.families or (name, key) not in factors:
            continue
        weights, rule = config.weights[name], config.families[name]
        factor[slot], first_day[slot] = factors[name, key], first_days[name]
        for place, word in enumerate((*words, None)):
            told = OTHER if word is None or word not in weights else word
            if word != "" and told in weights:
                reach[slot, place], base[slot, place] = rule.lookback, weights[told]
                category[slot, place] = words.index(told)
    if base.max() >= LARGEST_BASE or config.longest_lookback >= LONGEST_DAYS or width > MOST_WORDS:
        raise TooLarge(f"{config.code} {config.version} has more points, days or words than the arrays hold.")
    caps = [
        (FAMILIES.index(name), rule.cap * HUNDREDTHS)
        for name, rule in config.families.items()
        if rule.cap is not None
    ]
    cells = np.zeros(len(SLOTS) * width, WEIGHT)
    columns = {
        "reach": reach, "base": base, "factor": factor, "rate": base * factor, "category": category, "family": family,
        "first_day": first_day, "is_crime": family == FAMILIES.index(CRIME),
    }  # fmt: skip
    for name, values in columns.items():
        cells[name] = values.ravel()
    return Table(config, category_column(config.code), cells, decay, tuple(caps))


def _factors(config: ModelConfig) -> dict[tuple[str, str], int]:
    """Hundredths by family and outcome or grading; intelligence without a grading has none and does not count."""
    told = {(CRIME, word): factor for word, factor in config.status_hundredths.items()}
    told |= {(INTELLIGENCE, grade): factor for grade, factor in config.intel_hundredths.items()}
    return told | {(name, ""): HUNDREDTHS for name in config.families if name not in (CRIME, INTELLIGENCE)}


def _decays(config: ModelConfig) -> tuple[dict[str, int], Integers]:
    """Where each family's numbers begin, and all of them in a row: from day 0 to the family's lookback."""
    begins, parts, place = {}, [], 0
    for name, rule in config.families.items():
        begins[name] = place
        parts.append(_decay(rule.half_life, rule.lookback))
        place += rule.lookback + 1
    return begins, np.concatenate(parts)


def _decay(half_life: int, lookback: int) -> Integers:
    """The stored decay numbers of a half-life, day 0 to the lookback."""
    stored = _stored_decay(half_life)
    if len(stored) <= lookback:
        raise TooLarge(f"The decay table for a half-life of {half_life} days ends before day {lookback}.")
    return stored[: lookback + 1]


def _stored_decay(half_life: int) -> Integers:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT days, factor_millionths FROM scoring_decay WHERE half_life = %s ORDER BY days",
            [half_life],
        )
        rows = cursor.fetchall()
    if [days for days, _ in rows] != list(range(len(rows))):
        raise TooLarge(f"The decay table for a half-life of {half_life} days has gaps.")
    return np.array([factor for _, factor in rows], dtype=np.int64)


def steps(uplift: Uplift | None, counts: Integers) -> Integers:
    """Hundredths of a point for each count: the highest step reached."""
    if uplift is None:
        return np.zeros_like(counts)
    reached = np.searchsorted(
        np.array([at_least for at_least, _ in uplift.steps], dtype=np.int64), counts, "right"
    )
    points = np.array([0, *(points for _, points in uplift.steps)], dtype=np.int64)
    return points[reached] * HUNDREDTHS
