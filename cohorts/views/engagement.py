"""Engagements: planned, held, missed (PLN-3)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from cohorts.forms.case import PlanEngagementForm, RecordEngagementForm, moment
from cohorts.models import Engagement
from cohorts.permissions import access_case
from cohorts.selectors.overview import case_overview
from cohorts.services.engagement import EngagementForm, mark_missed, plan_engagement, record_engagement
from cohorts.views.acts import act_page, actor_of
from cohorts.views.frame import case_frame
from iom.access.actor import Actor
from iom.audit.services import look
from iom.kernel import clock
from iom.kernel.clock import LONDON
from iom.kernel.errors import NotFound


@require_safe
def engagements(request: HttpRequest, pk: int) -> HttpResponse:
    """All engagements of a case, those to come first."""
    actor = actor_of(request)
    today = clock.today()
    overview = case_overview(actor, pk, today)
    look(request, subjects=[overview.case.person_id], what="engagements")
    context = case_frame(actor, overview, "engagements", on=today)
    return render(request, "cohorts/engagements.html", context)


@require_http_methods(["GET", "POST"])
def plan_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Arrange to meet the person."""
    actor = actor_of(request)
    case = access_case(actor, pk, to="engage")

    def act(typed: dict[str, Any]) -> object:
        agency = typed["with_agency"]
        return plan_engagement(
            pk,
            by=actor,
            at=clock.now(),
            kind=typed["kind"],
            planned_at=moment(typed["day"], typed["clock_time"]),
            place=typed["place"],
            with_agency_id=agency.pk if agency else None,
        )

    return act_page(
        request,
        PlanEngagementForm(request.POST or None),
        act,
        person_id=case.person_id,
        heading="Plan an engagement",
        label="Plan it",
        back=f"/cases/{pk}/engagements/",
        done="Engagement planned.",
    )


@require_http_methods(["GET", "POST"])
def record_one(request: HttpRequest, pk: int, engagement_id: int | None = None) -> HttpResponse:
    """Record an engagement that was held or missed, planned before or not."""
    actor = actor_of(request)
    case = access_case(actor, pk, to="engage")
    planned = case.engagements.filter(pk=engagement_id).first() if engagement_id else None
    if engagement_id and planned is None:
        raise NotFound
    form = RecordEngagementForm(request.POST or None, initial=_initial(planned))
    if planned is None:
        form.only_held()
    return act_page(
        request,
        form,
        lambda typed: _record(actor, pk, planned, typed),
        person_id=case.person_id,
        heading="Record an engagement",
        label="Record it",
        back=f"/cases/{pk}/engagements/",
        done="Engagement recorded.",
    )


def _initial(planned: Engagement | None) -> dict[str, Any]:
    if planned is None or planned.planned_at is None:
        return {"kind": "initial"}
    local = planned.planned_at.astimezone(LONDON)
    return {
        "kind": planned.kind,
        "day": local.date(),
        "clock_time": f"{local:%H:%M}",
        "place": planned.place,
        "with_agency": planned.with_agency_id,
    }


def _record(actor: Actor, pk: int, planned: Engagement | None, typed: dict[str, Any]) -> object:
    agency = typed["with_agency"]
    at = moment(typed["day"], typed["clock_time"])
    if planned is not None and typed["attended"] == "no":
        return mark_missed(
            planned.pk, by=actor, at=clock.now(), next_step=typed["next_step"], notes=typed["notes"]
        )
    form = EngagementForm(
        kind=typed["kind"],
        held_at=at,
        attended=typed["attended"],
        place=typed["place"],
        with_agency_id=agency.pk if agency else None,
        notes=typed["notes"],
    )
    return record_engagement(
        pk, form, by=actor, at=clock.now(), engagement_id=planned.pk if planned else None
    )
