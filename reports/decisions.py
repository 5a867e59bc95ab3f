"""Boards' decisions beside what the score said that day, so that overrides can be studied (SCO-2, scoring.md 2.14)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from cohorts.models import DecisionScore
from cohorts.permissions import referrals_visible_to
from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.audit.services import look
from iom.kernel import clock
from iom.kernel.charts import Series, stacked_bar_chart
from iom.kernel.csv_files import csv_response
from iom.kernel.errors import NotFound
from iom.kernel.reads import reads_nobody
from iom.kernel.step_up import step_up
from scoring.rules.bands import BAND_NAMES
from scoring.selectors.lists import ModelInUse, models_in_use

YEAR = timedelta(days=365)
FIRST_DAY = date(2000, 1, 1)
STEP = 100
OUTCOMES = {"selected": "Selected", "not_selected": "Not selected", "deferred": "Deferred"}
CHART_TITLE = "Decisions by what the score said"
HEADS = ("decision", "decided_on", "outcome", "district", "model", "version", "night", "points", "grade")


@dataclass(frozen=True)
class ScoreRow:
    """The decisions on people of one grade, or of a hundred points in a model without grades."""

    name: str
    selected: int
    not_selected: int
    deferred: int

    @property
    def total(self) -> int:
        return self.selected + self.not_selected + self.deferred


@dataclass(frozen=True)
class Study:
    """One model and period: the rows, lowest first, and how many decisions went against the score's place."""

    model: str
    banded: bool
    listed_from: int
    from_on: date
    to_on: date
    rows: tuple[ScoreRow, ...]
    selected_below: int
    not_selected_above: int
    before_any_night: int

    @property
    def total(self) -> int:
        return sum(row.total for row in self.rows)


def decisions(actor: Actor, *, code: str, from_on: date, to_on: date) -> QuerySet[DecisionScore]:
    """The decisions of a period within reach, each with one model's score of its day."""
    return DecisionScore.objects.filter(
        decision__referral__in=referrals_visible_to(actor),
        decision__decided_on__range=(from_on, to_on),
        model_code=code,
    )


def build(actor: Actor, model: ModelInUse, *, from_on: date, to_on: date) -> Study:
    """Counts by grade and outcome; selecting below the list, and not selecting in the highest grade, are overrides.

    Decisions of a day before the first scored night have no score to be compared with and are only counted.
    """
    kept = decisions(actor, code=model.code, from_on=from_on, to_on=to_on)
    found = kept.filter(night_on__isnull=False)
    counted = (
        found.annotate(step=F("published") / STEP, outcome=F("decision__outcome"))
        .values_list("band", "step", "outcome")
        .annotate(decisions=Count("pk"))
        .order_by()
    )
    outcomes = dict(
        found.filter(published__lt=model.listed_from)
        .values_list("decision__outcome")
        .annotate(decisions=Count("pk"))
        .order_by()
    )
    rows = _by_band(model, counted) if model.banded else _by_step(counted)
    return Study(
        model=model.code,
        banded=model.banded,
        listed_from=model.listed_from,
        from_on=from_on,
        to_on=to_on,
        rows=rows,
        selected_below=outcomes.get("selected", 0),
        not_selected_above=rows[-1].not_selected if rows and model.banded else 0,
        before_any_night=kept.filter(night_on__isnull=True).count(),
    )


def _by_band(model: ModelInUse, counted: Iterable[tuple[str, int, str, int]]) -> tuple[ScoreRow, ...]:
    found = {code: dict.fromkeys(OUTCOMES, 0) for code, _ in model.bands}
    for band, _, outcome, decided in counted:
        found.setdefault(band, dict.fromkeys(OUTCOMES, 0))[outcome] += decided
    return tuple(ScoreRow(BAND_NAMES.get(band, band), **counts) for band, counts in found.items())


def _by_step(counted: Iterable[tuple[str, int, str, int]]) -> tuple[ScoreRow, ...]:
    found: dict[int, dict[str, int]] = {}
    for _, step, outcome, decided in counted:
        found.setdefault(step, dict.fromkeys(OUTCOMES, 0))[outcome] += decided
    return tuple(
        ScoreRow(f"{step * STEP:,} to {step * STEP + STEP - 1:,}", **found[step]) for step in sorted(found)
    )


@require_safe
@reads_nobody("figures alone; the file names its people to the audit")
def decision_study(request: HttpRequest) -> HttpResponse:
    """The page: decisions by grade, and those that went against it."""
    actor, models, chosen, from_on, to_on = _asked(request)
    study = build(actor, chosen, from_on=from_on, to_on=to_on) if chosen else None
    context: dict[str, Any] = {
        "study": study,
        "models": models,
        "today": clock.today(),
        "chart_title": CHART_TITLE,
        "heads": ["Score that day", *OUTCOMES.values(), "All"],
    }
    if study and chosen:
        series = [
            Series(words, [getattr(row, code) for row in study.rows]) for code, words in OUTCOMES.items()
        ]
        query = urlencode({"model": study.model, "from_on": f"{study.from_on}", "to_on": f"{study.to_on}"})
        context |= {
            "chart": stacked_bar_chart(CHART_TITLE, [row.name for row in study.rows], series),
            "rows": [
                [row.name, row.selected, row.not_selected, row.deferred, row.total] for row in study.rows
            ],
            "download": f"csv/?{query}" if actor.may(Power.DOWNLOAD_REPORTS) else "",
        }
    return render(request, "reports/decisions.html", context)


@require_safe
@step_up("export")
def decision_csv(request: HttpRequest) -> HttpResponse:
    """A line for each decision, without names; the audit keeps whom the lines are about."""
    actor, _, chosen, from_on, to_on = _asked(request)
    actor.require(Power.DOWNLOAD_REPORTS)
    if chosen is None:
        raise NotFound
    rows = list(
        decisions(actor, code=chosen.code, from_on=from_on, to_on=to_on)
        .order_by("decision__decided_on", "decision_id")
        .values_list(
            "decision_id", "decision__decided_on", "decision__outcome", "decision__referral__unit__name",
            "model_code", "model_version", "night_on", "published", "band", "decision__referral__person_id",
        )
    )  # fmt: skip
    look(
        request,
        subjects=[row[-1] for row in rows if row[-1] is not None],
        kind="export",
        what=f"decisions and scores {chosen.code}, CSV",
    )
    name = f"decisions-{chosen.code}-{from_on.isoformat()}-{to_on.isoformat()}.csv"
    return csv_response(name, HEADS, (row[:-1] for row in rows))


def _asked(request: HttpRequest) -> tuple[Actor, list[ModelInUse], ModelInUse | None, date, date]:
    """Who asks, the models, the one chosen and the period: the last year unless the address says otherwise."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.require(Power.SEE_COMPLIANCE)
    actor.require(Power.SEE_SCORES)
    models = models_in_use()
    code = request.GET.get("model") or (models[0].code if models else "")
    chosen = next((model for model in models if model.code == code), None)
    if chosen is None and code:
        raise NotFound
    to_on = _day(request.GET.get("to_on", ""), clock.today())
    return actor, models, chosen, _day(request.GET.get("from_on", ""), to_on - YEAR), to_on


def _day(text: str, default: date) -> date:
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        return default
    return asked if asked >= FIRST_DAY else default
