"""Small groups stay out of the fairness report, also by sums (NEW-9, scoring.md 2.15)."""

import random
from itertools import product

import pytest

from scoring.rules.fairness import ARRESTED, GROUPS, PEOPLE, Count, columns_of, report
from scoring.rules.suppression import SMALLEST, Cell, determined, hidden_cells


def figures_of(rows: dict[str, dict[str, int]], table: str = "sex") -> dict[Cell, int]:
    return {Cell(table, group, column): n for group, cells in rows.items() for column, n in cells.items()}


def test_a_small_cell_takes_a_second_of_its_column_along() -> None:
    figures = figures_of({"F": {"LOW": 3}, "M": {"LOW": 400}, "U": {"LOW": 20}})

    assert hidden_cells(figures, parts_of={}) == {Cell("sex", "F", "LOW"), Cell("sex", "U", "LOW")}


def test_where_nothing_is_small_nothing_is_left_out() -> None:
    figures = figures_of({"F": {"LOW": 10}, "M": {"LOW": 400}})

    assert hidden_cells(figures, parts_of={}) == frozenset()


def test_nought_is_a_small_figure_too() -> None:
    figures = figures_of({"F": {"LOW": 0}, "M": {"LOW": 400}, "U": {"LOW": 50}})

    assert Cell("sex", "F", "LOW") in hidden_cells(figures, parts_of={})


def test_two_small_cells_whose_sum_is_small_take_a_third_along() -> None:
    figures = figures_of({"F": {"LOW": 3}, "U": {"LOW": 4}, "M": {"LOW": 400}})

    assert hidden_cells(figures, parts_of={}) == set(figures)


def test_a_row_does_not_give_away_what_its_columns_hide() -> None:
    """The column hides F and U; the row of F adds up to people, who are shown: so another part of it goes too."""
    figures = figures_of(
        {
            "F": {PEOPLE: 103, "LOW": 3, "HIGH": 100},
            "U": {PEOPLE: 70, "LOW": 30, "HIGH": 40},
            "M": {PEOPLE: 900, "LOW": 500, "HIGH": 400},
        }
    )

    hidden = hidden_cells(figures, parts_of={PEOPLE: ["LOW", "HIGH"]})

    equations = _equations(figures, {PEOPLE: ["LOW", "HIGH"]})
    assert not determined(equations, set(hidden))
    assert {cell.group for cell in hidden} >= {"F", "U"}
    assert Cell("sex", "F", "LOW") in hidden


def _equations(figures, parts_of):
    columns: dict[tuple[str, str], dict[Cell, int]] = {}
    for cell in figures:
        columns.setdefault((cell.table, cell.column), {})[cell] = 1
    rows = [
        {**{Cell(table, group, part): 1 for part in parts}, Cell(table, group, whole.split("|")[0]): -1}
        for whole, parts in parts_of.items()
        for table, group in {(cell.table, cell.group) for cell in figures}
    ]
    return [*columns.values(), *rows]


def everybody(chance: random.Random, size: int) -> list[tuple[str, str, str, str, str]]:
    grades = ["NOT_BROUGHT_ON", "LOW", "MEDIUM", "HIGH"]
    return [
        (
            chance.choices(list(GROUPS["sex"]), [15, 84, 1])[0],
            chance.choices(list(GROUPS["ethnicity"]), [70, 4, 12, 8, 3, 3])[0],
            chance.choices(list(GROUPS["age"]), [30, 30, 20, 10, 8, 2])[0],
            chance.choices(grades, [80, 12, 6, 2])[0],
            chance.choices(grades, [78, 12, 7, 3])[0],
        )
        for _ in range(size)
    ]


@pytest.mark.parametrize(("seed", "size"), list(product(range(4), (30, 200, 1_000, 8_000))))
def test_no_hidden_figure_of_a_whole_report_can_be_worked_out(seed: int, size: int) -> None:
    """Another population with the same shown figures exists that differs in every cell that is left out."""
    people = everybody(random.Random(seed), size)
    grades = ["NOT_BROUGHT_ON", "LOW", "MEDIUM", "HIGH"]
    counts = [
        Count(table, person[place], person[3], person[4], 1)
        for place, table in enumerate(GROUPS)
        for person in people
    ]
    arrested: dict[tuple[str, str], int] = {}
    for place, table in enumerate(GROUPS):
        for person in people[: size // 2]:
            arrested[table, person[place]] = arrested.get((table, person[place]), 0) + 1

    told = report(counts, arrested, old=grades, new=grades)

    cells = {
        Cell(table, group, column): n
        for table, groups in told.items()
        for group, columns in groups.items()
        for column, n in columns.items()
    }
    hidden = {cell for cell, n in cells.items() if n is None}
    assert all(n >= SMALLEST for n in cells.values() if n is not None)
    parts = {f"{PEOPLE}|new": columns_of("new", grades), f"{PEOPLE}|old": columns_of("old", grades)}
    equations = _equations(cells, parts)
    given_away = determined(equations, hidden)
    # Where a whole column or row is left out there is nothing more to leave out; its total stands on the page anyhow.
    for cell in given_away:
        around = [equation for equation in equations if cell in equation]
        assert all(other in hidden for equation in around for other in equation)
    if size >= 8_000:
        assert given_away == set()
        assert len(hidden) < len(cells) / 2
    assert ARRESTED in told["sex"]["M"]
