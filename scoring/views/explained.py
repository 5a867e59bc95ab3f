"""One score to the point, today or on a past day, on screen and on paper (SCO-3)."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from iom.accounts.rules import Power
from iom.audit.services import look
from iom.kernel import clock
from iom.kernel.charts import Series, line_chart
from iom.kernel.pagination import page_of
from iom.persons.permissions import access_person
from scoring.rules.changes import signed
from scoring.rules.lines import Line
from scoring.selectors.explanation import Explanation, explanation
from scoring.selectors.history import HistoryPoint, chart_points, history
from scoring.selectors.lists import models_in_use
from scoring.views.emerging import actor_of

YEAR = timedelta(days=365)
LINES_A_PAGE = 50
CHANGES_SHOWN = 25
EXPIRING_SHOWN = 25
FIRST_DAY = date(1900, 1, 1)
CHART_TITLE = "Score over the last year"


@require_safe
def person_score(request: HttpRequest, nominal_ref: str, model: str) -> HttpResponse:
    """Lines, caps, uplifts, what did not count and why, what changed; `?all=1` puts everything on one page to print."""
    actor = actor_of(request)
    actor.require(Power.SEE_SCORES)
    person = access_person(actor, nominal_ref)
    today = clock.today()
    as_of = day_of(request.GET.get("as_of", ""), latest=today, default=today)
    asked_since = request.GET.get("since", "")
    since = day_of(asked_since, latest=as_of - timedelta(days=1)) if asked_since else None
    told = explanation(actor, person, model=model, as_of=as_of, since=since)
    points = history(actor, person.pk, code=model, since=as_of - YEAR)
    points = [point for point in points if point.as_of <= as_of]
    look(request, subjects=[person.pk], what=f"score {model}")
    base = f"/people/{person.nominal_ref}/"
    whole = bool(request.GET.get("all"))
    context = {
        "person": person,
        "told": told,
        **_in_pages(request, told, whole=whole),
        **_changes(told, whole=whole),
        "whole": whole,
        "chart": _chart(points, as_of),
        "chart_title": CHART_TITLE,
        "points": points,
        "heads": ["Night", "Version", "Score"],
        "rows": _history_rows(points),
        "models": [
            {"label": m.code, "url": f"{base}score/{m.code}/", "current": m.code == model}
            for m in models_in_use()
        ],
        "since": since,
        "today": today,
        "made_at": clock.now(),
        "back": base,
    }
    return render(request, "scoring/person_score.html", context)


def _in_pages(request: HttpRequest, told: Explanation, *, whole: bool) -> dict[str, Any]:
    """One page of lines with the sums of those before and after it, so that every page adds up to the score."""
    size = max(len(told.lines), len(told.not_scored), 1) if whole else LINES_A_PAGE
    lines = page_of(list(told.lines), request.GET.get("page"), size)
    first = lines.page.start_index() - 1 if lines.rows else 0
    greater, smaller = told.lines[:first], told.lines[first + len(lines.rows) :]
    return {
        "lines": lines,
        "greater": {"count": len(greater), "points": _sum(greater)},
        "smaller": {"count": len(smaller), "points": _sum(smaller)},
        "steps": told.cap_lines + told.uplift_lines,
        "not_scored": page_of(list(told.not_scored), request.GET.get("not"), size),
        "expiring": told.expiring[: len(told.expiring) if whole else EXPIRING_SHOWN],
        "expiring_left": 0 if whole else max(0, len(told.expiring) - EXPIRING_SHOWN),
    }


def _changes(told: Explanation, *, whole: bool) -> dict[str, Any]:
    """The greatest changes and the sum of the others."""
    found = told.changed.difference.changes if told.changed else ()
    shown = len(found) if whole else CHANGES_SHOWN
    others = sum(change.points_hundredths for change in found[shown:])
    return {
        "changes": found[:shown],
        "other_changes": {"count": len(found[shown:]), "points": signed(others)},
    }


def _sum(lines: Sequence[Line]) -> int:
    return sum(line.points_hundredths for line in lines)


def day_of(text: str, *, latest: date, default: date | None = None) -> date:
    """The day asked for, no later than the latest; what makes no sense gives the default, else the latest."""
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        return default or latest
    return min(asked, latest) if asked >= FIRST_DAY else default or latest


def _chart(points: list[HistoryPoint], as_of: date) -> str:
    """One line, broken and marked where a new version begins: what two versions say is never joined."""
    drawn = chart_points(points, until=as_of)
    if len(drawn) < 2:
        return ""
    return line_chart(
        CHART_TITLE,
        ["" if point.new_version else f"{point.on:%-d %b %y}" for point in drawn],
        [Series("Score", [point.published for point in drawn])],
        marks={i: f"Version {point.new_version}" for i, point in enumerate(drawn) if point.new_version},
    )


def _history_rows(points: list[HistoryPoint]) -> list[list[Any]]:
    """Latest first; the first night of a version says that it is not to be compared with those before."""
    rows: list[list[Any]] = []
    for place, point in enumerate(points):
        begins = place > 0 and points[place - 1].version != point.version
        version = f"{point.version}, new: not to be compared with earlier nights" if begins else point.version
        rows.append([f"{point.as_of:%-d %B %Y}", version, point.published])
    return rows[::-1]
