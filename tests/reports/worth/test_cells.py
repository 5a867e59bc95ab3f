"""No figure that is left out can be worked out from those that are shown (SCO-7, scoring.md 2.15)."""

import random
from collections import Counter

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from reports.worth.rules import cells
from reports.worth.rules.cells import (
    DISTRICT,
    EVERYBODY,
    LISTED,
    blocks,
    complete,
    fields,
    hit,
    later,
    lists,
    on_list,
    shown_by_group,
    shown_of_everybody,
    shown_today,
    sides,
)
from reports.worth.rules.questions import main_outcomes
from scoring.rules.fairness import AGE, ARRESTED, ETHNICITY, PEOPLE, SEX
from scoring.rules.suppression import SMALLEST, Cell, determined

SIZES = [25, 100]
MAIN = main_outcomes(12)
TABLES = (SEX, ETHNICITY, AGE, DISTRICT)
STANDINGS = ["NOT_BROUGHT_ON", "LOW", "HIGH"]


def population(size: int, seed: int, districts: int = 5) -> list[dict[str, object]]:
    """People with their groups, the lists they stand on and what they did later; some groups are rare."""
    chance = random.Random(seed)
    found = []
    for _ in range(size):
        offended = chance.random() < chance.choice((0.05, 0.3))
        proven = offended and chance.random() < 0.6
        weight = chance.random() ** 2
        found.append(
            {
                SEX: chance.choices("FMU", (20, 79, 1))[0],
                ETHNICITY: chance.choices("WMABON", (74, 4, 9, 7, 3, 3))[0],
                AGE: chance.choices(("18", "25", "35", "45", "55", ""), (30, 30, 20, 12, 7, 1))[0],
                DISTRICT: str(1 + chance.randrange(districts)),
                "later": {MAIN[0].code: offended, MAIN[1].code: proven},
                "on": {
                    name: weight > (0.8 if name == LISTED else 1 - int(name.split("-")[1]) * districts / size)
                    for name in lists(SIZES)
                },
                "standing": chance.choices(STANDINGS, (80, 15, 5))[0],
                "flags": {name: chance.random() < 0.2 for name in (ARRESTED, cells.ALERTED, cells.SELECTED)},
            }
        )
    return found


def counts_of(people: list[dict], tables: tuple[str, ...]) -> dict[Cell, int]:
    found: Counter[Cell] = Counter()
    for one in people:
        for table in tables:
            at = (table, one.get(table, ""))
            found[Cell(*at, PEOPLE)] += 1
            for outcome in MAIN:
                found[Cell(*at, later(outcome))] += one["later"][outcome.code]
            for name, on in one["on"].items():
                found[Cell(*at, on_list(name))] += on
                for outcome in MAIN:
                    found[Cell(*at, hit(name, outcome))] += on and one["later"][outcome.code]
    return dict(found)


def equations_of(told: dict[Cell, int | None]) -> list[dict[Cell, int]]:
    """Everything a reader knows: groups add up to everybody in each column, and columns of a line to each other."""
    columns: dict[tuple[str, str], dict[Cell, int]] = {}
    for cell in told:
        together = Cell(EVERYBODY, "", cell.column)
        if cell.table != EVERYBODY and together in told:
            columns.setdefault((cell.table, cell.column), {together: -1})[cell] = 1
    rows = []
    for at in {(cell.table, cell.group) for cell in told}:

        def adds_up(total: str, parts: list[str], at: tuple[str, str] = at) -> None:
            rows.append({**{Cell(*at, part): 1 for part in parts}, Cell(*at, total): -1})

        for outcome in MAIN:
            adds_up(PEOPLE, sides(outcome))
        for name, outcomes in blocks(SIZES, MAIN, by_group=at[0] != EVERYBODY).items():
            for outcome in outcomes:
                right, wrong, missed, spared = fields(name, outcome)
                adds_up(on_list(name), [right, wrong])
                adds_up(later(outcome), [right, missed])
                adds_up(sides(outcome)[1], [wrong, spared])
    return [*columns.values(), *rows]


