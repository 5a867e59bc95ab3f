"""The score knows nothing of published instruments, and they nothing of the score (SCO-6, scoring.md 2.10, 2.13)."""

import tomllib
from pathlib import Path
from typing import Any

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
SCORING = ROOT / "scoring"


def contract(name: str) -> dict[str, Any]:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    return next(one for one in contracts if one["name"] == name)


def test_every_part_of_scoring_is_in_both_contracts() -> None:
    files = {path.stem for path in SCORING.glob("*.py")} - {"__init__"}
    packages = {path.parent.name for path in SCORING.glob("*/__init__.py")} - {"instruments"}
    parts = sorted(f"scoring.{name}" for name in files | packages)

    assert sorted(contract("The score knows no published instrument")["source_modules"]) == parts
    assert sorted(contract("Published instruments know no score")["forbidden_modules"]) == parts


def test_no_sql_of_the_score_reads_a_calculation() -> None:
    texts = [*SCORING.glob("sql/*.sql"), *SCORING.glob("migrations/*.py")]

    assert len(texts) > 5
    assert [path.name for path in texts if "instruments" in path.read_text()] == []
