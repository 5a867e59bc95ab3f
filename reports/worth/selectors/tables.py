"""The tables of a look back, in the order in which page, PDF and CSV show them (SCO-7, scoring.md 2.15)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reports.worth.models import ScoreEvaluation
from reports.worth.rules.cells import (
    ALERTED,
    DISTRICT,
    EVERYBODY,
    LISTED,
    POINTS,
    REST,
    SELECTED,
    STANDING,
    false_alarm,
    hit,
    later,
    left_out,
    missed,
    not_later,
    on_list,
    place_list,
    together,
)
from reports.worth.rules.questions import KIND_NAMES, RULE_NAMES, Outcome, Rule, outcomes
from reports.worth.selectors.words import area, percent, said, share
from scoring.rules.bands import standings
from scoring.rules.fairness import ARRESTED, GROUPS, PEOPLE, TABLES
from scoring.selectors.comparisons import said as standing_words
from scoring.services.models import config_of

REST_NAME = "Those left out, together"
TITLES = {**TABLES, DISTRICT: "District"}
FAMILIES = {
    "crime": "Crime",
    "suspected": "of which only suspected",
    "arrest_other": "Other arrests",
    "intelligence": "Intelligence",
    "substance": "Substance",
    "custody": "Custody",
    "conviction": "Convictions",
    "incident": "Incidents",
    "breach": "Breaches",
}


@dataclass(frozen=True)
class Table:
    """A table as it is shown: its first column heads the rows."""

    name: str
    title: str
    heads: list[str]
    rows: list[list[str]]
    note: str = ""


def groups_of(
    evaluation: ScoreEvaluation, table: str, side: str
) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """The groups of a table that somebody is in, in their order: code, name and counts."""
    found = evaluation.figures[side].get(table, {})
    units = sorted(evaluation.figures["units"].items(), key=lambda one: one[1])
    names = GROUPS.get(table) or dict(units)
    return ((group, name, found[group]) for group, name in names.items() if group in found)


def everybody(evaluation: ScoreEvaluation) -> Mapping[str, Any]:
    found: Mapping[str, Any] = evaluation.figures["then"].get(EVERYBODY, {}).get("", {})
    return found


def overall(evaluation: ScoreEvaluation) -> Table:
    """The area of each rule by each outcome, and how far the score is ahead."""
    figures, counts, rows = evaluation.figures, everybody(evaluation), []
    for one in outcomes(evaluation.months):
        areas = figures["areas"].get(EVERYBODY, {}).get("", {}).get(one.code, {})
        ahead = figures["ahead"].get(one.code, {})
        rows.append(
            [
                one.words,
                share(counts.get(later(one)), counts.get(PEOPLE)),
                *(area(areas.get(rule.value)) for rule in Rule),
                *(area(ahead.get(rule.value)) for rule in (Rule.OFFENCES, Rule.LAST)),
            ]
        )
    heads = [
        "Offended later",
        f"People, of {said(counts.get(PEOPLE))}",
        *RULE_NAMES.values(),
        *(f"Score ahead of {RULE_NAMES[rule].lower()} by" for rule in (Rule.OFFENCES, Rule.LAST)),
    ]
    return Table("overall", "Share of pairs in the right order, with its 95% interval", heads, rows)


def by_size(evaluation: ScoreEvaluation, outcome: Outcome) -> Table:
    """What lists of each length would have held: how many offended later, and which share of all who did."""
    counts, rows = everybody(evaluation), []
    offended = counts.get(later(outcome))
    for size in evaluation.list_sizes:
        row = [f"First {size} of each district"]
        for rule in Rule:
            name = place_list(rule, size)
            right = counts.get(hit(name, outcome))
            row += [share(right, counts.get(on_list(name))), percent(right, offended)]
        rows.append(row)
    right = counts.get(hit(LISTED, outcome))
    rows.append(
        [
            "On the list by the score alone",
            share(right, counts.get(on_list(LISTED))),
            percent(right, offended),
        ]
        + [""] * (2 * (len(Rule) - 1))
    )
    heads = ["List"]
    for name in RULE_NAMES.values():
        heads += [f"{name}: offended later, of those listed", "of all later offenders"]
    return Table(f"lists-{outcome.code}", outcome.words, heads, rows)


def by_group(evaluation: ScoreEvaluation, table: str, outcome: Outcome) -> Table:
    """For each group: later offenders, the area of each rule, and the list's right and wrong calls."""
    areas = evaluation.figures["areas"].get(table, {})
    rows = [
        _group_row(name, counts.get, areas.get(group, {}).get(outcome.code, {}), outcome)
        for group, name, counts in groups_of(evaluation, table, "then")
    ]
    if left_out(evaluation.figures["then"], table, hit(LISTED, outcome)):
        rows.append(_rest_row(evaluation, table, outcome))
    heads = [
        "Group", "People", "Offended later", *(f"Right order: {name.lower()}" for name in RULE_NAMES.values()),
        "On the list", "Listed who offended later (PPV)", "Others who were listed (FPR)",
        "Later offenders not listed (FNR)",
    ]  # fmt: skip
    return Table(
        f"{table}-{outcome.code}", f"{TITLES[table]}: {KIND_NAMES[outcome.kind].lower()}", heads, rows
    )


