"""The counts of an evaluation by group, and which of them are left out as of too few people (scoring.md 2.15).

One person is in one cell of every table; a cell of fewer than ten is left out, and with it whatever would give it away
by sums: the rule is that of the comparison of versions (`scoring.rules.suppression`), asked of all tables at once.
"""

from collections.abc import Collection, Mapping, Sequence
from itertools import product

from reports.worth.rules.questions import Outcome, Rule
from scoring.rules.fairness import PEOPLE
from scoring.rules.suppression import SMALLEST, Cell, hidden_cells

DISTRICT, EVERYBODY = "district", "all"
# The groups left out of an outcome, taken together.
REST = "+"
LISTED = "listed"
ALERTED, SELECTED = "alerted", "selected"
STANDING, POINTS = "standing:", "points:"
Counts = Mapping[Cell, int]
Shown = dict[str, dict[str, dict[str, int | None]]]


def lists(sizes: Sequence[int]) -> list[str]:
    """Each list that somebody may stand on: by the score alone, and the first of a district by each rule."""
    return [LISTED, *(place_list(rule, size) for rule, size in product(Rule, sizes))]


def place_list(rule: Rule, size: int) -> str:
    return f"{rule.value}-{size}"


def later(outcome: Outcome) -> str:
    """Column: people who offended later."""
    return f"later:{outcome.code}"


def not_later(outcome: Outcome) -> str:
    return f"not:{outcome.code}"


def hit(name: str, outcome: Outcome) -> str:
    """Column: people on a list who offended later."""
    return f"hit:{name}:{outcome.code}"


def false_alarm(name: str, outcome: Outcome) -> str:
    return f"false:{name}:{outcome.code}"


def missed(name: str, outcome: Outcome) -> str:
    return f"missed:{name}:{outcome.code}"


def spared(name: str, outcome: Outcome) -> str:
    return f"spared:{name}:{outcome.code}"


def on_list(name: str) -> str:
    return f"on:{name}"


def blocks(sizes: Sequence[int], judged: Sequence[Outcome], *, by_group: bool) -> Mapping[str, list[Outcome]]:
    """By which outcomes each list is judged: of everybody by all, by group the lists of a size by the first alone."""
    return {name: list(judged[:1]) if by_group and name != LISTED else list(judged) for name in lists(sizes)}


def complete(
    counts: Counts, *, judged: Sequence[Outcome], listed: Mapping[str, list[Outcome]]
) -> dict[Cell, int]:
    """The counts with those that follow from them: who was not on a list, who did not offend later."""
    found = dict(counts)
    for at in places(counts):
        people = counts[Cell(*at, PEOPLE)]
        for outcome in judged:
            found[Cell(*at, not_later(outcome))] = people - counts[Cell(*at, later(outcome))]
        for name, outcomes in listed.items():
            for outcome in outcomes:
                offended, right = counts[Cell(*at, later(outcome))], counts[Cell(*at, hit(name, outcome))]
                wrong = counts[Cell(*at, on_list(name))] - right
                found[Cell(*at, false_alarm(name, outcome))] = wrong
                found[Cell(*at, missed(name, outcome))] = offended - right
                found[Cell(*at, spared(name, outcome))] = people - offended - wrong
    return found


def places(counts: Counts) -> list[tuple[str, str]]:
    """Each group of each table."""
    return sorted({(cell.table, cell.group) for cell in counts})


def sides(outcome: Outcome) -> list[str]:
    """The two columns into which an outcome divides people."""
    return [later(outcome), not_later(outcome)]


def fields(name: str, outcome: Outcome) -> list[str]:
    """The four columns into which a list and an outcome divide people."""
    return [make(name, outcome) for make in (hit, false_alarm, missed, spared)]


def shown_by_group(counts: Counts, *, sizes: Sequence[int], judged: Sequence[Outcome]) -> Shown:
    """What may be told of each group looking back; None where a figure is left out.

    A group's line under a list is told whole or not at all, so it is its weakest field that the rule is asked about.
    Who is left out as people is left out of every outcome, and who is left out of an outcome of every list.
    """
    listed = blocks(sizes, judged, by_group=True)
    whole, lines = complete(counts, judged=judged, listed=listed), places(counts)
    unseen = _hidden_lines(whole, lines, [PEOPLE])
    hidden, base = {Cell(*at, PEOPLE) for at in unseen}, set(unseen)
    for outcome in judged:
        found = _hidden_lines(whole, lines, sides(outcome), already=unseen)
        hidden |= {Cell(*at, column) for at in found for column in sides(outcome)}
        base |= found
    for name, outcomes in listed.items():
        columns = [column for outcome in outcomes for column in fields(name, outcome)]
        found = _hidden_lines(whole, lines, columns, already=base)
        hidden |= {Cell(*at, column) for at in found for column in (*columns, on_list(name))}
    told = {PEOPLE, *(column for outcome in judged for column in sides(outcome))}
    for name, outcomes in listed.items():
        told |= {on_list(name), *(column for outcome in outcomes for column in fields(name, outcome))}
    return _without({cell: n for cell, n in whole.items() if cell.column in told}, hidden)


