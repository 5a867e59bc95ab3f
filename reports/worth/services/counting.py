"""Counting who offended later by sex, ethnicity, age and district, with the rights of the class made for it (2.15).

`iom_fairness` reads ranks and places of numbers, never a score or a name, and only while an evaluation runs.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations
from typing import Any

from django.db import connection

from iom.kernel.rights import rights_of
from reports.worth.models import ScoreEvaluation
from reports.worth.rules.area import Area, Pairs, area_of, difference_of
from reports.worth.rules.cells import (
    ALERTED,
    DISTRICT,
    EVERYBODY,
    LISTED,
    POINTS,
    REST,
    SELECTED,
    STANDING,
    hit,
    later,
    lists,
    on_list,
)
from reports.worth.rules.questions import Kind, Outcome, Rule, months_after
from scoring.rules.fairness import (
    ARRESTED,
    ARRESTED_SINCE_DAYS,
    ARRESTED_STATUSES,
    GROUPS,
    PEOPLE,
)
from scoring.rules.suppression import Cell
from scoring.rules.vocabulary import SCORING_ROLES
from scoring.services.fairness import ARRESTED_THEN, FAIRNESS_ROLE, GROUPED


def _known(table: str, group: str) -> str:
    """What nobody knows falls where nothing is known, as `scoring.rules.fairness.known_group` says."""
    names = ", ".join(f"'{name}'" for name in GROUPS[table])
    return f"CASE WHEN {group} IN ({names}) THEN {group} ELSE '{list(GROUPS[table])[-1]}' END"


# The groups of the comparison of versions, everybody as one, and the districts.
_BY = {
    EVERYBODY: "''",
    **{table: _known(table, group) for table, group in GROUPED.items()},
    DISTRICT: "c.unit_id::text",
}
_PEOPLE = """
FROM worth_person c
JOIN persons_person p ON p.id = c.person_id
LEFT JOIN persons_equalityrecord e ON e.person_id = c.person_id
WHERE c.evaluation_id = %(evaluation)s
"""
_THEN, _NOW = "AND c.was_ranked", "AND c.standing_now <> ''"
Groups = dict[str, Any]


def rank(evaluation: ScoreEvaluation) -> None:
    """Ranks for the area, equal where the numbers are equal; places on each district's list as the list orders them."""
    with connection.cursor() as cursor:
        cursor.execute(_RANKS, {"evaluation": evaluation.pk})
        cursor.execute("ANALYZE worth_person")


_RANKS = """
UPDATE worth_person w
SET score_rank = r.score_rank, offences_rank = r.offences_rank, last_rank = r.last_rank,
    score_place = CASE WHEN w.score > 0 THEN r.score_place END,
    offences_place = CASE WHEN w.offences > 0 THEN r.offences_place END,
    last_place = CASE WHEN w.last > 0 THEN r.last_place END
FROM (
    SELECT id,
           dense_rank() OVER (ORDER BY score) AS score_rank,
           dense_rank() OVER (ORDER BY offences) AS offences_rank,
           dense_rank() OVER (ORDER BY last) AS last_rank,
           row_number() OVER (
               PARTITION BY unit_id
               ORDER BY score DESC, raw_hundredths DESC, latest_on DESC NULLS LAST, highest_base DESC, crimes_90 DESC,
                   person_id) AS score_place,
           row_number() OVER (
               PARTITION BY unit_id ORDER BY offences DESC, offence_on DESC NULLS LAST, person_id) AS offences_place,
           row_number() OVER (
               PARTITION BY unit_id ORDER BY last DESC, last_raw_hundredths DESC, person_id) AS last_place
    FROM worth_person
    WHERE evaluation_id = %(evaluation)s AND was_ranked
) r
WHERE w.id = r.id
"""


