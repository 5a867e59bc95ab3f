"""Working an evaluation out: a tick takes one range of persons; after the last it is counted, sealed and kept."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import product
from typing import Any

from django.db.models import QuerySet

from iom.access.scope import as_service
from iom.agencies.models import Unit
from iom.kernel.errors import Refused
from reports.rules import seal
from reports.worth.models import ScoreEvaluation
from reports.worth.rules.area import Area
from reports.worth.rules.cells import (
    DISTRICT,
    EVERYBODY,
    REST,
    Shown,
    later,
    left_out,
    not_later,
    shown_by_group,
    shown_of_everybody,
    shown_today,
    together,
)
from reports.worth.rules.questions import LIST_AT_MOST_OLD, Outcome, main_outcomes, outcomes
from reports.worth.services.counting import Groups, areas, areas_of_rest, counts_then, counts_today, rank
from reports.worth.services.past import judge, last_day
from scoring import pricing
from scoring.models import ScoreRun
from scoring.rules.bands import standings
from scoring.rules.suppression import SMALLEST, Cell
from scoring.services.models import config_of
from scoring.services.ranges import take_one
from scoring.services.runs import Range

DONE, FAILED = ScoreEvaluation.Status.DONE, ScoreEvaluation.Status.FAILED


def evaluate_next(at: datetime) -> bool:
    """A step of the tick: one range of the oldest evaluation."""
    return _take(ScoreEvaluation.objects.all(), at)


def evaluate_now(evaluation_id: int, *, at: datetime) -> ScoreEvaluation:
    """Work one evaluation out in this process, a transaction a range, for commands."""
    while True:
        with as_service():
            rows = ScoreEvaluation.objects.filter(pk=evaluation_id)
            _take(rows, at)
            found = rows.select_related("score_model").get()
        if found.status == DONE:
            return found
        if found.status == FAILED:
            raise Refused(f"The evaluation was given up after five errors ({found.last_error}).")


def _take(rows: QuerySet[ScoreEvaluation], at: datetime) -> bool:
    return take_one(rows.select_related("score_model"), begin=_begin, do=_do, end=_end, at=at)


def _begin(evaluation: ScoreEvaluation, at: datetime) -> None:
    """Check that the decay table reaches far enough, and find the list of the month before."""
    pricing.require_decay(config_of(evaluation.score_model))
    day = last_day(evaluation.as_of)
    night = (
        ScoreRun.objects.filter(
            score_model=evaluation.score_model,
            as_of__range=(day - timedelta(days=LIST_AT_MOST_OLD), day),
            finished_at__isnull=False,
            partial=False,
            replay=False,
        )
        .order_by("-as_of", "-pk")
        .first()
    )
    evaluation.figures = {
        "last": {"run": night.pk if night else None, "as_of": (night.as_of if night else day).isoformat()}
    }


def _do(evaluation: ScoreEvaluation, persons: Range) -> None:
    if evaluation.score_model.config_hash != evaluation.config_hash:
        raise Refused("The version was changed while it was looked back with.")
    judge(evaluation, persons)


def _end(evaluation: ScoreEvaluation, at: datetime) -> None:
    """The figures of the whole, small groups left out; the people they were counted from are let go."""
    rank(evaluation)
    names = standings(config_of(evaluation.score_model))
    sizes, all_outcomes, main = (
        evaluation.list_sizes,
        outcomes(evaluation.months),
        main_outcomes(evaluation.months),
    )
    counts = counts_then(evaluation, all_outcomes)
    together = {cell: n for cell, n in counts.items() if cell.table == EVERYBODY}
    groups = {cell: n for cell, n in counts.items() if cell.table != EVERYBODY}
    then = shown_of_everybody(together, sizes=sizes, judged=all_outcomes) if together else {}
    then |= shown_by_group(groups, sizes=sizes, judged=main)
    found = {one.code: areas(evaluation, one) for one in all_outcomes}
    today = counts_today(evaluation, names)
    evaluation.figures = {
        **evaluation.figures,
        **{
            name: _unless_small(evaluation.figures.get(name, 0))
            for name in ("not_known", "late", "late_bulk")
        },
        "then": then,
        "areas": _with_rest(evaluation, _areas_shown(found, then, all_outcomes, main), then, main),
        "ahead": {
            code: {rule: _plain(area) for rule, area in ahead.items()}
            for code, (_, ahead) in found.items()
            if _is_told(then, EVERYBODY, "", f"later:{code}")
        },
        "today": _today_shown(today, names),
        "units": dict(
            Unit.objects.filter(
                pk__in=[int(cell.group) for cell in [*counts, *today] if cell.table == DISTRICT]
            )
            .order_by("pk")
            .values_list("pk", "name")
        ),
    }
    evaluation.figures["units"] = {str(pk): name for pk, name in evaluation.figures["units"].items()}
    evaluation.people.all().delete()
    evaluation.digest = seal(sealed(evaluation))


def _today_shown(today: Mapping[Cell, int], names: Sequence[str]) -> Shown:
    together = {cell: n for cell, n in today.items() if cell.table == EVERYBODY}
    groups = {cell: n for cell, n in today.items() if cell.table != EVERYBODY}
    shown = shown_today(groups, standings=names)
    shown[EVERYBODY] = {"": {cell.column: _unless_small(n) for cell, n in sorted(together.items())}}
    return shown


def sealed(evaluation: ScoreEvaluation) -> dict[str, Any]:
    """What the digest is taken of: the question, by which code it was answered, and the figures."""
    return {
        "model": str(evaluation.score_model),
        "config_hash": evaluation.config_hash,
        "code_version": evaluation.code_version,
        "as_of": evaluation.as_of.isoformat(),
        "months": evaluation.months,
        "reported_on": evaluation.reported_on.isoformat(),
        "known_by": evaluation.asked_at.isoformat(),
        "list_sizes": evaluation.list_sizes,
        "figures": evaluation.figures,
    }


def _unless_small(number: int) -> int | None:
    return None if 0 < number < SMALLEST else number


def _areas_shown(
    found: Mapping[str, tuple[Groups, Any]],
    then: Shown,
    all_outcomes: Sequence[Outcome],
    main: Sequence[Outcome],
) -> dict[str, Any]:
    """Areas of those groups of which the counts behind them may be told."""
    shown: dict[str, Any] = {}
    for outcome in all_outcomes:
        for table, groups in found[outcome.code][0].items():
            if table != EVERYBODY and outcome not in main:
                continue
            for group, rules in groups.items():
                if _is_told(then, table, group, later(outcome)):
                    told = {rule: _plain(area) for rule, area in rules.items()}
                    shown.setdefault(table, {}).setdefault(group, {})[outcome.code] = told
    return shown


def _with_rest(
    evaluation: ScoreEvaluation, shown: dict[str, Any], then: Shown, main: Sequence[Outcome]
) -> dict[str, Any]:
    """Beside the areas of groups that of all the others together, where they are enough people."""
    for table, outcome in product([name for name in then if name != EVERYBODY], main):
        column = later(outcome)
        sides = [together(then, table, column, over=over) for over in (column, not_later(outcome))]
        if None not in sides:
            rules = areas_of_rest(evaluation, outcome, table, left_out(then, table, column))
            told = {rule: _plain(area) for rule, area in rules.items()}
            shown.setdefault(table, {}).setdefault(REST, {})[outcome.code] = told
    return shown


def _is_told(then: Shown, table: str, group: str, column: str) -> bool:
    return then.get(table, {}).get(group, {}).get(column) is not None


def _plain(area: Area | None) -> list[str | None] | None:
    if area is None:
        return None
    return [str(area.value), *(None if end is None else str(end) for end in (area.low, area.high))]
