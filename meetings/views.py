"""Meetings in the browser."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cohorts.selectors.cases import open_case_of
from cohorts.views.frame import person_frame
from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.agencies.models import Unit
from iom.audit.services import look
from iom.kernel import clock
from iom.kernel.doors import carried_out
from iom.kernel.pagination import page_of
from iom.kernel.reads import reads_nobody
from iom.kernel.step_up import step_up
from iom.persons.permissions import access_person
from iom.persons.subjects import typed_reference
from iom.sharing.forms import DisclosureForm
from iom.sharing.services.disclosure import Terms
from meetings import selectors
from meetings.disclosure import Asked, ask_for_meeting
from meetings.forms import DecisionForm, MeetingFilterForm, MeetingForm
from meetings.models import Meeting
from meetings.permissions import access_meeting
from meetings.services import decide_case, read_disclosure, record_meeting


def reader(request: HttpRequest, power: Power = Power.SEE_MEETINGS) -> Actor:
    """The actor, if the role has the power."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.require(power)
    return actor


@require_safe
@reads_nobody("how many people a meeting spoke of, and no name")
def meeting_list(request: HttpRequest) -> HttpResponse:
    """The meetings the reader may see, latest first; it names no person."""
    actor = reader(request)
    form = MeetingFilterForm(request.GET or None, units=list(Unit.objects.values_list("code", "name")))
    given = form.cleaned_data if form.is_bound and form.is_valid() else {}
    rows = selectors.meetings(
        actor,
        kind=given.get("kind", ""),
        unit_code=given.get("unit", ""),
        since=given.get("since"),
        until=given.get("until"),
    )
    page = page_of(rows, request.GET.get("page"))
    context = {
        "filters": form,
        "page": page,
        "lines": selectors.lines(actor, page.rows),
        "may_add": actor.may(Power.RUN_MEETINGS),
        "sees_attendance": not actor.is_partner,
    }
    return render(request, "meetings/meeting_list.html", context)


@require_safe
def meeting_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One meeting: who came, and by section the decisions on people the reader may see."""
    actor = reader(request)
    view = selectors.meeting_view(actor, access_meeting(actor, pk), on=clock.today())
    look(request, subjects=view.person_ids, what="meeting")
    context = {"view": view, "meeting": view.meeting, "is_partner": actor.is_partner}
    context["may_disclose"] = actor.may(Power.DISCLOSE) and bool(view.person_ids)
    context["crumbs"] = [{"label": "Meetings", "url": reverse("meetings:meeting_list")}]
    return render(request, "meetings/meeting_detail.html", context)


@require_http_methods(["GET", "POST"])
def meeting_add(request: HttpRequest) -> HttpResponse:
    """Record a meeting and who came."""
    actor = reader(request, Power.RUN_MEETINGS)
    own = Unit.objects.filter(pk__in=actor.unit_ids).values_list("pk", "name")
    form = MeetingForm(request.POST or None, units=list(own))
    made: list[Meeting] = []

    def act() -> None:
        given = form.cleaned_data
        made.append(
            record_meeting(
                kind=given["kind"],
                unit_id=int(given["unit"]),
                held_on=given["held_on"],
                chair=given["chair"],
                place=given["place"],
                attendance=form.attendance(),
                disclosure_read=given["disclosure_read"],
                by=actor,
                at=clock.now(),
            )
        )

    if request.method == "POST" and form.is_valid() and carried_out(form, act):
        messages.success(request, "The meeting is recorded.")
        return redirect("meetings:meeting_detail", pk=made[0].pk)
    back = reverse("meetings:meeting_list")
    context = {"heading": "Record a meeting", "form": form, "submit_label": "Record the meeting"}
    return render(request, "components/form_page.html", context | {"back_url": back, "cancel_url": back})


@require_POST
def meeting_disclosure(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that the disclosure statement was read."""
    read_disclosure(pk, by=reader(request, Power.RUN_MEETINGS))
    messages.success(request, "It is recorded that the disclosure statement was read.")
    return redirect("meetings:meeting_detail", pk=pk)


@require_http_methods(["GET", "POST"])
@reads_nobody("says back the reference that was typed; what is recorded names the person")
def decision_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Record what the meeting decided about one person."""
    actor = reader(request, Power.RUN_MEETINGS)
    meeting = access_meeting(actor, pk, record=True)
    form = DecisionForm(request.POST or None, initial={"person": request.GET.get("person", "")})

    def act() -> None:
        given = form.cleaned_data
        decide_case(
            pk,
            nominal_ref=typed_reference(actor, given["person"]),
            section=given["section"],
            decision=given["decision"],
            rationale=given["rationale"],
            by=actor,
            on=clock.today(),
            at=clock.now(),
        )

    back = reverse("meetings:meeting_detail", args=[pk])
    if request.method == "POST" and form.is_valid() and carried_out(form, act):
        messages.success(request, "The decision is recorded.")
        return redirect(back)
    heading = f"Record a decision: {meeting.get_kind_display()}, {meeting.unit.name}"
    context = {"heading": heading, "form": form, "submit_label": "Record the decision"}
    return render(request, "components/form_page.html", context | {"back_url": back, "cancel_url": back})


@require_http_methods(["GET", "POST"])
@step_up("disclosure")
def meeting_disclose(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask to disclose a meeting's decisions to one agency; another person signs each."""
    actor = reader(request, Power.DISCLOSE)
    meeting = access_meeting(actor, pk)
    form = DisclosureForm(request.POST or None)
    asked: list[Asked] = []

    def act() -> None:
        typed = dict(form.cleaned_data)
        reason = typed.pop("reason")
        terms = Terms(typed.pop("agency").pk, **typed)
        asked.append(ask_for_meeting(pk, terms, reason=reason, by=actor, at=clock.now()))

    back = reverse("meetings:meeting_detail", args=[pk])
    if request.method == "POST" and form.is_valid() and carried_out(form, act):
        messages.success(request, _asked_for(asked[0]))
        return redirect(back)
    view = selectors.meeting_view(actor, meeting, on=clock.today())
    look(request, subjects=view.person_ids, what="form: disclose a meeting's decision")
    context = {
        "heading": f"Disclose to one agency: {meeting.get_kind_display()}, {meeting.unit.name}",
        "form": form,
        "submit_label": "Ask for the second signature",
        "intro": (
            "The agency is told which meeting it was and what it decided about people shared with the agency, each "
            "once another person has signed. It is not told why, who came or anything about anybody else."
        ),
    }
    return render(request, "components/form_page.html", context | {"back_url": back, "cancel_url": back})


def _asked_for(asked: Asked) -> str:
    number = len(asked.approvals)
    done = f"Asked for {number} {'decision' if number == 1 else 'decisions'}. Another person signs each."
    if not asked.left_out:
        return done
    return f"{done} {asked.left_out} left out: not shared with the agency, or asked for already."


@require_safe
def person_meetings(request: HttpRequest, nominal_ref: str) -> HttpResponse:
    """What meetings decided about one person."""
    actor = reader(request)
    today = clock.today()
    person = access_person(actor, nominal_ref)
    look(request, subjects=[person.pk], what="meetings of a person")
    frame = person_frame(actor, person, "meetings", on=today, case=open_case_of(actor, person.pk))
    context = frame | {"decisions": selectors.decisions_on(actor, person.pk)}
    return render(request, "meetings/person_meetings.html", context)