def counts_then(evaluation: ScoreEvaluation, judged: Sequence[Outcome]) -> dict[Cell, int]:
    """People, later offenders, and those of each list, of every group and of all together."""
    columns = {PEOPLE: "true"}
    columns |= {later(one): _happened(one) for one in judged}
    for name in lists(evaluation.list_sizes):
        columns[on_list(name)] = _stood_on(name)
        columns |= {hit(name, one): f"{_stood_on(name)} AND {_happened(one)}" for one in judged}
    return _counted(evaluation, columns, _THEN, as_of=evaluation.as_of, by=_BY)


def counts_today(evaluation: ScoreEvaluation, standings: Sequence[str]) -> dict[Cell, int]:
    """People scored today, in each grade, arrested, alerted and selected, and the points of each family."""
    columns = {PEOPLE: "true", ALERTED: "c.is_alerted", SELECTED: "c.is_selected"}
    columns[ARRESTED] = ARRESTED_THEN.strip().removeprefix("AND ")
    columns |= {f"{STANDING}{name}": f"c.standing_now = '{name}'" for name in standings}
    found = _counted(evaluation, columns, _NOW, as_of=evaluation.reported_on, by=_BY)
    return found | _points(evaluation, sorted({(cell.table, cell.group) for cell in found}))


def _counted(
    evaluation: ScoreEvaluation, columns: dict[str, str], where: str, *, as_of: date, by: Mapping[str, str]
) -> dict[Cell, int]:
    asked = ", ".join(f"count(*) FILTER (WHERE {condition})" for condition in columns.values())
    found: dict[Cell, int] = {}
    for table, group, *numbers in _grouped(evaluation, asked, f"{_PEOPLE} {where}", as_of=as_of, by=by):
        for column, number in zip(columns, numbers, strict=True):
            cell = Cell(table, group, column)
            found[cell] = found.get(cell, 0) + number
    return found


def _points(evaluation: ScoreEvaluation, groups: Iterable[tuple[str, str]]) -> dict[Cell, int]:
    """Hundredths by family; a family that gives a group nothing is nought."""
    source = _PEOPLE.replace(
        "WHERE", "CROSS JOIN LATERAL jsonb_each_text(c.points) AS one (family, points)\nWHERE"
    )
    rows = _grouped(
        evaluation,
        "one.family, sum(one.points::bigint)::bigint",
        f"{source} {_NOW}",
        as_of=evaluation.reported_on,
        by=_BY,
        also=", 2",
    )
    sums: dict[Cell, int] = {}
    for table, group, family, hundredths in rows:
        cell = Cell(table, group, f"{POINTS}{family}")
        sums[cell] = sums.get(cell, 0) + hundredths
    families = {cell.column for cell in sums}
    return {Cell(*at, column): 0 for at in groups for column in families} | sums


def areas_of_rest(
    evaluation: ScoreEvaluation, outcome: Outcome, table: str, groups: Sequence[str]
) -> dict[str, Area | None]:
    """The area of each rule for these groups of one table as one."""
    names = ", ".join(f"'{group}'" for group in groups)
    by = {table: f"CASE WHEN ({_BY[table]}) IN ({names}) THEN '{REST}' ELSE '' END"}
    found: dict[str, Area | None] = areas(evaluation, outcome, by=by)[0].get(table, {}).get(REST, {})
    return found


def areas(
    evaluation: ScoreEvaluation, outcome: Outcome, *, by: Mapping[str, str] = _BY
) -> tuple[Groups, dict[str, Area | None]]:
    """The area of each rule for every group, and for everybody by how much the score is ahead of the simple rules."""
    found: Groups = {}
    ahead: dict[str, Area | None] = {}
    for table, group, *numbers in _grouped(
        evaluation,
        ", ".join(_SUMS),
        _BEATEN.format(people=_PEOPLE, then=_THEN, happened=_happened(outcome), group="{group}"),
        as_of=evaluation.as_of,
        by=by,
        inner=True,
    ):
        pairs, products = _read(numbers)
        found.setdefault(table, {})[group] = {rule.value: area_of(pairs[rule]) for rule in Rule}
        if table == EVERYBODY:
            ahead = {
                rule.value: difference_of(
                    pairs[Rule.SCORE],
                    pairs[rule],
                    products_of_later=products[rule][0],
                    products_of_others=products[rule][1],
                )
                for rule in (Rule.OFFENCES, Rule.LAST)
            }
    return found, ahead


