"""My day: every role's first page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cohorts.selectors.my_day import SHOWN, MyDay, my_day
from cohorts.views.acts import actor_of
from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.agencies.models import Unit
from iom.approvals.permissions import kinds_decided_by
from iom.approvals.selectors import ApprovalRow, in_rows, to_decide
from iom.audit.services import look
from iom.kernel import clock
from iom.kernel.day import parts_for
from scoring.selectors.alerts import open_alert_counts


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is due, overdue and new for whoever has signed in."""
    actor = actor_of(request)
    signatures = to_sign(actor)
    to_name = [row.person.person_id for row in signatures if row.person]
    if not actor.may(Power.SEE_PEOPLE):
        look(request, subjects=to_name, what="my day")
        waits = {"signatures": signatures, "more": parts_for(actor, clock.today()), "today": clock.today()}
        return render(request, "cohorts/my_day_admin.html", waits)
    day = my_day(actor, clock.today(), clock.now())
    more = parts_for(actor, clock.today())
    others = [row.person_id for part in more for row in part.rows if row.person_id is not None]
    look(request, subjects=_subjects(day) + to_name + others, what="my day")
    alerts = open_alert_counts(actor) if actor.may(Power.REVIEW_THREATS) else {}
    units = Unit.objects.filter(pk__in=alerts).order_by("name") if alerts else []
    context = {
        "day": day,
        "counts": day.counts,
        "more": more,
        "nothing_waits": not (any(day.counts.values()) or more or signatures),
        "tabs": [{"unit": unit, "alerts": alerts[unit.pk]} for unit in units],
        "signatures": signatures,
        "today": clock.today(),
    }
    return render(request, "cohorts/my_day.html", context)


def to_sign(actor: Actor) -> list[ApprovalRow]:
    """What waits for the reader's second signature, longest first."""
    if not kinds_decided_by(actor):
        return []
    return in_rows(actor, to_decide(actor, at=clock.now())[:SHOWN], at=clock.now())


def _subjects(day: MyDay) -> list[int]:
    """Everybody named on the page: rows are about a person, about a case, or about a deadline of a case."""
    found: list[int | None] = [
        line.deadline.case.person_id for line in day.overdue + day.due_today + day.due_soon
    ]
    found += [case.person_id for case in day.new_cases + day.unallocated + day.reviews_due]
    found += [referral.person_id for referral in day.referrals]
    of_cases: list[Any] = [
        *day.engagements,
        *day.to_record,
        *day.actions,
        *day.checklist,
        *day.plans_to_endorse,
    ]
    of_cases += [*day.deselections_to_decide, *day.notices]
    found += [row.case.person_id for row in of_cases]
    found += [review.person_id for review in day.sharing_reviews]
    return [person_id for person_id in found if person_id is not None]
