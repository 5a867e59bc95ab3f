"""The page of a district's record over time: was its emerging-threat tab reviewed often enough (CMP-1)?"""

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.kernel import clock
from iom.kernel.charts import Series, line_chart
from iom.kernel.reads import reads_nobody
from iom.working_days.review_windows import Reading, Verdict
from reports.compliance import question
from reports.compliance.tab_record import TabWeek, tab_record
from reports.rules import Period

WEEKS_SHOWN = 26
CHART_TITLE = "People on the tab who were reviewed too seldom, week by week"
READING_NAMES = {Reading.CALENDAR: "seven days", Reading.WORKING: "seven working days"}


@require_safe
@reads_nobody("figures; the people behind them are a page of their own")
def tab_record_page(request: HttpRequest, unit_code: str) -> HttpResponse:
    """Half a year by the week: sessions, and what was kept and failed by both readings, each leading to its people."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.require(Power.SEE_COMPLIANCE)
    today = clock.today()
    to_on = min(_day(request.GET.get("to", ""), today), today)
    from_on = to_on - timedelta(weeks=WEEKS_SHOWN - 1)
    asked = question(actor, unit_code=unit_code, from_on=from_on, to_on=to_on, on=today)
    weeks = tab_record(asked)
    context = {
        "unit": asked.district,
        "weeks": [_line(unit_code, week) for week in reversed(weeks)],
        "chart_title": CHART_TITLE,
        "chart": _chart(weeks),
        "heads": ["Week from", "On the tab", *(f"Too seldom, {words}" for words in READING_NAMES.values())],
        "rows": [
            [
                f"{week.from_on:%-d %B %Y}",
                week.on_tab,
                *(week.of(reading).people.failed for reading in Reading),
            ]
            for week in reversed(weeks)
        ],
        "earlier": (from_on - timedelta(days=1)).isoformat(),
        "later": (to_on + timedelta(weeks=WEEKS_SHOWN)).isoformat() if to_on < today else "",
    }
    return render(request, "reports/tab_record.html", context)


def _day(text: str, default: date) -> date:
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        return default
    return asked if asked.year >= default.year - 50 else default


def _line(unit_code: str, week: TabWeek) -> dict[str, Any]:
    return {
        "week": week,
        "on_tab": _people(unit_code, week, "stays", week.on_tab),
        "readings": [
            {
                "kept": _people(unit_code, week, f"{reading}_{Verdict.KEPT}", week.of(reading).people.kept),
                "failed": _people(
                    unit_code, week, f"{reading}_{Verdict.FAILED}", week.of(reading).people.failed
                ),
                "tab": week.of(reading),
            }
            for reading in Reading
        ],
    }


def _people(unit_code: str, week: TabWeek, measure: str, number: int) -> dict[str, Any]:
    """A figure and the page of the people behind it."""
    query = {
        "district": unit_code,
        "period": Period.OWN.value,
        "from_on": week.from_on.isoformat(),
        "to_on": week.to_on.isoformat(),
        "measure": measure,
    }
    url = f"{reverse('reports:compliance_cases')}?{urlencode(query)}" if number else ""
    return {"number": number, "url": url}


def _chart(weeks: list[TabWeek]) -> str:
    series = [
        Series(f"By {words}", [week.of(reading).people.failed for week in weeks])
        for reading, words in READING_NAMES.items()
    ]
    return line_chart(CHART_TITLE, [f"{week.from_on:%-d %b}" for week in weeks], series)
