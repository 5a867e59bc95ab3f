"""My day: every role's first page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cohorts.selectors.my_day import SHOWN, MyDay, day_lists, my_day
from cohorts.views.acts import actor_of
from iom.accounts.rules import Power
from iom.approvals.selectors import ApprovalRow, in_rows, to_decide
from iom.audit.services import look
from iom.kernel import clock
from iom.kernel.day import parts_for, shown
from iom.kernel.together import read_together
from scoring.selectors.alerts import alerts_by_tab


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is due, overdue and new for whoever has signed in."""
    actor = actor_of(request)
    today, now = clock.today(), clock.now()
    to_sign, parts = to_decide(actor, at=now)[:SHOWN], parts_for(actor, today)
    if not actor.may(Power.SEE_PEOPLE):
        signatures = in_rows(actor, to_sign, at=now)
        look(request, subjects=_named(signatures), what="my day")
        waits = {"signatures": signatures, "more": shown(parts), "today": today}
        return render(request, "cohorts/my_day_admin.html", waits)
    lists = day_lists(actor, today, now)
    tabs = alerts_by_tab(actor) if actor.may(Power.REVIEW_THREATS) else None
    further = [asked for _, waiting in parts for asked in waiting.asks]
    read_together(*lists.values(), *further, to_sign, tabs)
    day, more, signatures = my_day(actor, today, now, lists), shown(parts), in_rows(actor, to_sign, at=now)
    others = [row.person_id for part in more for row in part.rows if row.person_id is not None]
    look(request, subjects=_subjects(day) + _named(signatures) + others, what="my day")
    context = {
        "day": day,
        "counts": day.counts,
        "more": more,
        "nothing_waits": not (any(day.counts.values()) or more or signatures),
        "tabs": tabs or [],
        "signatures": signatures,
        "today": today,
    }
    return render(request, "cohorts/my_day.html", context)


def _named(signatures: list[ApprovalRow]) -> list[int]:
    return [row.person.person_id for row in signatures if row.person]


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
