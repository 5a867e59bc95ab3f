"""What becomes of each table's rows when a person's record is disposed of; a table without a rule fails the checks.

Every app says it in `<app>/disposal.py`; which tables lead to a person is read from the models (SHR-4).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from iom.kernel.compartments import ours


class Way(StrEnum):
    """Rows are deleted, their columns blanked, or left as they are because they name nobody any more."""

    DELETE = "delete"
    BLANK = "blank"
    KEEP = "keep"


@dataclass(frozen=True)
class Rule:
    """One table's rule: `columns` are what blanking writes, as SQL values; `by` names a column that holds the
    person's number without a foreign key."""

    model: str
    way: Way
    reason: str = ""
    by: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)


_rules: list[Rule] = []


def delete(*models: str, by: str = "") -> None:
    """Delete the person's rows of these tables (`"persons.Alias"`)."""
    _rules.extend(Rule(model, Way.DELETE, by=by) for model in models)


def blank(model: str, why: str, columns: Mapping[str, str], *, by: str = "") -> None:
    """Keep the rows without the person: write these SQL values (`{"person_id": "NULL"}`)."""
    _rules.append(Rule(model, Way.BLANK, why, by, columns))


def keep(model: str, reason: str) -> None:
    """Leave the rows: the reason says why they are nobody's data, or what else blanks them."""
    _rules.append(Rule(model, Way.KEEP, reason))


@cache
def rules() -> dict[str, Rule]:
    """Every rule by its model."""
    for config in ours():
        if config.name != "iom.kernel" and find_spec(f"{config.name}.disposal"):
            import_module(f"{config.name}.disposal")
    names = [rule.model for rule in _rules]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"Tables with two rules of disposal: {', '.join(twice)}")
    return {rule.model: rule for rule in _rules}
