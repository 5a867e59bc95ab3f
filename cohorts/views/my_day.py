"""My day: every role's first page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cohorts.selectors.my_day import MyDay, my_day
from cohorts.views.acts import actor_of
from iom.accounts.rules import Power
from iom.agencies.models import Unit
from iom.audit.services import look
from iom.kernel import clock
from scoring.selectors.alerts import open_alert_counts


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is due, overdue and new for whoever has signed in."""
    actor = actor_of(request)
    if not actor.may(Power.SEE_PEOPLE):
        return render(request, "cohorts/my_day_admin.html", {})
    day = my_day(actor, clock.today(), clock.now())
    look(request, subjects=_subjects(day), what="my day")
    alerts = open_alert_counts(actor) if actor.may(Power.REVIEW_THREATS) else {}
    units = Unit.objects.filter(pk__in=alerts).order_by("name") if alerts else []
    context = {
        "day": day,
        "counts": day.counts,
        "tabs": [{"unit": unit, "alerts": alerts[unit.pk]} for unit in units],
        "today": clock.today(),
    }
    return render(request, "cohorts/my_day.html", context)


def _subjects(day: MyDay) -> list[int]:
    found: list[int] = []
    for rows in vars(day).values():
        for row in rows if isinstance(rows, list) else []:
            about = getattr(row, "deadline", row)
            holder = about.case if hasattr(about, "case_id") else about
            person_id = getattr(holder, "person_id", None)
            if person_id:
                found.append(person_id)
    return found
