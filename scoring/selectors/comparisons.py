"""A comparison of two versions as its page and file show it (SCO-4, NEW-9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Abs

from iom.access.actor import Actor
from scoring.models import ComparedScore, ScoreComparison
from scoring.permissions import compared_visible_to
from scoring.rules.bands import BAND_NAMES, STANDING_NAMES, standings
from scoring.rules.fairness import ARRESTED, GROUPS, PEOPLE, TABLES, columns_of
from scoring.services.models import config_of

HIDDEN = "Left out"
SHOW = {
    "": "Everybody whose grade or alert changes",
    "up": "Into a higher grade",
    "down": "Into a lower grade",
    "alerts": "Alert gained or lost",
    "all": "Everybody whose score changes",
}


@dataclass(frozen=True)
class Matrix:
    """How many people stand where before and after: a line for each standing before."""

    heads: list[str]
    rows: list[list[Any]]


@dataclass(frozen=True)
class Overlap:
    """How many of the first N places are held by the same people."""

    first: int
    old: int
    new: int
    both: int


@dataclass(frozen=True)
class FairTable:
    """Selection by one characteristic: counts with the share of the group, small groups left out."""

    name: str
    title: str
    heads: list[str]
    rows: list[list[str]]


def names_of(comparison: ScoreComparison) -> tuple[list[str], list[str]]:
    """What a person can stand at under the old and the new version, lowest first."""
    new = standings(config_of(comparison.score_model))
    return (standings(config_of(comparison.against)) if comparison.against else []), new


def said(standing: str) -> str:
    """A standing in words."""
    return BAND_NAMES.get(standing) or STANDING_NAMES.get(standing) or standing.replace("_", " ").capitalize()


def matrix(comparison: ScoreComparison) -> Matrix:
    """The moves between grades, with totals."""
    old, new = names_of(comparison)
    people = {(before, after): count for before, after, count in comparison.moves}
    lines: list[list[Any]] = []
    for before in old or [""]:
        counts = [people.get((before, after), 0) for after in new]
        lines.append([said(before) if before else "No version in use", *counts, sum(counts)])
    totals = [sum(line[place] for line in lines) for place in range(1, len(new) + 2)]
    return Matrix(["Before", *(said(after) for after in new), "Total"], [*lines, ["Total", *totals]])


def totals(comparison: ScoreComparison) -> tuple[dict[str, int], dict[str, int]]:
    """People at each standing before and after."""
    old, new = names_of(comparison)
    before, after = dict.fromkeys(old, 0), dict.fromkeys(new, 0)
    for was, becomes, people in comparison.moves:
        if was in before:
            before[was] += people
        after[becomes] += people
    return before, after


def overlap(comparison: ScoreComparison, first: int) -> Overlap:
    """Of the whole force's first N places, how many are the same people before and after: a figure, never who."""
    old, new, both = comparison.overlaps[str(first)]
    return Overlap(first, old, new, both)


def movers(actor: Actor, comparison: ScoreComparison, show: str = "") -> QuerySet[ComparedScore]:
    """Who moves, of the people the reader may see: the largest change of score first."""
    rows = compared_visible_to(actor, comparison).annotate(change=F("new_published") - F("old_published"))
    alerts, grade = ~Q(old_fires=F("new_fires")), ~Q(old_band=F("new_band"))
    conditions = {
        "": alerts | grade if comparison.against else Q(new_fires=True),
        "up": grade & Q(change__gt=0),
        "down": grade & Q(change__lt=0),
        "alerts": alerts,
        "all": ~Q(change=0),
    }
    found = rows.filter(conditions.get(show, conditions[""])).select_related("person__home_unit")
    return found.order_by(Abs("change").desc(), "-new_published", "person_id")


def fair_tables(comparison: ScoreComparison) -> list[FairTable]:
    """The fairness report as it was kept when the comparison ended."""
    old, new = names_of(comparison)
    sides = [*(("old", name) for name in old), *(("new", name) for name in new)]
    heads = ["Group", "People", "Arrested in three years"]
    heads += [f"{'Before' if side == 'old' else 'After'}: {said(name).lower()}" for side, name in sides]
    columns = [PEOPLE, ARRESTED, *columns_of("old", old), *columns_of("new", new)]
    return [
        FairTable(
            name=table,
            title=title,
            heads=heads,
            rows=[
                [words, *_cells(comparison.fairness[table][group], columns)]
                for group, words in GROUPS[table].items()
                if group in comparison.fairness.get(table, {})
            ],
        )
        for table, title in TABLES.items()
    ]


def _cells(counts: dict[str, int | None], columns: Sequence[str]) -> list[str]:
    people = counts.get(PEOPLE)
    return [_cell(counts.get(column), None if column in (PEOPLE, ARRESTED) else people) for column in columns]


def _cell(count: int | None, people: int | None) -> str:
    """A count with its share of the group, half up to a tenth of a per cent."""
    if count is None:
        return HIDDEN
    if not people:
        return f"{count:,}"
    tenths = (2_000 * count + people) // (2 * people)
    return f"{count:,} ({tenths // 10}.{tenths % 10}%)"
