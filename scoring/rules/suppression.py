"""Keeping small groups out of a published table (scoring.md 2.15): no cell under 10, and none that sums give away.

A hidden cell is given away when the sums that are shown leave only one value for it. Whether they do is asked of all
tables that share people at once, as a system of linear equations: hiding one more cell in a row is not enough when two
tables have the same column totals.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

SMALLEST = 10
# Arithmetic modulo a prime far above any coefficient that elimination of sums of ones can meet here.
_PRIME = 2**61 - 1


class Cell(NamedTuple):
    """One figure: of which table (sex, ethnicity ..), which group of people, which column."""

    table: str
    group: str
    column: str


Figures = Mapping[Cell, int]
Equation = dict[Cell, int]


def hidden_cells(
    figures: Figures, *, parts_of: Mapping[str, Sequence[str]], already: Collection[Cell] = ()
) -> frozenset[Cell]:
    """The cells to leave out of tables whose column totals are all shown; `already` are left out for another reason.

    `parts_of` says which columns add up to another column: {"people": ["old:LOW", "old:HIGH"]} and so on, one entry
    for each way to divide it, keyed by "column" or "column|name".
    """
    equations = _equations(figures, parts_of)
    hidden = {one for one, count in figures.items() if count < SMALLEST or one in already}
    while True:
        more = _next_to_hide(figures, equations, hidden)
        if not more:
            return frozenset(hidden)
        hidden |= more


def _equations(figures: Figures, parts_of: Mapping[str, Sequence[str]]) -> list[Equation]:
    """Groups add up to the column's total, which is shown; parts add up to the column they divide."""
    columns: dict[tuple[str, str], Equation] = {}
    for cell in figures:
        columns.setdefault((cell.table, cell.column), {})[cell] = 1
    rows = []
    for whole, parts in parts_of.items():
        for table, group in sorted({(cell.table, cell.group) for cell in figures}):
            row = {Cell(table, group, part): 1 for part in parts}
            rows.append(row | {Cell(table, group, whole.split("|")[0]): -1})
    return [*columns.values(), *rows]


def _next_to_hide(figures: Figures, equations: Sequence[Equation], hidden: set[Cell]) -> set[Cell]:
    """For every hidden cell that is given away, and every small rest, the smallest cell around it that is shown.

    A whole is hidden only where none of its parts is left to hide: without it no share can be said.
    """
    found = set()
    for cell in determined(equations, hidden):
        around = [equation for equation in equations if cell in equation]
        found |= _smallest_shown(figures, around, hidden)
    for equation in equations:
        if _is_small_rest(figures, equation, [cell for cell in equation if cell in hidden]):
            found |= _smallest_shown(figures, [equation], hidden)
    return found


def _smallest_shown(figures: Figures, around: Sequence[Equation], hidden: set[Cell]) -> set[Cell]:
    shown = [
        (factor < 0, figures[cell], cell)
        for equation in around
        for cell, factor in equation.items()
        if cell not in hidden
    ]
    return {min(shown)[2]} if shown else set()


def _is_small_rest(figures: Figures, equation: Equation, left_out: Sequence[Cell]) -> bool:
    """Whether a total less what is shown says that a handful of people are in the hidden cells together."""
    rest_is_told = left_out and len({equation[cell] for cell in left_out}) == 1
    return bool(rest_is_told) and sum(figures[cell] for cell in left_out) < SMALLEST


def determined(equations: Sequence[Equation], hidden: set[Cell]) -> set[Cell]:
    """The hidden cells for which the shown ones leave a single value: their unit vector is a sum of equations."""
    order = {cell: place for place, cell in enumerate(sorted(hidden))}
    rows = [
        {order[cell]: factor % _PRIME for cell, factor in equation.items() if cell in order}
        for equation in equations
    ]
    reduced = _reduced([row for row in rows if row])
    cells = sorted(hidden)
    return {cells[next(iter(row))] for row in reduced if len(row) == 1}


def _reduced(rows: list[dict[int, int]]) -> list[dict[int, int]]:
    """Reduced row echelon form of sparse rows modulo the prime."""
    done: dict[int, dict[int, int]] = {}
    for row in rows:
        current = dict(row)
        for place in sorted(set(current) & set(done)):
            current = _less(current, done[place], current.get(place, 0))
        if not current:
            continue
        pivot = min(current)
        factor = pow(current[pivot], -1, _PRIME)
        current = {place: value * factor % _PRIME for place, value in current.items()}
        for other, earlier in done.items():
            if pivot in earlier:
                done[other] = _less(earlier, current, earlier[pivot])
        done[pivot] = current
    return list(done.values())


def _less(row: Mapping[int, int], other: Mapping[int, int], times: int) -> dict[int, int]:
    """row - times x other, without the places that come to nothing."""
    found = dict(row)
    for place, value in other.items():
        left = (found.get(place, 0) - times * value) % _PRIME
        if left:
            found[place] = left
        else:
            found.pop(place, None)
    return found
