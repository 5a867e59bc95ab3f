"""A score model as tables of text, one for each file that a force edits it by (scoring.md 2.3), and back.

The form of a page and an uploaded file hand over the same rows; what they make of the document is checked as a whole.
"""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from scoring.rules.config import BadModel, parse
from scoring.rules.vocabulary import CRIME, FAMILY_ORDER, INTEL_GRADES, OTHER, STATUS_STAGES, in_words

Rows = list[dict[str, str]]
Reasons = dict[str, dict[str, dict[str, str]]]
"""Family -> category -> {"rationale": why it has these points, "source": on what ground}."""

FREQUENCY, VICTIMS = "frequency", "victims"
LEAST_FACTOR = "frequency_min_factor"
SETTINGS = ("window", "entry_floor", "abs_jump", "rel_floor", "rel_min_abs", "rel_ratio", "band_min_abs")
NOT_YET = "Newly added family: nothing is weighed yet."
NOT_YET_SOURCE = "To be set by the force"


@dataclass(frozen=True)
class Content:
    """What a draft holds: the document that is hashed, and the reasons for each category's points."""

    document: dict[str, Any]
    reasons: Reasons


@dataclass(frozen=True)
class Table:
    """One table: its columns as in the file, which of them make a row unique, and whether rows may come and go."""

    name: str
    title: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    fixed: bool
    tell: Callable[[Content], Rows]
    take: Callable[[Content, Rows], None]


def rows_of(name: str, content: Content) -> Rows:
    """The rows of one table, as the file says them."""
    return TABLES[name].tell(content)


def with_rows(name: str, content: Content, rows: Sequence[Mapping[str, str]]) -> Content:
    """The content with one table replaced; BadModel with every problem of the whole."""
    table = TABLES[name]
    clean = [{column: row.get(column, "").strip() for column in table.columns} for row in rows]
    problems = _twice(table, clean)
    changed = Content(deepcopy(content.document), deepcopy(content.reasons))
    if not problems:
        table.take(changed, clean)
        problems = problems_of(changed)
    if problems:
        raise BadModel(problems)
    return changed


def problems_of(content: Content) -> list[str]:
    """Every problem of a draft, in sentences: those of the document, and categories without a rationale."""
    try:
        parse(content.document)
    except BadModel as bad:
        return bad.problems
    return [
        f"{in_words(family).capitalize()} {in_words(category)} has no rationale."
        for family, categories in content.document["weights"].items()
        for category in categories
        if not content.reasons.get(family, {}).get(category, {}).get("rationale", "").strip()
    ]


def _twice(table: Table, rows: Rows) -> list[str]:
    keys = [tuple(row[column] for column in table.key) for row in rows]
    again = sorted({key for key in keys if keys.count(key) > 1})
    return [f"{' '.join(key)} stands twice in {table.title.lower()}." for key in again]


