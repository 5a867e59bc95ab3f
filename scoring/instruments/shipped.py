"""The published numbers the product ships, as the instruments' rules take them; `data/README.md` says whence."""

import csv
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path

from scoring.instruments.rules.predictors import PREDICTORS, Coefficients, Tables

DATA = Path(__file__).parent / "data"
WEIGHTS = "ogrs3_offence_code_weights_moj.csv"
COEFFICIENTS = "ogrs4_generation_coefficients_moj.csv"
OFFENCE_CODES = "ho_offence_codes_moj.csv"
NO_CATEGORY = "UNKNOWN"


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


@cache
def ogrs3_weights() -> dict[str, Decimal]:
    """Offence code -> OGRS3 weight; 999 asks for the exact offence, and a code without a weight has no entry."""
    return {
        row["ho_code"]: Decimal(row["ogrs3_weighting"]) for row in _rows(WEIGHTS) if row["ogrs3_weighting"]
    }


@cache
def predictor_tables() -> Tables:
    """The coefficients of the static forms, and the actuarial category of each offence code that has one."""
    kinds: dict[tuple[str, str], dict[str, Decimal]] = {}
    for row in _rows(COEFFICIENTS):
        kinds.setdefault((row["model"], row["kind"]), {})[row["name"]] = Decimal(row["coefficient"])
    return Tables(
        coefficients={
            one: Coefficients(kinds[f"{one}_static", "term"], kinds[f"{one}_static", "offence_category"])
            for one in PREDICTORS
        },
        categories={
            row["ho_code"]: row["actuarial_category"]
            for row in _rows(OFFENCE_CODES)
            if row["actuarial_category"] != NO_CATEGORY
        },
    )
