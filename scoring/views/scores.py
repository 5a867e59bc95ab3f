"""The prioritised list and what happened to it on a day (SCO-2)."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from iom.accounts.rules import Power
from iom.audit.services import look
from iom.kernel import clock
from iom.kernel.errors import NotFound
from iom.kernel.together import read_together
from scoring.forms import ScoreFilterForm
from scoring.selectors.list_pages import page_by_key
from scoring.selectors.lists import (
    ModelInUse,
    active_rows,
    latest_run,
    models_in_use,
    prioritised,
    ranked,
    scores_from,
)
from scoring.selectors.movers import movers
from scoring.selectors.tab import tabs_for, tabs_of
from scoring.views.emerging import actor_of
from scoring.views.explained import day_of

ONE_DAY = timedelta(days=1)


@require_safe
def scores(request: HttpRequest, model: str = "ROR") -> HttpResponse:
    """People by score under one model, greatest first; a guide, never a decision."""
    actor = actor_of(request)
    actor.require(Power.SEE_SCORES)
    active, tabs, run = active_rows(), tabs_for(actor), latest_run(model)
    read_together(active, tabs, run)
    models = models_in_use(active)
    chosen = _chosen(models, model)
    today = clock.today()
    filters = ScoreFilterForm(request.GET or None, units=tabs, bands=chosen.bands if chosen else ())
    typed = filters.cleaned_data if filters.is_bound and filters.is_valid() else {}
    listed = prioritised(
        actor,
        code=model,
        on=today,
        unit_ids=[typed["unit"]] if typed.get("unit") else None,
        band=typed.get("band", ""),
        managed={"yes": True, "no": False}.get(typed.get("managed", "")),
        active=active,
    )
    page = page_by_key(
        listed,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        floor=chosen.listed_from if chosen else 1,
    )
    rows = ranked(actor, listed, page.rows, on=today, first=not page.previous_key)
    look(request, subjects=[row.person.pk for row in rows], what=f"prioritised list {model}")
    context = {
        "model": chosen,
        "models": _navigation(models, model, "/scores/{}/"),
        "filters": filters,
        "page": page,
        "rows": rows,
        "from": scores_from(model, run),
    }
    return render(request, "scoring/scores.html", context)


@require_safe
def day(request: HttpRequest, model: str) -> HttpResponse:
    """Who moved on a district's list between two nights, who is new on it, and who is about to drop out."""
    actor = actor_of(request)
    actor.require(Power.SEE_SCORES)
    models = models_in_use()
    if _chosen(models, model) is None:
        raise NotFound
    units = tabs_of(actor)
    asked = request.GET.get("unit", "") or (units[0].code if units else "")
    unit = next((one for one in units if one.code == asked), None)
    if unit is None:
        raise NotFound
    today = clock.today()
    on = day_of(request.GET.get("on", ""), latest=today)
    since = day_of(request.GET.get("since", ""), latest=on - ONE_DAY)
    found = movers(actor, unit, code=model, on=on, since=since)
    look(request, subjects=found.people, what=f"day of the prioritised list {model}")
    context = {
        "movers": found,
        "code": model,
        "unit": unit,
        "units": units if len(units) > 1 else [],
        "on": on,
        "since": since,
        "today": today,
        "models": _navigation(models, model, f"/scores/{{}}/day/?unit={unit.code}&on={on}&since={since}"),
    }
    return render(request, "scoring/day.html", context)


def _chosen(models: list[ModelInUse], code: str) -> ModelInUse | None:
    """The model asked for; None while no model at all is in use, NotFound when only this one is not."""
    chosen = next((m for m in models if m.code == code), None)
    if models and chosen is None:
        raise NotFound
    return chosen


def _navigation(models: list[ModelInUse], code: str, address: str) -> list[dict[str, Any]]:
    return [{"label": m.code, "url": address.format(m.code), "current": m.code == code} for m in models]
