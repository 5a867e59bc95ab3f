"""The whole report of one evaluation, and the list of those there are (SCO-7)."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.safestring import SafeString

from iom.access.actor import Actor
from reports.charts import Series, bar_chart, line_chart
from reports.worth.models import ScoreEvaluation
from reports.worth.permissions import evaluations_visible_to
from reports.worth.rules.cells import EVERYBODY, hit, later, on_list, place_list
from reports.worth.rules.questions import RULE_NAMES, Rule, main_outcomes, outcomes
from reports.worth.selectors import words
from reports.worth.selectors.tables import (
    TITLES,
    Table,
    by_group,
    by_group_and_size,
    by_size,
    everybody,
    mean_points,
    overall,
    today,
)
from scoring.permissions import models_visible_to
from scoring.rules.fairness import PEOPLE

AREAS_TITLE = "Of 100 pairs, in how many the later offender stood higher"
LISTS_TITLE = "Of the people listed, the percentage who offended later"


@dataclass(frozen=True)
class Chart:
    """A chart with the table that stands beside it."""

    name: str
    title: str
    drawing: SafeString
    heads: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class Report:
    """What every door shows of an evaluation."""

    title: str
    facts: list[tuple[str, str]]
    in_words: list[str]
    is_empty: bool
    charts: list[Chart]
    overall: Table
    lists: list[Table]
    groups: list[tuple[Table, list[Table]]]
    today: list[tuple[Table, Table]]

    @property
    def tables(self) -> list[Table]:
        """Every table, in the order of the page."""
        found = [self.overall, *self.lists]
        for first, more in self.groups:
            found += [first, *more]
        for one, points in self.today:
            found += [one, points]
        return found


def report_of(evaluation: ScoreEvaluation) -> Report:
    """The report of a finished evaluation."""
    main = main_outcomes(evaluation.months)
    return Report(
        title=words.title(evaluation),
        facts=words.facts(evaluation),
        in_words=words.in_words(evaluation),
        is_empty=not everybody(evaluation),
        charts=[one for one in (_areas(evaluation), _lists(evaluation)) if one],
        overall=overall(evaluation),
        lists=[by_size(evaluation, one) for one in outcomes(evaluation.months)],
        groups=[
            (
                by_group(evaluation, table, main[0]),
                [by_group(evaluation, table, main[1]), by_group_and_size(evaluation, table, main[0])],
            )
            for table in TITLES
        ],
        today=[(today(evaluation, table), mean_points(evaluation, table)) for table in TITLES],
    )


def _areas(evaluation: ScoreEvaluation) -> Chart | None:
    outcome = main_outcomes(evaluation.months)[0]
    told = evaluation.figures["areas"].get(EVERYBODY, {}).get("", {}).get(outcome.code, {})
    found = [(RULE_NAMES[rule], told[rule.value][0]) for rule in Rule if told.get(rule.value)]
    if not found:
        return None
    bars = [(name, int(words.of_hundred(value))) for name, value in found] + [("Tossing a coin", 50)]
    drawing = bar_chart(AREAS_TITLE, [name for name, _ in bars], [value for _, value in bars])
    rows = [[name, str(value)] for name, value in bars]
    return Chart("pairs", AREAS_TITLE, drawing, ["Put in order by", "Pairs of 100"], rows)


def _lists(evaluation: ScoreEvaluation) -> Chart | None:
    outcome, counts = main_outcomes(evaluation.months)[0], everybody(evaluation)

    def told(rule: Rule, size: int) -> str:
        name = place_list(rule, size)
        return words.percent(counts.get(hit(name, outcome)), counts.get(on_list(name)))

    labels = [f"First {size}" for size in evaluation.list_sizes]
    shown = {RULE_NAMES[rule]: [told(rule, size) for size in evaluation.list_sizes] for rule in Rule}
    shown["Everybody"] = [words.percent(counts.get(later(outcome)), counts.get(PEOPLE))] * len(labels)
    if len(labels) < 2 or not any(text.endswith("%") for row in shown.values() for text in row):
        return None
    series = [Series(name, [_number(text) for text in row]) for name, row in shown.items()]
    rows = [[label, *(row[at] for row in shown.values())] for at, label in enumerate(labels)]
    drawing = line_chart(LISTS_TITLE, labels, series, unit="%")
    return Chart("precision", LISTS_TITLE, drawing, ["Of each district", *shown], rows)


def _number(text: str) -> Decimal | None:
    return Decimal(text[:-1]) if text.endswith("%") else None


def evaluation_rows(actor: Actor, *, code: str = "") -> QuerySet[ScoreEvaluation]:
    """Every evaluation, the newest first."""
    rows = evaluations_visible_to(actor)
    return rows.filter(score_model__code=code) if code else rows


def codes_in_use(actor: Actor) -> list[str]:
    """The models with a version in use, which can be looked back with."""
    return list(
        models_visible_to(actor).filter(status="active").order_by("code").values_list("code", flat=True)
    )
