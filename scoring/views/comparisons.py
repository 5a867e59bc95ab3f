"""The page on which a version is judged before it is adopted (SCO-4, NEW-9)."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from iom.accounts.rules import Power
from iom.audit.services import look
from iom.kernel import clock
from iom.kernel.charts import Series, stacked_bar_chart
from iom.kernel.csv_files import csv_response
from iom.kernel.errors import Refused
from iom.kernel.pagination import page_of
from iom.kernel.step_up import step_up
from scoring.forms import ComparisonForm
from scoring.models import ComparedScore, ScoreComparison
from scoring.permissions import access_comparison, model_named
from scoring.rules.places import FIRST_PLACES, USUALLY
from scoring.selectors import comparisons as selectors
from scoring.services.comparisons import ask_to_compare
from scoring.views.emerging import actor_of
from scoring.views.models import address_of, crumbs_to

PEOPLE_HEADS = ["Person", "District", "Score before", "Score after", "Change", "Before", "After", "Alert"]


@require_POST
def compare(request: HttpRequest, model: str, version: str) -> HttpResponse:
    """Ask for a comparison; its page shows how far it is."""
    actor = actor_of(request)
    actor.require(Power.DRAFT_SCORE_MODEL)
    row = model_named(actor, model, version)
    try:
        asked = ask_to_compare(row.pk, by=actor, on=clock.today(), at=clock.now())
    except Refused as refused:
        messages.warning(request, refused.sentence)
        return redirect(address_of(row))
    return redirect("scoring:comparison", asked.pk)


@require_safe
def comparison(request: HttpRequest, comparison_id: int) -> HttpResponse:
    """What would change: grades, first places, alerts, people within reach, and selection by group."""
    actor = actor_of(request)
    actor.require(Power.SEE_SCORES)
    found = access_comparison(actor, comparison_id)
    context: dict[str, Any] = {"comparison": found, "crumbs": crumbs_to(found.score_model)}
    if found.status != ScoreComparison.Status.DONE:
        look(request, subjects=[], what="score comparison")
        return render(request, "scoring/comparison_waits.html", context)
    form = ComparisonForm(request.GET or None)
    typed = form.cleaned_data if form.is_bound and form.is_valid() else {}
    page = page_of(selectors.movers(actor, found, typed.get("show", "")), request.GET.get("page"), 50)
    look(request, subjects=[row.person_id for row in page.rows], what="score comparison")
    context |= {
        "form": form,
        "matrix": selectors.matrix(found),
        "overlap": selectors.overlap(found, typed.get("first") or USUALLY),
        "overlap_hint": f"First {typed.get('first') or USUALLY} places",
        "page": page,
        "lines": [(row, *_standings(row), alert_words(row)) for row in page.rows],
        "fair": selectors.fair_tables(found),
        **_chart(found),
    }
    return render(request, "scoring/comparison.html", context)


def _chart(found: ScoreComparison) -> dict[str, Any]:
    """People at each grade before and after, as bars; more than four grades are in the table alone."""
    before, after = selectors.totals(found)
    names = list(dict.fromkeys([*before, *after]))
    labels = ["Before", "After"] if before else ["After"]
    sides = [before, after] if before else [after]
    rows = [
        [label, *(side.get(name, 0) for name in names)] for label, side in zip(labels, sides, strict=True)
    ]
    heads = ["Version", *(selectors.said(name) for name in names)]
    if len(names) > 4:
        return {"chart": "", "chart_heads": heads, "chart_rows": rows}
    series = [Series(selectors.said(name), [side.get(name, 0) for side in sides]) for name in names]
    chart = stacked_bar_chart("People by grade", labels, series)
    return {"chart": chart, "chart_heads": heads, "chart_rows": rows}


@require_safe
@step_up("export")
def comparison_csv(request: HttpRequest, comparison_id: int) -> HttpResponse:
    """The whole comparison as one file: the figures, then the people within the reader's reach."""
    actor = actor_of(request)
    actor.require(Power.SEE_SCORES)
    found = access_comparison(actor, comparison_id)
    if found.status != ScoreComparison.Status.DONE:
        raise Refused("The comparison is not finished.")
    people = list(selectors.movers(actor, found, "all"))
    look(request, subjects=[row.person_id for row in people], kind="export", what="score comparison")
    lines = [*_figures(found), [], PEOPLE_HEADS, *(_line(row) for row in people)]
    return csv_response(f"comparison-{found.pk}.csv", ["Comparison", str(found)], lines)


def _figures(found: ScoreComparison) -> Iterator[list[Any]]:
    yield ["As at", found.as_of.isoformat()]
    yield ["Fingerprint", found.config_hash]
    table = selectors.matrix(found)
    yield from ([], ["Moves between grades"], table.heads, *table.rows, [])
    yield ["First places", "Before", "After", "In both"]
    for first in FIRST_PLACES:
        told = selectors.overlap(found, first)
        yield [first, told.old, told.new, told.both]
    yield []
    yield from ([f"Alerts {name}", found.alerts[name]] for name in ("old", "new", "gained", "lost"))
    for fair in selectors.fair_tables(found):
        yield from ([], [fair.title], fair.heads, *fair.rows)


def _line(row: ComparedScore) -> list[Any]:
    person = row.person
    return [
        person.nominal_ref,
        person.home_unit.name,
        row.old_published,
        row.new_published,
        row.new_published - row.old_published,
        *_standings(row),
        alert_words(row),
    ]


def _standings(row: ComparedScore) -> tuple[str, str]:
    return selectors.said(row.old_band) if row.old_band else "", selectors.said(row.new_band)


def alert_words(row: ComparedScore) -> str:
    """What becomes of the person's alert."""
    return {(False, True): "Gained", (True, False): "Lost", (True, True): "Stays"}.get(
        (row.old_fires, row.new_fires), ""
    )