# Twice the people of the other side whom each one stood above, those level counting once: of who offended later the
# others below them, of the others those who offended later above them.
_BEATEN = """
FROM (
    SELECT grp, later,
           {beaten}
    FROM (
        SELECT {{group}} AS grp, ({{happened}})::int AS later, c.score_rank, c.offences_rank, c.last_rank
        {{people}} {{then}}
    ) AS member
    WINDOW everyone AS (PARTITION BY grp), {windows}
) AS beaten
""".format(
    beaten=",\n           ".join(
        f"CASE WHEN later = 1 THEN 2 * sum(1 - later) OVER to_{rule} - sum(1 - later) OVER at_{rule}"
        f" ELSE 2 * (sum(later) OVER everyone - sum(later) OVER to_{rule}) + sum(later) OVER at_{rule} END"
        f" AS {rule}"
        for rule in Rule
    ),
    windows=", ".join(
        f"to_{rule} AS (PARTITION BY grp ORDER BY {rule}_rank), at_{rule} AS (PARTITION BY grp, {rule}_rank)"
        for rule in Rule
    ),
)
_SIDES = ("later = 1", "later = 0")
_SUMS = [
    *(f"count(*) FILTER (WHERE {side})" for side in _SIDES),
    *(f"coalesce(sum({rule}) FILTER (WHERE later = 1), 0)" for rule in Rule),
    *(f"coalesce(sum({rule} * {rule}) FILTER (WHERE {side}), 0)" for rule in Rule for side in _SIDES),
    *(
        f"coalesce(sum({one} * {other}) FILTER (WHERE {side}), 0)"
        for one, other in combinations(Rule, 2)
        if one == Rule.SCORE
        for side in _SIDES
    ),
]


def _read(numbers: Sequence[Any]) -> tuple[dict[Rule, Pairs], dict[Rule, tuple[int, int]]]:
    whole = [int(number) for number in numbers]
    offended, others = whole[:2]
    pairs = {
        rule: Pairs(offended, others, whole[2 + at], whole[5 + 2 * at], whole[6 + 2 * at])
        for at, rule in enumerate(Rule)
    }
    return pairs, {Rule.OFFENCES: (whole[11], whole[12]), Rule.LAST: (whole[13], whole[14])}


def _grouped(
    evaluation: ScoreEvaluation,
    asked: str,
    source: str,
    *,
    as_of: date,
    by: Mapping[str, str],
    also: str = "",
    inner: bool = False,
) -> Iterable[tuple[Any, ...]]:
    """(table, group, what was asked) for every way of dividing people; groups as the tables of fairness name them."""
    values: dict[str, Any] = {
        "evaluation": evaluation.pk,
        "as_of": as_of,
        "since": as_of - timedelta(days=ARRESTED_SINCE_DAYS),
        "roles": list(SCORING_ROLES),
        "statuses": list(ARRESTED_STATUSES),
        "day": evaluation.as_of,
        **{f"until_{months}": months_after(evaluation.as_of, months) for months in range(1, 25)},
    }
    with rights_of(FAIRNESS_ROLE), connection.cursor() as cursor:
        for table, group in by.items():
            name, body = ("grp", source.replace("{group}", group)) if inner else (group, source)
            cursor.execute(f"SELECT {name}, {asked} {body} GROUP BY 1{also} ORDER BY 1{also}", values)
            for found, *rest in cursor.fetchall():
                yield table, found, *rest


def _happened(outcome: Outcome) -> str:
    column = "c.any_on" if outcome.kind == Kind.ANY else "c.proven_on"
    return f"coalesce({column} <= %(until_{outcome.months})s, false)"


def _stood_on(name: str) -> str:
    if name == LISTED:
        return "c.is_listed"
    rule, size = name.split("-")
    return f"coalesce(c.{rule}_place <= {int(size)}, false)"
