"""Selection by sex, self-defined ethnicity and age, in groups large enough to name nobody (NEW-9, scoring.md 2.15)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from scoring.rules.suppression import Cell, hidden_cells

SEX, ETHNICITY, AGE = "sex", "ethnicity", "age"
TABLES = {SEX: "Sex", ETHNICITY: "Self-defined ethnicity (5+1)", AGE: "Age"}
GROUPS = {
    SEX: {"F": "Female", "M": "Male", "U": "Not known"},
    ETHNICITY: {
        "W": "White",
        "M": "Mixed",
        "A": "Asian",
        "B": "Black",
        "O": "Other",
        "N": "Not stated",
    },
    AGE: {
        "18": "18 to 24",
        "25": "25 to 34",
        "35": "35 to 44",
        "45": "45 to 54",
        "55": "55 and over",
        "": "Not known",
    },
}
AGE_FROM = (18, 25, 35, 45, 55)
PEOPLE, ARRESTED = "people", "arrested"
# People are compared with those who were arrested, not with residents (scoring.md 2.15).
ARRESTED_SINCE_DAYS = 1_095
ARRESTED_STATUSES = ("arrested", "charged", "convicted", "out_of_court_disposal")


class Count(NamedTuple):
    """How many people of one group stand where under both versions."""

    table: str
    group: str
    old: str
    new: str
    people: int


def report(
    counts: Iterable[Count],
    arrested: Mapping[tuple[str, str], int],
    *,
    old: Sequence[str],
    new: Sequence[str],
) -> dict[str, Any]:
    """The report as it is kept and shown: table -> group -> column -> people, None where it is left out."""
    columns = [PEOPLE, ARRESTED, *(f"old:{name}" for name in old), *(f"new:{name}" for name in new)]
    figures = {
        Cell(table, group, column): 0
        for table, groups in GROUPS.items()
        for group in groups
        for column in columns
    }
    for count in counts:
        group = known_group(count.table, count.group)
        for column in (PEOPLE, f"old:{count.old}", f"new:{count.new}"):
            if column in columns:
                figures[Cell(count.table, group, column)] += count.people
    for (table, group), people in arrested.items():
        figures[Cell(table, known_group(table, group), ARRESTED)] += people
    # A group with nobody in it has no line: there is nobody of whom it could tell.
    present = {(cell.table, cell.group) for cell, people in figures.items() if people}
    figures = {cell: people for cell, people in figures.items() if (cell.table, cell.group) in present}
    parts = {f"{PEOPLE}|new": columns_of("new", new)}
    if old:
        parts[f"{PEOPLE}|old"] = columns_of("old", old)
    hidden = hidden_cells(figures, parts_of=parts)
    return {
        table: {
            group: {
                column: None if Cell(table, group, column) in hidden else figures[Cell(table, group, column)]
                for column in columns
            }
            for group in groups
            if (table, group) in present
        }
        for table, groups in GROUPS.items()
    }


def known_group(table: str, group: str) -> str:
    """The group a value falls into; one that nobody knows falls where nothing is known."""
    return group if group in GROUPS[table] else list(GROUPS[table])[-1]


def columns_of(side: str, standings: Sequence[str]) -> list[str]:
    """The columns of one version's grades."""
    return [f"{side}:{name}" for name in standings]
