"""The prioritised list and the explanation of one score (SCO-2, SCO-3)."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from iom.accounts.rules import Power
from iom.agencies.models import Unit
from iom.audit.services import look
from iom.feeds.selectors import freshness
from iom.kernel import clock
from iom.kernel.charts import Series, line_chart
from iom.kernel.errors import NotFound
from iom.kernel.pagination import page_of
from iom.persons.permissions import access_person
from scoring.forms import ScoreFilterForm
from scoring.rules.bands import GUIDE_ONLY
from scoring.selectors.explanation import Explanation, explanation
from scoring.selectors.lists import HistoryPoint, history, models_in_use, prioritised, ranked, scores_from
from scoring.selectors.tab import tabs_of
from scoring.views.emerging import actor_of

YEAR = timedelta(days=365)
LINES_SHOWN = 25
FIRST_DAY = date(1900, 1, 1)


@require_safe
def scores(request: HttpRequest, model: str = "ROR") -> HttpResponse:
    """People by score under one model, greatest first; a guide, never a decision."""
    actor = actor_of(request)
    actor.require(Power.SEE_SCORES)
    models = models_in_use()
    chosen = next((m for m in models if m.code == model), None)
    if models and chosen is None:
        raise NotFound
    today = clock.today()
    units = tabs_of(actor)
    unit_rows = Unit.objects.filter(pk__in=[unit.pk for unit in units])
    filters = ScoreFilterForm(request.GET or None, units=unit_rows, bands=chosen.bands if chosen else ())
    typed = filters.cleaned_data if filters.is_bound and filters.is_valid() else {}
    listed = prioritised(
        actor,
        code=model,
        on=today,
        unit_ids=[typed["unit"].pk] if typed.get("unit") else None,
        band=typed.get("band", ""),
        managed={"yes": True, "no": False}.get(typed.get("managed", "")),
    )
    page = page_of(listed, request.GET.get("page"), 50)
    rows = ranked(actor, listed, page.rows, on=today)
    look(request, subjects=[row.person.pk for row in rows], what=f"prioritised list {model}")
    context = {
        "model": chosen,
        "models": [
            {"label": m.code, "url": f"/scores/{m.code}/", "current": m.code == model} for m in models
        ],
        "filters": filters,
        "page": page,
        "rows": rows,
        "from": scores_from(model),
        "guide": GUIDE_ONLY,
    }
    return render(request, "scoring/scores.html", context)


@require_safe
def person_score(request: HttpRequest, nominal_ref: str, model: str) -> HttpResponse:
    """One score to the point: lines, caps, uplifts, what did not count and why; today or on a past day."""
    actor = actor_of(request)
    actor.require(Power.SEE_SCORES)
    person = access_person(actor, nominal_ref)
    today = clock.today()
    as_of = _day(request.GET.get("as_of", ""), today)
    told = explanation(actor, person, model=model, as_of=as_of)
    points = history(actor, person.pk, code=model, since=today - YEAR)
    look(request, subjects=[person.pk], what=f"score {model}")
    base = f"/people/{person.nominal_ref}/"
    context = {
        "person": person,
        "told": told,
        **_in_parts(told),
        "chart": _chart(points),
        "points": points,
        "heads": ["Night", "Version", "Score"],
        "rows": [[f"{p.as_of:%-d %B %Y}", p.version, p.published] for p in reversed(points)],
        "models": [
            {"label": m.code, "url": f"{base}score/{m.code}/", "current": m.code == model}
            for m in models_in_use()
        ],
        "freshness": freshness(at=clock.now()),
        "from": scores_from(model),
        "today": today,
        "back": base,
    }
    return render(request, "scoring/person_score.html", context)


def _in_parts(told: Explanation) -> dict[str, Any]:
    """The greatest lines, the smaller ones with their sum, then caps and uplifts: together they are the score."""
    rest = told.lines[LINES_SHOWN:]
    return {
        "top": told.lines[:LINES_SHOWN],
        "rest": rest,
        "rest_points": sum(line.points_hundredths for line in rest),
        "after": told.cap_lines + told.uplift_lines,
    }


def _day(text: str, today: date) -> date:
    """The day asked for, if it makes sense and has come; else today."""
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        return today
    return min(asked, today) if asked >= FIRST_DAY else today


def _chart(points: list[HistoryPoint]) -> str:
    """A line for each version of the model: what two versions say is never joined."""
    if len(points) < 2:
        return ""
    versions = sorted({p.version for p in points})
    series = [
        Series(f"Version {v}", [p.published if p.version == v else None for p in points]) for v in versions
    ]
    return line_chart("Score over the last year", [f"{p.as_of:%-d %b %y}" for p in points], series)
