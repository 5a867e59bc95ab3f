"""Why an event adds no points to a score, in words (SCO-3, scoring.md 2.12)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from scoring.rules.config import ModelConfig
from scoring.rules.vocabulary import INTELLIGENCE, SCORING_ROLES

OUTCOMES_WITHOUT_POINTS = {
    "nfa": "no further action",
    "nfa_victim_not_supporting": "no further action, victim does not support",
    "acquitted": "acquitted",
    "eliminated": "eliminated from the enquiry",
    "no_crime": "no crime",
}


def why_not_scored(config: ModelConfig, as_of: date, row: Mapping[str, Any]) -> str:
    """The reason why an event adds no points, '' when it adds some. Grave reasons first."""
    family = config.families.get(row["family"])
    if row["role"] not in SCORING_ROLES:
        return f"linked as {row['role']}: only suspects and offenders score"
    if family is None or row["category"] == "":
        return f"not part of the {config.code} model"
    if row["occurred_on"] > as_of:
        return "dated in the future"
    if (as_of - row["occurred_on"]).days > family.lookback:
        return f"too old: more than {family.lookback} days ago"
    if not row["was_priced"]:
        ungraded = row["family"] == INTELLIGENCE and row["intel_grade"] not in config.intel
        return "intelligence without a grading" if ungraded else "a category without points in this model"
    if not row["was_counted"]:
        return "superseded by a later outcome of the same offence"
    if row["points_hundredths"] == 0 and row["status"] in OUTCOMES_WITHOUT_POINTS:
        return f"outcome: {OUTCOMES_WITHOUT_POINTS[row['status']]}"
    if not row["contributes"]:
        return "a graver offence of the same occurrence counts"
    if row["points_hundredths"] == 0:
        return "adds no points"
    return ""