def _weakest(whole: Counts, at: tuple[str, str], columns: Sequence[str]) -> int:
    return min(whole[Cell(*at, column)] for column in columns)


def _hidden_lines(
    whole: Counts,
    lines: Sequence[tuple[str, str]],
    columns: Sequence[str],
    *,
    already: Collection[tuple[str, str]] = (),
) -> set[tuple[str, str]]:
    """The groups whose line is left out, with the next smallest where theirs would follow from the total."""
    figures = {Cell(*at, ""): _weakest(whole, at, columns) for at in lines}
    hidden = hidden_cells(figures, parts_of={}, already={Cell(*at, "") for at in already})
    return {(cell.table, cell.group) for cell in hidden}


def shown_of_everybody(counts: Counts, *, sizes: Sequence[int], judged: Sequence[Outcome]) -> Shown:
    """What may be told of all together: of a list whose four fields hold a small one, none of the four is told.

    How many people, lists and later offenders there are says what the fields add up to; with one field the other
    three would follow.
    """
    listed = blocks(sizes, judged, by_group=False)
    whole, at = complete(counts, judged=judged, listed=listed), (EVERYBODY, "")
    hidden = {
        Cell(*at, column)
        for column in (PEOPLE, *(on_list(name) for name in listed))
        if whole[Cell(*at, column)] < SMALLEST
    }
    for outcome in judged:
        few = _weakest(whole, at, sides(outcome)) < SMALLEST
        hidden |= {Cell(*at, column) for column in sides(outcome) if few}
        for name in listed:
            if few or _weakest(whole, at, fields(name, outcome)) < SMALLEST:
                hidden |= {Cell(*at, column) for column in fields(name, outcome)}
    return _without(whole, hidden)


def shown_today(counts: Counts, *, standings: Sequence[str]) -> Shown:
    """What may be told of each group as at the day of the report; points of few people are left out with the people.

    Points are sums that add up over the groups, as people do: one hidden group's would follow from the others'. So the
    rule is asked of how many people a sum is of.
    """
    people = {
        cell: counts[Cell(cell.table, cell.group, PEOPLE)] if cell.column.startswith(POINTS) else number
        for cell, number in counts.items()
    }
    parts = {PEOPLE: [f"{STANDING}{name}" for name in standings]}
    for column in (ALERTED, SELECTED):
        parts[f"{PEOPLE}|{column}"] = [column, f"not-{column}"]
        for at in places(counts):
            people[Cell(*at, f"not-{column}")] = counts[Cell(*at, PEOPLE)] - counts[Cell(*at, column)]
    return _without(counts, hidden_cells(people, parts_of=parts))


def _without(counts: Counts, left_out: Collection[Cell]) -> Shown:
    found: Shown = {}
    for cell, number in sorted(counts.items()):
        columns = found.setdefault(cell.table, {}).setdefault(cell.group, {})
        columns[cell.column] = None if cell in left_out else number
    return found


def left_out(shown: Shown, table: str, column: str) -> list[str]:
    """The groups of a table whose figure in a column is not told."""
    return [group for group, columns in shown.get(table, {}).items() if columns.get(column) is None]


def together(shown: Shown, table: str, column: str, *, over: str) -> int | None:
    """What `over` comes to for the groups left out of `column`, which is everybody less the groups that are told.

    None where nothing more can be said of it than is said of everybody.
    """
    whole = shown.get(EVERYBODY, {}).get("", {}).get(over)
    groups, absent = shown.get(table, {}), left_out(shown, table, column)
    told = [columns[over] for group, columns in groups.items() if group not in absent]
    if whole is None or not absent or not told or any(number is None for number in told):
        return None
    rest = whole - sum(number or 0 for number in told)
    return rest if rest >= SMALLEST else None
