"""Every check of a score model's document (scoring.md 2.3), each problem a sentence."""

import re
from collections.abc import Callable, Mapping, Set
from typing import Any

from scoring.rules.arithmetic import to_hundredths
from scoring.rules.vocabulary import FAMILIES, INTEL_GRADES, STATUS_STAGES

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


# What the columns that hold a score and the arithmetic of whole hundredths have room for.
LARGEST = 1_000_000
LONGEST_DAYS = 36_525
_CODE = re.compile(r"[A-Z][A-Z0-9_]{0,11}")
_VERSION = re.compile(r"(0|[1-9][0-9]{0,2})(\.(0|[1-9][0-9]{0,2})){2}")
_BAND = re.compile(r"[A-Z][A-Z0-9_]{0,15}")
_CATEGORY = re.compile(r"[a-z][a-z0-9_]{0,39}")


def _is_whole(value: Any, at_least: int, at_most: int = LARGEST) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and at_least <= value <= at_most


def _fits(form: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and form.fullmatch(value) is not None


def _is_factor(value: Any) -> bool:
    try:
        return isinstance(value, str) and to_hundredths(value) <= 100
    except (ValueError, ArithmeticError):
        return False


class Checks:
    """The checks of one document; `problems` runs them all."""

    def __init__(self, document: Mapping[str, Any], hash_of: Callable[[Mapping[str, Any]], str]):
        self.document, self.hash_of = document, hash_of
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

    def _days(self, value: Any, what: str) -> None:
        self._say(not _is_whole(value, 1), f"{what} is below 1 day.")
        self._say(_is_whole(value, LONGEST_DAYS + 1), f"{what} is beyond {LONGEST_DAYS:,} days.")

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
        self._say(
            not _fits(_CODE, document["code"]), "The code is not a word in capitals of at most 12 characters."
        )
        self._say(not _fits(_VERSION, document["version"]), "The version is three numbers, such as 1.0.0.")
        self._say(not isinstance(document["banded"], bool), "banded is true or false.")

    def _factors(self) -> None:
        for part, words in (("status", STATUS_STAGES), ("intel", INTEL_GRADES)):
            if self._keys(self.document[part], set(words), part):
                for word, factor in self.document[part].items():
                    self._say(not _is_factor(factor), f"The factor of {word} is not a number from 0 to 1.")

    def _bands(self) -> None:
        bands = self.document["bands"]
        names, lowers = [name for name, _ in bands], [lower for _, lower in bands]
        for name in names:
            self._say(not _fits(_BAND, name), f"The band {name} is not a word in capitals, such as HIGH.")
        self._say(len(set(names)) < len(names), "Two bands have one name.")
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
        self._say(not families, "The model has no families.")
        for name, rule in families.items():
            self._say(name not in FAMILIES, f"{name} is not a family of events.")
            if self._keys(rule, FAMILY_KEYS, f"family {name}"):
                self._days(rule["half_life"], f"The half-life of {name}")
                self._days(rule["lookback"], f"The lookback of {name}")
                cap = rule["cap"]
                self._say(cap is not None and not _is_whole(cap, 0), f"The cap of {name} is below 0.")

    def _weights(self) -> None:
        weights = self.document["weights"]
        self._keys(weights, set(self.document["families"]), "weights")
        for family, categories in weights.items():
            self._say(not categories, f"{family} has no categories.")
            for category, base in categories.items():
                self._say(
                    not _fits(_CATEGORY, category),
                    f"The category {family} {category} is not a word of a feed.",
                )
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
        self._days(part["window"], f"The window of {where}")
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
            stated is not None and stated != self.hash_of(self.document),
            "The config_hash does not fit the content: the model was changed after it was signed.",
        )
