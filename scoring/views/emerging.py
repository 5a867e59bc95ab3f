"""The emerging-threat tab and its review (SCO-5, CMP-1)."""

from collections.abc import Collection, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.agencies.models import Unit
from iom.audit.services import look
from iom.kernel import clock
from iom.kernel.doors import carried_out
from iom.kernel.pagination import page_of
from iom.kernel.reads import reads_nobody
from iom.kernel.together import read_together
from iom.working_days.selectors import calendar, latest_calendar
from scoring.forms import ReviewForm, ThreatNumbersForm
from scoring.models import ThreatAlert
from scoring.permissions import access_alert
from scoring.selectors.alerts import alert_row, alerts_by_tab, open_alert_counts
from scoring.selectors.tab import standings, tab, tabs_for, tabs_of, unit_of
from scoring.selectors.threat_rule import earlier_numbers, numbers_in_force, rule_in_force, rule_rows
from scoring.services.reviews import review_alert
from scoring.services.threat_numbers import set_threat_numbers


def actor_of(request: HttpRequest) -> Actor:
    """Whoever asks."""
    return request.actor  # type: ignore[attr-defined,no-any-return]


@require_safe
@reads_nobody("how many are on each tab")
def emerging(request: HttpRequest) -> HttpResponse:
    """The reader's own tab: straight to it when there is one, a choice when there are several."""
    actor = actor_of(request)
    actor.require(Power.SEE_SCORES)
    units = tabs_of(actor)
    if len(units) == 1:
        return redirect("scoring:tab", units[0].code)
    counts = open_alert_counts(actor)
    rows = [{"unit": unit, "alerts": counts.get(unit.pk, 0)} for unit in units]
    return render(request, "scoring/tabs.html", {"rows": rows})


@require_safe
def one_tab(request: HttpRequest, unit_code: str) -> HttpResponse:
    """Who is on a district's tab, why, and by when each must be reviewed."""
    actor = actor_of(request)
    actor.require(Power.SEE_SCORES)
    today = clock.today()
    tabs, counts, days, rule = tabs_for(actor), alerts_by_tab(actor), latest_calendar(), rule_rows()
    read_together(tabs, counts, days, rule.models, rule.numbers)
    unit = unit_of(tabs, unit_code)
    stand = standings(actor, unit, on=today, days=calendar(days))
    page = page_of(list(stand.order), request.GET.get("page"))
    shown = tab(actor, unit, on=today, all_of=stand, page=page.rows)
    look(request, subjects=[entry.alert.person.pk for entry in shown.entries], what="emerging-threat tab")
    context = {
        "tab": stand,
        "page": page,
        "lines": [{"entry": entry, "overdue": entry.overdue(today)} for entry in shown.entries],
        "others": _others(tabs, unit, {row["unit_id"]: row["alerts"] for row in counts}),
        "may_review": actor.may(Power.REVIEW_THREATS),
        "rule": rule_in_force(rule),
        "today": today,
    }
    return render(request, "scoring/tab.html", context)


def _others(tabs: Collection[Unit], unit: Unit, counts: Mapping[int, int]) -> list[dict[str, Any]]:
    """The way to the reader's other tabs, with how many stand on each; none where there is but one."""
    if len(tabs) < 2:
        return []
    return [
        {
            "label": other.name,
            "url": f"/emerging/{other.code}/",
            "current": other == unit,
            "count": counts.get(other.pk, 0),
        }
        for other in tabs
    ]


@require_http_methods(["GET", "POST"])
def rule(request: HttpRequest) -> HttpResponse:
    """The nine settings of each model's rule, and the two that can be set here for all models."""
    actor = actor_of(request)
    actor.require(Power.SEE_SCORES)
    may_set = actor.may(Power.APPROVE_SCORE_MODEL)
    if request.method == "POST":
        actor.require(Power.APPROVE_SCORE_MODEL)
    held = numbers_in_force()
    form = ThreatNumbersForm(
        request.POST or None, initial={"again_after": held.again_after, "top_n": held.top_n}
    )
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        if carried_out(form, lambda: set_threat_numbers(by=actor, at=clock.now(), **typed)):
            messages.success(request, "The numbers hold from the next night on.")
            return redirect("scoring:rule")
    context = {
        "rule": rule_in_force(),
        "form": form if may_set else None,
        "earlier": earlier_numbers(),
    }
    return render(request, "scoring/rule.html", context)


@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Review one entry; "refer" goes on to a referral filled with what is known."""
    actor = actor_of(request)
    actor.require(Power.REVIEW_THREATS)
    alert = access_alert(actor, alert_id)
    row = alert_row(actor, alert_id)
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        if carried_out(form, lambda: review_alert(alert_id, by=actor, at=clock.now(), **typed)):
            if typed["outcome"] == ThreatAlert.Outcome.REFER:
                messages.success(request, "Review recorded. Now send the referral.")
                return redirect(f"/referrals/new/?person={row.person.nominal_ref}&alert={alert_id}")
            messages.success(request, "Review recorded.")
            return redirect("scoring:tab", alert.unit.code)
    look(request, subjects=[row.person.pk], what="emerging-threat review")
    reviews = list(alert.reviews.select_related("by").order_by("-reviewed_at"))
    context = {"alert": row, "unit": alert.unit, "form": form, "reviews": reviews}
    return render(request, "scoring/review.html", context)
