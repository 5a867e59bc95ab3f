"""A score model as look-up arrays: points by family and category, factors by outcome, decay by family and day."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.db import connection

from scoring.kernel.packing import TooLarge
from scoring.kernel.words import FACTOR_KEYS, PLAIN, UNGRADED, Integers, hashes
from scoring.rules.arithmetic import HUNDREDTHS
from scoring.rules.config import ModelConfig, Uplift
from scoring.rules.vocabulary import FAMILIES, OTHER, category_column

NOT_COUNTED = -1
# Widths that the packed sort keys and products rely on; a model or an event outside them stops the pricing.
LARGEST_BASE = 2**20
LONGEST_DAYS = 2**15


@dataclass(frozen=True)
class Vocabulary:
    """The category words of a set of models in the order of their hashes; the place after the last is "unknown"."""

    words: tuple[str, ...]
    keys: Integers
    empty: int

    @property
    def unknown(self) -> int:
        return len(self.words)

    def places(self, sent: Integers) -> Integers:
        """The place of each category; unknown words share one, the empty word has its own."""
        found = np.minimum(np.searchsorted(self.keys, sent), len(self.keys) - 1)
        return np.where(self.keys[found] == sent, found, self.unknown)


@dataclass(frozen=True)
class Table:
    """One model over a vocabulary. Two-dimensional arrays are flat: `family * width + place`."""

    config: ModelConfig
    column: str
    width: int
    lookback: Integers
    base: Integers
    category: Integers
    factor: Integers
    decay: Integers
    days: int
    caps: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Tables:
    """The models that are priced together and the words they share."""

    vocabulary: Vocabulary
    models: tuple[Table, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(sorted({model.column for model in self.models}))

    @property
    def counts_victims(self) -> bool:
        return any(model.config.victims for model in self.models)


_kept: dict[tuple[str, ...], Tables] = {}


def tables_of(configs: Sequence[ModelConfig]) -> Tables:
    """The models as arrays; kept, since a model with this hash never changes."""
    key = tuple(config.config_hash for config in configs)
    if key not in _kept:
        vocabulary = _vocabulary(configs)
        if len(_kept) > 8:
            _kept.clear()
        _kept[key] = Tables(vocabulary, tuple(_table(config, vocabulary) for config in configs))
    return _kept[key]


def _vocabulary(configs: Sequence[ModelConfig]) -> Vocabulary:
    words = {"", OTHER}
    for config in configs:
        for categories in config.weights.values():
            words.update(categories)
    known = hashes(tuple(sorted(words)))
    ordered = sorted(known, key=lambda word: known[word])
    keys = np.array([known[word] for word in ordered], dtype=np.int64)
    if len(np.unique(keys)) != len(keys):
        raise TooLarge("Two categories have the same hash.")
    return Vocabulary(tuple(ordered), keys, ordered.index(""))


def _table(config: ModelConfig, vocabulary: Vocabulary) -> Table:
    width, days = vocabulary.unknown + 1, config.longest_lookback + 1
    lookback = np.full(len(FAMILIES), NOT_COUNTED, dtype=np.int64)
    base = np.full((len(FAMILIES), width), NOT_COUNTED, dtype=np.int64)
    category = np.zeros((len(FAMILIES), width), dtype=np.int64)
    decay = np.zeros((len(FAMILIES), days), dtype=np.int64)
    caps = []
    for name, rule in config.families.items():
        place, weights = FAMILIES.index(name), config.weights[name]
        lookback[place] = rule.lookback
        decay[place, : rule.lookback + 1] = _decay(rule.half_life, rule.lookback)
        for number, word in enumerate((*vocabulary.words, None)):
            told = word if word in weights else OTHER
            if word != "" and told in weights:
                base[place, number] = weights[told]
                category[place, number] = vocabulary.words.index(told)
        if rule.cap is not None:
            caps.append((place, rule.cap * HUNDREDTHS))
    if base.max() >= LARGEST_BASE or days >= LONGEST_DAYS:
        raise TooLarge(
            f"{config.code} {config.version} has points or a lookback beyond what the arrays hold."
        )
    return Table(
        config, category_column(config.code), width, lookback, base.ravel(), category.ravel(), _factors(config),
        decay.ravel(), days, tuple(caps),
    )  # fmt: skip


def _factors(config: ModelConfig) -> Integers:
    factors = np.full(UNGRADED + 1, NOT_COUNTED, dtype=np.int64)
    told = config.status_hundredths | config.intel_hundredths
    for place, key in enumerate(FACTOR_KEYS):
        factors[place] = told[key]
    factors[PLAIN] = HUNDREDTHS
    return factors


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