def _number(text: str) -> int | str:
    """Whole numbers as numbers; what is none stays as it was typed, for the check to name."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text


def _weights(content: Content) -> Rows:
    return [
        {
            "family": family,
            "category": category,
            "base_points": str(content.document["weights"][family][category]),
            **{
                part: content.reasons.get(family, {}).get(category, {}).get(part, "")
                for part in ("rationale", "source")
            },
        }
        for family in _in_order(content.document["weights"])
        for category in by_points(content.document["weights"][family])
    ]


def _take_weights(content: Content, rows: Rows) -> None:
    weights: dict[str, dict[str, Any]] = {family: {} for family in content.document["families"]}
    reasons: Reasons = {}
    for row in rows:
        weights.setdefault(row["family"], {})[row["category"]] = _number(row["base_points"])
        found = {"rationale": row["rationale"], "source": row["source"]}
        reasons.setdefault(row["family"], {})[row["category"]] = found
    content.document["weights"] = weights
    content.reasons.clear()
    content.reasons.update(reasons)


def _families(content: Content) -> Rows:
    families = content.document["families"]
    return [
        {
            "family": name,
            "half_life_days": str(families[name]["half_life"]),
            "lookback_days": str(families[name]["lookback"]),
            "cap": "" if families[name]["cap"] is None else str(families[name]["cap"]),
        }
        for name in _in_order(families)
    ]


def _take_families(content: Content, rows: Rows) -> None:
    """A family that goes takes its weights along; one that comes begins with a category that gives no points."""
    content.document["families"] = {
        row["family"]: {
            "half_life": _number(row["half_life_days"]),
            "lookback": _number(row["lookback_days"]),
            "cap": _number(row["cap"]) if row["cap"] else None,
        }
        for row in rows
    }
    names, weights = content.document["families"], content.document["weights"]
    content.document["weights"] = {name: weights.get(name, {OTHER: 0}) for name in names}
    for name in [name for name in content.reasons if name not in names]:
        del content.reasons[name]
    for name in [name for name in names if name not in weights]:
        content.reasons[name] = {OTHER: {"rationale": NOT_YET, "source": NOT_YET_SOURCE}}


def _status(content: Content) -> Rows:
    factors = content.document["status"]
    return [{"status": word, "factor": factors[word]} for word in STATUS_STAGES if word in factors]


def _take_status(content: Content, rows: Rows) -> None:
    content.document["status"] = {row["status"]: row["factor"] for row in rows}


def _gradings(content: Content) -> Rows:
    factors = content.document["intel"]
    return [{"grade": grade, "factor": factors[grade]} for grade in INTEL_GRADES if grade in factors]


def _take_gradings(content: Content, rows: Rows) -> None:
    content.document["intel"] = {row["grade"]: row["factor"] for row in rows}


def _bands(content: Content) -> Rows:
    return [{"band": name, "lower_bound_inclusive": str(lower)} for name, lower in content.document["bands"]]


def _take_bands(content: Content, rows: Rows) -> None:
    """A model without a single band is a list without grades."""
    content.document["bands"] = [[row["band"], _number(row["lower_bound_inclusive"])] for row in rows]
    content.document["banded"] = bool(rows)


def _steps(content: Content) -> Rows:
    return [
        {
            "kind": kind,
            "window_days": str(content.document[kind]["window"]),
            "min_count": str(count),
            "points": str(points),
        }
        for kind in (FREQUENCY, VICTIMS)
        if content.document[kind]
        for count, points in content.document[kind]["steps"]
    ]


def _take_steps(content: Content, rows: Rows) -> None:
    problems = [
        f"{row['kind'] or 'Nothing'} is not a kind of step: it is frequency or victims."
        for row in rows
        if row["kind"] not in (FREQUENCY, VICTIMS)
    ]
    for kind in (FREQUENCY, VICTIMS):
        own = [row for row in rows if row["kind"] == kind]
        if len({row["window_days"] for row in own}) > 1:
            problems.append(f"The steps of {kind} have different windows.")
        content.document[kind] = _uplift(kind, own, content.document[kind])
    if problems:
        raise BadModel(problems)


def _uplift(kind: str, rows: Rows, before: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if not rows:
        return None
    found: dict[str, Any] = {
        "window": _number(rows[0]["window_days"]),
        "steps": [[_number(row["min_count"]), _number(row["points"])] for row in rows],
    }
    if kind == FREQUENCY:
        # Until the settings say otherwise every crime counts, however early its stage.
        found |= {"family": CRIME, "min_factor": before["min_factor"] if before else "0"}
    return found


def _settings(content: Content) -> Rows:
    emerging, frequency = content.document["emerging"], content.document[FREQUENCY]
    rows = [
        {"setting": key, "value": "" if emerging[key] is None else str(emerging[key])} for key in SETTINGS
    ]
    if frequency:
        rows.append({"setting": LEAST_FACTOR, "value": frequency["min_factor"]})
    return rows


def _take_settings(content: Content, rows: Rows) -> None:
    given = {row["setting"]: row["value"] for row in rows}
    least = given.pop(LEAST_FACTOR, None)
    content.document["emerging"] = {
        key: (value if key == "rel_ratio" else _number(value) if value or key != "band_min_abs" else None)
        for key, value in given.items()
    }
    if least is not None and not content.document[FREQUENCY]:
        raise BadModel([f"{LEAST_FACTOR} is set, and there are no steps for frequency."])
    if least is not None:
        content.document[FREQUENCY]["min_factor"] = least


def by_points(categories: Mapping[str, int]) -> list[str]:
    """Categories with the most points first, equal ones by name."""
    return sorted(categories, key=lambda category: (-categories[category], category))


def _in_order(families: Mapping[str, Any]) -> list[str]:
    return [family for family in FAMILY_ORDER if family in families]


TABLES = {
    table.name: table
    for table in (
        Table(
            "weights", "Points by category", ("family", "category", "base_points", "rationale", "source"),
            ("family", "category"), False, _weights, _take_weights,
        ),
        Table(
            "families", "Families of events", ("family", "half_life_days", "lookback_days", "cap"),
            ("family",), False, _families, _take_families,
        ),
        Table("status", "Outcomes of a crime", ("status", "factor"), ("status",), True, _status, _take_status),
        Table(
            "bands", "Grades", ("band", "lower_bound_inclusive"), ("band",), False, _bands, _take_bands
        ),
        Table(
            "steps", "Points for many crimes and many victims", ("kind", "window_days", "min_count", "points"),
            ("kind", "min_count"), False, _steps, _take_steps,
        ),
        Table(
            "gradings", "Gradings of intelligence", ("grade", "factor"), ("grade",), True, _gradings,
            _take_gradings,
        ),
        Table(
            "settings", "Emerging threat and frequency", ("setting", "value"), ("setting",), True, _settings,
            _take_settings,
        ),
    )
}  # fmt: skip
