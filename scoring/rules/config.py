"""A score model as data (scoring.md 2.3): one canonical JSON document, checked on load, frozen afterwards."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from scoring.rules.arithmetic import decay_millionths, to_hundredths
from scoring.rules.checks import EMERGING_KEYS, Checks
from scoring.rules.vocabulary import FAMILY_ORDER


class BadModel(ValueError):
    """The document is not a valid score model; `problems` are sentences."""

    def __init__(self, problems: list[str]):
        super().__init__(" ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class FamilyRule:
    """Half-life and lookback in days; cap in whole points, None for no cap."""

    half_life: int
    lookback: int
    cap: int | None


@dataclass(frozen=True)
class Uplift:
    """Points for many separate crimes, or for many victims: steps are (at least, points), rising."""

    window: int
    min_factor_hundredths: int
    steps: tuple[tuple[int, int], ...]
    family: str | None

    def points(self, count: int) -> int:
        """Whole points of the highest step reached."""
        return max((points for at_least, points in self.steps if count >= at_least), default=0)


@dataclass(frozen=True)
class EmergingRule:
    """The nine numbers of scoring.md 2.8: whole points, days, and the ratio in hundredths."""

    window: int
    abs_jump: int
    rel_ratio_hundredths: int
    rel_floor: int
    rel_min_abs: int
    band_min_abs: int | None
    entry_floor: int


@dataclass(frozen=True)
class ModelConfig:
    """One version of one score model, parsed. Factors are hundredths with the text they were written in."""

    code: str
    version: str
    banded: bool
    bands: tuple[tuple[str, int], ...]
    families: Mapping[str, FamilyRule]
    weights: Mapping[str, Mapping[str, int]]
    status: Mapping[str, str]
    intel: Mapping[str, str]
    frequency: Uplift | None
    victims: Uplift | None
    emerging: EmergingRule
    config_hash: str
    document: Mapping[str, Any]

    @cached_property
    def status_hundredths(self) -> dict[str, int]:
        """Factor of each outcome of a crime, in hundredths."""
        return {word: to_hundredths(factor) for word, factor in self.status.items()}

    @cached_property
    def intel_hundredths(self) -> dict[str, int]:
        """Factor of each grading of intelligence, in hundredths."""
        return {grade: to_hundredths(factor) for grade, factor in self.intel.items()}

    @property
    def longest_lookback(self) -> int:
        """Days after which no family counts any more."""
        return max(rule.lookback for rule in self.families.values())

    def horizons(self) -> dict[int, int]:
        """Half-life -> days the decay table must cover for this model."""
        longest: dict[int, int] = {}
        for rule in self.families.values():
            longest[rule.half_life] = max(longest.get(rule.half_life, 0), rule.lookback)
        return longest


def canonical(document: Mapping[str, Any]) -> str:
    """The document as canonical JSON, without its own hash."""
    content = {key: value for key, value in document.items() if key != "config_hash"}
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def config_hash(document: Mapping[str, Any]) -> str:
    """sha256 of the canonical JSON: the fingerprint every stored score carries."""
    return hashlib.sha256(canonical(document).encode()).hexdigest()


def decay_table(horizons: Mapping[int, int]) -> list[tuple[int, int, int]]:
    """(half_life, days, factor in millionths) for every half-life and day up to its horizon."""
    return [
        (half_life, days, decay_millionths(half_life, days))
        for half_life, horizon in sorted(horizons.items())
        for days in range(horizon + 1)
    ]


def parse(document: Mapping[str, Any]) -> ModelConfig:
    """The model, or BadModel with every problem found."""
    problems = Checks(document, config_hash).problems()
    if problems:
        raise BadModel(problems)
    frequency, victims, emerging = document["frequency"], document["victims"], document["emerging"]
    return ModelConfig(
        code=document["code"],
        version=document["version"],
        banded=document["banded"],
        bands=tuple((name, lower) for name, lower in document["bands"]),
        families={
            name: FamilyRule(**document["families"][name])
            for name in FAMILY_ORDER
            if name in document["families"]
        },
        weights=document["weights"],
        status=document["status"],
        intel=document["intel"],
        frequency=_uplift(frequency, frequency["family"], to_hundredths(frequency["min_factor"]))
        if frequency
        else None,
        # Any factor above nothing counts towards the victims.
        victims=_uplift(victims, None, 1) if victims else None,
        emerging=EmergingRule(
            rel_ratio_hundredths=to_hundredths(emerging["rel_ratio"]),
            **{key: emerging[key] for key in EMERGING_KEYS - {"rel_ratio"}},
        ),
        config_hash=config_hash(document),
        document=document,
    )


def _uplift(part: Mapping[str, Any], family: str | None, min_factor: int) -> Uplift:
    return Uplift(
        window=part["window"],
        min_factor_hundredths=min_factor,
        steps=tuple((at_least, points) for at_least, points in part["steps"]),
        family=family,
    )
