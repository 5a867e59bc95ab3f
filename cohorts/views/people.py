"""A person's profile and timeline (PER-6)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cohorts.permissions import visible_to
from cohorts.rules.statuses import OPEN_CASE
from cohorts.selectors.cases import open_cases_of
from cohorts.selectors.timeline import entries_of, kinds_for, timeline_rows
from cohorts.views.acts import actor_of
from cohorts.views.frame import frame_rows, person_frame
from iom.access.readers import not_shown
from iom.accounts.rules import Power
from iom.audit.services import look
from iom.kernel import clock
from iom.kernel.pagination import page_of
from iom.kernel.together import read_together
from iom.persons.api import PersonFileSerializer
from iom.persons.permissions import access_person, only_opened
from scoring.instruments.permissions import sees_calculations
from scoring.instruments.rules.wording import HEADING
from scoring.instruments.selectors import calculation_rows, latest_in
from scoring.selectors.alerts import alert_rows, open_on_person
from scoring.selectors.lists import score_rows, scores_in

LATEST = 6


@require_safe
def profile(request: HttpRequest, nominal_ref: str) -> HttpResponse:
    """What is held of the person, their cases, their scores and the latest of the timeline."""
    actor = actor_of(request)
    person = access_person(actor, nominal_ref)
    today = clock.today()
    look(request, subjects=[person.pk], what="profile")
    rows = frame_rows(actor, person)
    cases = visible_to(actor).filter(person=person.pk).select_related("unit", "manager")
    scores = score_rows(actor, [person.pk]) if actor.may(Power.SEE_SCORES) else None
    local = calculation_rows(actor, person.pk)
    alerts = open_on_person(actor, person.pk) if actor.may(Power.REVIEW_THREATS) else None
    known = timeline_rows(actor, person.pk)
    read_together(*rows.asked, *rows.person.whole, cases, scores, local, alerts, *known.values())
    current = next((case for case in cases if case.status in OPEN_CASE), None)
    frame = person_frame(actor, person, "profile", on=today, case=current, rows=rows)
    context = frame | {
        "shown": PersonFileSerializer(frame["file"], context={"actor": actor, "on": today}).data,
        "not_shown": not_shown(actor),
        "cases": cases,
        "scores": list(scores_in(scores or ()).get(person.pk, {}).values()),
        "local": latest_in(local, on=today),
        "local_heading": HEADING if sees_calculations(actor) else "",
        "alerts": alert_rows(actor, alerts or ()),
        "latest": entries_of(actor, known)[:LATEST],
        "may_keep_pack": actor.may(Power.DISCLOSE) and not only_opened(actor, person),
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
    rows, cases = frame_rows(actor, person), open_cases_of(actor, person.pk)
    known = timeline_rows(actor, person.pk, chosen)
    read_together(*rows.asked, cases, *known.values())
    page = page_of(entries_of(actor, known), request.GET.get("page"), 40)
    look(request, subjects=[person.pk], what="timeline")
    frame = person_frame(actor, person, "timeline", on=today, case=next(iter(cases), None), rows=rows)
    context = frame | {
        "page": page,
        "kinds": [(code, words, code in chosen) for code, words in kinds.items()],
    }
    return render(request, "cohorts/timeline.html", context)
