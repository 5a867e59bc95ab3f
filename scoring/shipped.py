"""The reference data the product ships: score models, decay horizon, the draft mapping of offence codes."""

import csv
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from scoring.rules.config import ModelConfig, decay_table, parse

DATA = Path(__file__).parent / "data"
# No family of any shipped model looks back further; a half-life is covered up to here or to its own model's lookback.
HORIZON_DAYS = 3650
HALF_LIVES = (30, 60, 90, 120, 180, 270, 365, 730)


@cache
def models() -> dict[str, ModelConfig]:
    """Code -> model, checked, in the order of the file."""
    documents = json.loads((DATA / "score_models.json").read_text(encoding="utf-8"))
    return {code: parse(document) for code, document in documents.items()}


def decay_rows() -> list[tuple[int, int, int]]:
    """(half_life, days, factor in millionths) up to the horizon."""
    return decay_table(dict.fromkeys(HALF_LIVES, HORIZON_DAYS))


def offence_codes() -> Iterator[dict[str, Any]]:
    """One row per Home Office code; a draft for the force to review."""
    with (DATA / "offence_codes_draft.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield {**row, "neighbourhood_crime": row["neighbourhood_crime"] == "Y", "draft": True}


def _weights_file() -> Iterator[tuple[tuple[str, str, str], dict[str, str]]]:
    with (DATA / "weights.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield (row["model"], row["family"], row["category"]), row


def reasons(code: str, version: str) -> dict[str, dict[str, dict[str, str]]]:
    """Family -> category -> rationale and source of a shipped version; {} for one that is not shipped."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for (model, family, category), row in _weights_file():
        if (model, row["version"]) == (code, version):
            given = {"rationale": row["rationale"], "source": row["source"]}
            found.setdefault(family, {})[category] = given
    return found


def rationales() -> dict[tuple[str, str, str], str]:
    """(model, family, category) -> why it has these points (scoring.md 2.3: every category has a rationale)."""
    return {key: row["rationale"] for key, row in _weights_file()}


def base_points() -> dict[tuple[str, str, str], str]:
    """(model, family, category) -> points as the file for editing says; a test holds it to the models."""
    return {key: row["base_points"] for key, row in _weights_file()}