def flat(shown: cells.Shown) -> dict[Cell, int | None]:
    return {
        Cell(table, group, column): number
        for table, groups in shown.items()
        for group, columns in groups.items()
        for column, number in columns.items()
    }


def given_away(told: dict[Cell, int | None], equations: list[dict[Cell, int]]) -> set[Cell]:
    """The hidden figures of which only one value is possible."""
    return determined(equations, {cell for cell, number in told.items() if number is None})


def told_of(people: list[dict]) -> tuple[dict[Cell, int | None], set[Cell]]:
    """All figures of the past that a report of these people shows, and those that are of too few people."""
    together, groups = counts_of(people, (EVERYBODY,)), counts_of(people, TABLES)
    whole = complete(together, judged=MAIN, listed=blocks(SIZES, MAIN, by_group=False))
    whole |= complete(groups, judged=MAIN, listed=blocks(SIZES, MAIN, by_group=True))
    told = flat(
        shown_of_everybody(together, sizes=SIZES, judged=MAIN)
        | shown_by_group(groups, sizes=SIZES, judged=MAIN)
    )
    small = {cell for cell, number in whole.items() if number < SMALLEST}
    return told, small


@given(st.integers(20, 4_000), st.integers(0, 10_000), st.integers(1, 6))
@settings(max_examples=20, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
def test_no_hidden_figure_can_be_worked_out_from_all_that_is_shown(
    size: int, seed: int, districts: int
) -> None:
    told, small = told_of(population(size, seed, districts))

    assert {cell for cell in small if told.get(cell) is not None} == set()
    assert given_away(told, equations_of(told)) & small == set()


def test_of_many_people_most_figures_are_told() -> None:
    told, _ = told_of(population(20_000, 3))

    assert told[Cell(SEX, "F", later(MAIN[0]))] is not None
    assert told[Cell(AGE, "18", hit(LISTED, MAIN[0]))] is not None
    assert sum(number is None for number in told.values()) < len(told) * 0.6


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("size", [50, 600, 5_000])
def test_points_of_a_group_of_few_are_left_out_and_do_not_follow_from_the_others(
    size: int, seed: int
) -> None:
    people, counts = population(size, seed), Counter()
    for one in people:
        for table in (SEX, ETHNICITY, AGE, DISTRICT):
            at = (table, one[table])
            counts[Cell(*at, PEOPLE)] += 1
            for name in STANDINGS:
                counts[Cell(*at, f"standing:{name}")] += one["standing"] == name
            for name, flag in one["flags"].items():
                counts[Cell(*at, name)] += flag
            counts[Cell(*at, "points:crime")] += 1_234

    told = flat(shown_today(dict(counts), standings=STANDINGS))

    for cell, number in told.items():
        if cell.column.startswith("points:"):
            assert number is None or counts[Cell(cell.table, cell.group, PEOPLE)] >= SMALLEST
        else:
            assert number is None or number >= SMALLEST
    columns: dict[tuple[str, str], dict[Cell, int]] = {}
    for cell in told:
        columns.setdefault((cell.table, cell.column), {})[cell] = 1
    rows = [
        {**{Cell(*at, f"standing:{name}"): 1 for name in STANDINGS}, Cell(*at, PEOPLE): -1}
        for at in {(cell.table, cell.group) for cell in told}
    ]
    assert given_away(told, [*columns.values(), *rows]) == set()


def test_leaving_out_the_small_cells_alone_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fault that the tests above would catch: no second group goes with the first."""
    monkeypatch.setattr(
        cells, "hidden_cells", lambda figures, **_: {c for c, n in figures.items() if n < SMALLEST}
    )

    told, small = told_of(population(3_000, 7))

    assert given_away(told, equations_of(told)) & small
