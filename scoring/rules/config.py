"""A score model as data (scoring.md 2.3): one canonical JSON document, checked on load, frozen afterwards."""

import hashlib
import json
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from typing import Any

from scoring.rules.arithmetic import decay_millionths, to_hundredths
from scoring.rules.vocabulary import FAMILIES, FAMILY_ORDER, INTEL_GRADES, STATUS_STAGES

KEYS = {
    "code", "version", "banded", "status", "intel", "bands", "families", "weights",
    "frequency", "victims", "emerging",
}  # fmt: skip
FAMILY_KEYS = {"half_life", "lookback", "cap"}
FREQUENCY_KEYS = {"family", "window", "min_factor", "steps"}
VICTIMS_KEYS = {"window", "steps"}
EMERGING_KEYS = {
    "window", "abs_jump", "rel_ratio", "rel_floor", "rel_min_abs", "band_min_abs", "entry_floor",
}  # fmt: skip


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

    @property
    def status_hundredths(self) -> dict[str, int]:
        """Factor of each outcome of a crime, in hundredths."""
        return {word: to_hundredths(factor) for word, factor in self.status.items()}

    @property
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
    problems = _Checks(document).problems()
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


def _is_whole(value: Any, at_least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= at_least


def _is_factor(value: Any) -> bool:
    try:
        return isinstance(value, str) and to_hundredths(value) <= 100
    except (ValueError, ArithmeticError):
        return False


class _Checks:
    """Every validation of scoring.md 2.3, each a sentence."""

    def __init__(self, document: Mapping[str, Any]):
        self.document = document
        self.found: list[str] = []

    def problems(self) -> list[str]:
        if not isinstance(self.document, Mapping):
            return ["A score model is a JSON object."]
        if not self._keys(self.document, KEYS, "the model", optional={"config_hash"}):
            return self.found
        parts: list[Callable[[], None]] = [
            self._names, self._factors, self._bands, self._families, self._weights,
            self._uplifts, self._emerging, self._hash,
        ]  # fmt: skip
        for part in parts:
            try:
                part()
            except (TypeError, AttributeError, KeyError, ValueError) as error:
                self.found.append(f"The model is not built as expected ({error}).")
        return self.found

    def _say(self, broken: bool, sentence: str) -> None:
        if broken:
            self.found.append(sentence)

    def _keys(
        self, part: Mapping[str, Any], wanted: set[str], where: str, optional: Set[str] = frozenset()
    ) -> bool:  # type: ignore[assignment]
        if not isinstance(part, Mapping):
            self.found.append(f"{where} is not a JSON object.")
            return False
        unknown, missing = sorted(set(part) - wanted - optional), sorted(wanted - set(part))
        self._say(bool(unknown), f"Unknown in {where}: {', '.join(unknown)}.")
        self._say(bool(missing), f"Missing in {where}: {', '.join(missing)}.")
        return not unknown and not missing

    def _names(self) -> None:
        document = self.document
        self._say(not isinstance(document["code"], str) or not document["code"], "The code is missing.")
        numbers = str(document["version"]).split(".")
        self._say(
            len(numbers) != 3 or not all(number.isdigit() for number in numbers),
            "The version is three numbers, such as 1.0.0.",
        )
        self._say(not isinstance(document["banded"], bool), "banded is true or false.")

    def _factors(self) -> None:
        for part, words in (("status", STATUS_STAGES), ("intel", INTEL_GRADES)):
            if self._keys(self.document[part], set(words), part):
                for word, factor in self.document[part].items():
                    self._say(not _is_factor(factor), f"The factor of {word} is not a number from 0 to 1.")

    def _bands(self) -> None:
        bands = self.document["bands"]
        lowers = [lower for _, lower in bands]
        whole = all(_is_whole(lower, 0) for lower in lowers)
        rising = whole and lowers == sorted(set(lowers))
        self._say(not rising, "The bands do not rise strictly.")
        self._say(
            self.document["banded"] and (not lowers or lowers[0] != 0), "The lowest band does not begin at 0."
        )
        self._say(not self.document["banded"] and bool(bands), "A model without bands lists bands.")

    def _families(self) -> None:
        families = self.document["families"]
        self._keys(families, set(families), "families")
        for name, rule in families.items():
            self._say(name not in FAMILIES, f"{name} is not a family of events.")
            if self._keys(rule, FAMILY_KEYS, f"family {name}"):
                self._say(not _is_whole(rule["half_life"], 1), f"The half-life of {name} is below 1 day.")
                self._say(not _is_whole(rule["lookback"], 1), f"The lookback of {name} is below 1 day.")
                cap = rule["cap"]
                self._say(cap is not None and not _is_whole(cap, 0), f"The cap of {name} is below 0.")

    def _weights(self) -> None:
        weights = self.document["weights"]
        self._keys(weights, set(self.document["families"]), "weights")
        for family, categories in weights.items():
            self._say(not categories, f"{family} has no categories.")
            for category, base in categories.items():
                self._say(
                    not _is_whole(base, 0), f"The points of {family} {category} are not whole, 0 or more."
                )

    def _uplifts(self) -> None:
        frequency, victims = self.document["frequency"], self.document["victims"]
        if frequency is not None and self._keys(frequency, FREQUENCY_KEYS, "frequency"):
            self._say(frequency["family"] != "crime", "Only crimes are counted for frequency.")
            self._say(not _is_factor(frequency["min_factor"]), "min_factor is not a number from 0 to 1.")
            self._steps(frequency, "frequency")
        if victims is not None and self._keys(victims, VICTIMS_KEYS, "victims"):
            self._steps(victims, "victims")

    def _steps(self, part: Mapping[str, Any], where: str) -> None:
        self._say(not _is_whole(part["window"], 1), f"The window of {where} is below 1 day.")
        steps = part["steps"]
        whole = all(_is_whole(count, 1) and _is_whole(points, 0) for count, points in steps)
        self._say(not whole, f"The steps of {where} are not whole numbers.")
        if whole:
            counts, points = [count for count, _ in steps], [points for _, points in steps]
            rising = counts == sorted(set(counts)) and points == sorted(points)
            self._say(not rising, f"The steps of {where} do not rise.")

    def _emerging(self) -> None:
        emerging = self.document["emerging"]
        if not self._keys(emerging, EMERGING_KEYS, "emerging"):
            return
        for key in sorted(EMERGING_KEYS - {"rel_ratio", "band_min_abs"}):
            self._say(
                not _is_whole(emerging[key], 1 if key == "window" else 0), f"{key} is not a whole number."
            )
        ratio, band = emerging["rel_ratio"], emerging["band_min_abs"]
        self._say(band is not None and not _is_whole(band, 0), "band_min_abs is not a whole number.")
        self._say(not isinstance(ratio, str) or to_hundredths(ratio) < 100, "rel_ratio is below 1.")

    def _hash(self) -> None:
        stated = self.document.get("config_hash")
        self._say(
            stated is not None and stated != config_hash(self.document),
            "The config_hash does not fit the content: the model was changed after it was signed.",
        )
