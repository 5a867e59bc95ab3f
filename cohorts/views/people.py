"""A person's profile and timeline (PER-6)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cohorts.permissions import visible_to
from cohorts.rules.statuses import OPEN_CASE
from cohorts.selectors.cases import open_case_of
from cohorts.selectors.timeline import kinds_for, timeline
from cohorts.views.acts import actor_of
from cohorts.views.frame import person_frame
from iom.access.readers import not_shown
from iom.accounts.rules import Power
from iom.audit.services import look
from iom.kernel import clock
from iom.kernel.pagination import page_of
from iom.persons.api import PersonFileSerializer
from iom.persons.permissions import access_person
from scoring.instruments.permissions import sees_calculations
from scoring.instruments.rules.wording import HEADING
from scoring.instruments.selectors import latest_of
from scoring.selectors.alerts import open_alerts_of
from scoring.selectors.lists import scores_of

LATEST = 6


@require_safe
def profile(request: HttpRequest, nominal_ref: str) -> HttpResponse:
    """What is held of the person, their cases, their scores and the latest of the timeline."""
    actor = actor_of(request)
    person = access_person(actor, nominal_ref)
    today = clock.today()
    sees_scores = actor.may(Power.SEE_SCORES)
    look(request, subjects=[person.pk], what="profile")
    cases = list(visible_to(actor).filter(person=person.pk).select_related("unit", "manager"))
    current = next((case for case in cases if case.status in OPEN_CASE), None)
    frame = person_frame(actor, person, "profile", on=today, case=current)
    context = frame | {
        "shown": PersonFileSerializer(frame["file"], context={"actor": actor, "on": today}).data,
        "not_shown": not_shown(actor),
        "cases": cases,
        "scores": list(scores_of(actor, [person.pk]).get(person.pk, {}).values()) if sees_scores else [],
        "local": latest_of(actor, person.pk, on=today),
        "local_heading": HEADING if sees_calculations(actor) else "",
        "alerts": open_alerts_of(actor, person.pk) if actor.may(Power.REVIEW_THREATS) else [],
        "latest": timeline(actor, person.pk)[:LATEST],
        "may_refer": actor.may(Power.REFER) and not person.is_managed,
    }
    return render(request, "cohorts/profile.html", context)


@require_safe
def person_timeline(request: HttpRequest, nominal_ref: str) -> HttpResponse:
    """Everything the reader may see of the person, latest first, by kind if asked."""
    actor = actor_of(request)
    person = access_person(actor, nominal_ref)
    today = clock.today()
    kinds = kinds_for(actor)
    chosen = [kind for kind in request.GET.getlist("kind") if kind in kinds]
    page = page_of(timeline(actor, person.pk, chosen), request.GET.get("page"), 40)
    look(request, subjects=[person.pk], what="timeline")
    context = person_frame(actor, person, "timeline", on=today, case=open_case_of(actor, person.pk)) | {
        "page": page,
        "kinds": [(code, words, code in chosen) for code, words in kinds.items()],
    }
    return render(request, "cohorts/timeline.html", context)