def _group_row(
    name: str, of: Callable[[str], int | None], areas: Mapping[str, Any], outcome: Outcome
) -> list[str]:
    offended, others, listed = of(later(outcome)), of(not_later(outcome)), of(on_list(LISTED))
    return [
        name,
        said(of(PEOPLE)),
        share(offended, of(PEOPLE)),
        *(area(areas.get(rule.value)) for rule in Rule),
        share(listed, of(PEOPLE)),
        percent(of(hit(LISTED, outcome)), listed),
        percent(of(false_alarm(LISTED, outcome)), others),
        percent(of(missed(LISTED, outcome)), offended),
    ]


def _rest_row(evaluation: ScoreEvaluation, table: str, outcome: Outcome) -> list[str]:
    """The groups left out of a column, as one: what a reader could work out anyhow, and nothing of each."""
    areas = evaluation.figures["areas"].get(table, {}).get(REST, {}).get(outcome.code, {})

    def of(column: str, over: str = "") -> int | None:
        return together(evaluation.figures["then"], table, column, over=over or column)

    right, wrong, overlooked = (make(LISTED, outcome) for make in (hit, false_alarm, missed))
    return [
        REST_NAME,
        said(of(PEOPLE)) if left_out(evaluation.figures["then"], table, PEOPLE) else "",
        _rest(of, later(outcome), PEOPLE, share),
        *(area(areas.get(rule.value)) if areas else "" for rule in Rule),
        _rest(of, on_list(LISTED), PEOPLE, share),
        _rest(of, right, on_list(LISTED), percent),
        _rest(of, wrong, not_later(outcome), percent),
        _rest(of, overlooked, later(outcome), percent),
    ]


def _rest(
    of: Callable[[str, str], int | None], part: str, whole: str, show: Callable[[int | None, int | None], str]
) -> str:
    found = of(part, part), of(part, whole)
    return "" if None in found else show(*found)


def by_group_and_size(evaluation: ScoreEvaluation, table: str, outcome: Outcome) -> Table:
    """Each group's people on the lists of each length, by each rule."""
    rows = [
        [f"{name}, first {size}", *_sized(counts.get, size, outcome)]
        for _, name, counts in groups_of(evaluation, table, "then")
        for size in evaluation.list_sizes
    ]
    rows += [
        [f"{REST_NAME}, first {size}", *_sized_rest(evaluation, table, size, outcome)]
        for size in evaluation.list_sizes
    ]
    # A line that tells nothing is no line.
    rows = [row for row in rows if set(row[1:]) - {"", said(None)}]
    heads = ["Group and list"]
    for name in RULE_NAMES.values():
        heads += [f"{name}: listed", "offended later", "of all later offenders"]
    return Table(f"{table}-lists", f"{TITLES[table]}: lists of each length", heads, rows)


def _sized(of: Callable[[str], int | None], size: int, outcome: Outcome) -> list[str]:
    cells = []
    for rule in Rule:
        name = place_list(rule, size)
        listed, right = of(on_list(name)), of(hit(name, outcome))
        cells += [said(listed), percent(right, listed), percent(right, of(later(outcome)))]
    return cells


def _sized_rest(evaluation: ScoreEvaluation, table: str, size: int, outcome: Outcome) -> list[str]:
    def of(column: str, over: str) -> int | None:
        return together(evaluation.figures["then"], table, column, over=over)

    cells = []
    for rule in Rule:
        name = place_list(rule, size)
        right, listed = hit(name, outcome), of(hit(name, outcome), on_list(name))
        cells += ["" if listed is None else said(listed)]
        cells += [_rest(of, right, on_list(name), percent), _rest(of, right, later(outcome), percent)]
    return cells


def today(evaluation: ScoreEvaluation, table: str) -> Table:
    """Who is scored on the day of the report: arrested, in each grade, alerted, selected."""
    names = standings(config_of(evaluation.score_model))
    rows = []
    for _, name, counts in groups_of(evaluation, table, "today"):
        people = counts.get(PEOPLE)
        columns = (ARRESTED, *(f"{STANDING}{one}" for one in names), ALERTED, SELECTED)
        rows.append([name, said(people), *(share(counts.get(column), people) for column in columns)])
    heads = [
        "Group", "People scored", "Arrested in three years", *(standing_words(one) for one in names),
        "Alerted in a year", "Selected in a year",
    ]  # fmt: skip
    return Table(f"{table}-today", f"{TITLES[table]}: who is scored", heads, rows)


def mean_points(evaluation: ScoreEvaluation, table: str) -> Table:
    """Mean points by family, before caps."""
    shown = [
        family
        for family in FAMILIES
        if any(f"{POINTS}{family}" in counts for _, _, counts in groups_of(evaluation, table, "today"))
    ]
    rows = [
        [name, *(_mean(counts.get(f"{POINTS}{family}"), counts.get(PEOPLE)) for family in shown)]
        for _, name, counts in groups_of(evaluation, table, "today")
    ]
    heads = ["Group", *(FAMILIES[family] for family in shown)]
    return Table(f"{table}-points", f"{TITLES[table]}: mean points by family, before caps", heads, rows)


def _mean(hundredths: int | None, people: int | None) -> str:
    if hundredths is None or not people:
        return said(None)
    tenths = (2 * hundredths + 10 * people) // (20 * people)
    return f"{tenths // 10:,}.{tenths % 10}"
