"""Referrals: the list, the form, one referral and the steps of its research (REF-1, REF-2)."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cohorts.forms.referral import (
    ListForBoardForm,
    MatchForm,
    NewReferralForm,
    ReasonForm,
    ReferralFilterForm,
)
from cohorts.models import Referral
from cohorts.models.referral import REFERRAL_STATUSES
from cohorts.permissions import access_referral
from cohorts.rules.statuses import REFERRAL_STEPS, allowed_steps
from cohorts.selectors.referrals import ReferralFilter, candidates, referral_view
from cohorts.selectors.referrals import referrals as referral_list
from cohorts.services.referral import (
    ReferralForm,
    list_for_board,
    match_person,
    start_research,
    submit_referral,
    withdraw,
)
from cohorts.views.acts import act_page, actor_of
from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.audit.services import look
from iom.kernel import clock
from iom.kernel.compartments import Compartment
from iom.kernel.doors import carried_out
from iom.kernel.pagination import page_of
from iom.persons.models import Person
from iom.persons.permissions import access_person, reads_of
from iom.persons.selectors import search
from scoring.selectors.alerts import alert_row


@require_safe
def referrals(request: HttpRequest) -> HttpResponse:
    """Every referral the reader may see: the district's, or those of the reader's agency."""
    actor = actor_of(request)
    actor.require(Power.SEE_PEOPLE)
    filters = ReferralFilterForm(request.GET or None, statuses=REFERRAL_STATUSES)
    sort = request.GET.get("sort", "-submitted")
    chosen = ReferralFilter(sort=sort)
    if filters.is_bound and filters.is_valid():
        typed = filters.cleaned_data
        chosen = ReferralFilter(
            statuses=tuple(typed["status"]), ground=typed["ground"], words=typed["name"], sort=sort
        )
    page = page_of(referral_list(actor, chosen), request.GET.get("page"))
    look(request, subjects=[r.person_id for r in page.rows if r.person_id], what="referrals")
    context = {"filters": filters, "page": page, "sort": sort, "may_refer": actor.may(Power.REFER)}
    return render(request, "cohorts/referrals.html", context)


@require_http_methods(["GET", "POST"])
def new_referral(request: HttpRequest) -> HttpResponse:
    """The one form; filled with what is known when it starts from a person or from the emerging-threat tab."""
    actor = actor_of(request)
    actor.require(Power.REFER)
    person = access_person(actor, request.GET["person"]) if request.GET.get("person") else None
    asked_alert = request.GET.get("alert", "")
    alert_id = int(asked_alert) if asked_alert.isascii() and asked_alert.isdigit() else None
    form = NewReferralForm(request.POST or None, initial=_known(actor, person, alert_id))
    if request.method == "POST" and form.is_valid():
        typed = dict(form.cleaned_data)
        asked = ReferralForm(**typed, person_id=person.pk if person else None, alert_id=alert_id)
        done: list[Referral] = []
        if carried_out(form, lambda: done.append(submit_referral(asked, by=actor, at=clock.now()))):
            messages.success(request, "Referral sent. You can follow it here.")
            return redirect("cohorts:referral", done[0].pk)
    if person is not None:
        look(request, subjects=[person.pk], what="new referral")
    context = {
        "form": form,
        "heading": "Refer somebody",
        "submit_label": "Send referral",
        "back_url": "/referrals/",
        "intro": "One form for every agency. You will see what becomes of it.",
    }
    return render(request, "components/form_page.html", context)


def _known(actor: Actor, person: Person | None, alert_id: int | None) -> dict[str, Any]:
    """What the form can be filled with; a decision is never among it."""
    known: dict[str, Any] = {}
    if len(actor.unit_ids) == 1:
        known["unit_id"] = actor.unit_ids[0]
    if person is not None:
        pnc = person.pnc_id if reads_of(actor, Compartment.IDENTIFIER, person.pk) else ""
        known |= {
            "given_names": person.given_names,
            "family_name": person.family_name,
            "date_of_birth": person.date_of_birth,
            "identifiers": ", ".join(filter(None, [person.nominal_ref, pnc, person.prison_no, person.crn])),
            "unit_id": person.managing_unit_id or person.home_unit_id,
        }
    if alert_id is not None:
        known |= {
            "ground": "emerging_threat",
            "route": "emerging_threat",
            "reasons": _why_on_tab(actor, alert_id),
        }
    return known


def _why_on_tab(actor: Actor, alert_id: int) -> str:
    """What the emerging-threat tab knows of the person, in sentences for the referral."""
    row = alert_row(actor, alert_id)
    rules = ", ".join(name.lower() for name in row.rule_names)
    lines = [
        f"Emerging threat: the {row.model_code} score rose by {row.jump}, from {row.baseline} to {row.score}"
        f" ({rules}).",
        *[f"{event.occurred_on:%-d %B %Y}: {event.summary}" for event in row.events],
    ]
    return "\n".join(lines)


@require_safe
def referral(request: HttpRequest, pk: int) -> HttpResponse:
    """One referral: what was said, where it stands, what may be done next; the pack is for the police."""
    view = referral_view(actor_of(request), pk)
    found = view.referral
    look(request, subjects=[found.person_id] if found.person_id else [], what="referral")
    context = {
        "view": view,
        "referral": found,
        "stages": [
            {
                "title": stage.get_to_status_display(),
                "at": stage.at,
                "by": stage.by.name if stage.by else "",
                "text": stage.note,
            }
            for stage in reversed(view.stages)
        ],
        "steps": set(view.steps),
        "may_decide": "select" in view.steps,
        "pack_as_of": date.fromisoformat(view.pack["as_of"]) if view.pack else None,
    }
    return render(request, "cohorts/referral.html", context)


@require_http_methods(["GET", "POST"])
def match(request: HttpRequest, pk: int) -> HttpResponse:
    """Find the person that the typed names mean; taking the referral up is part of it."""
    actor = actor_of(request)
    found = access_referral(actor, pk, to="match_person")
    today = clock.today()
    typed = request.GET.get("q", "").strip()
    people = list(search(actor, typed, on=today)[:20]) if typed else candidates(actor, found)
    form = MatchForm(request.POST or None, people=people)
    if request.method == "POST" and form.is_valid():
        person = form.cleaned_data["person"]

        def act() -> None:
            if "start_research" in allowed_steps(REFERRAL_STEPS, found.status):
                start_research(pk, by=actor, at=clock.now(), person_id=person.pk)
            else:
                match_person(pk, person.pk, by=actor, at=clock.now())

        if carried_out(form, act):
            messages.success(request, "Person matched. The research pack is ready.")
            return redirect("cohorts:referral", pk)
    look(
        request,
        subjects=[p.pk for p in people],
        kind="search",
        what="referral match",
        reason=f"searched: {typed[:80]}",
    )
    return render(
        request,
        "cohorts/referral_match.html",
        {"referral": found, "form": form, "typed": typed, "people": people},
    )


@require_POST
def take_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Start the research; a referral that already points at a person gets its pack at once."""
    start_research(pk, by=actor_of(request), at=clock.now())
    messages.success(request, "Research started.")
    return redirect("cohorts:referral", pk)


@require_http_methods(["GET", "POST"])
def list_for(request: HttpRequest, pk: int) -> HttpResponse:
    """Put it on a board's list."""
    actor = actor_of(request)
    found = access_referral(actor, pk, to="list_for_board")
    return act_page(
        request,
        ListForBoardForm(request.POST or None, initial={"board_on": found.board_on}),
        lambda typed: list_for_board(pk, by=actor, at=clock.now(), board_on=typed["board_on"]),
        person_id=found.person_id,
        heading="List for a board",
        label="List it",
        back=f"/referrals/{pk}/",
        done="Listed for the board.",
    )


@require_http_methods(["GET", "POST"])
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw it, with the reason."""
    actor = actor_of(request)
    found = access_referral(actor, pk, to="withdraw")
    return act_page(
        request,
        ReasonForm(request.POST or None),
        lambda typed: withdraw(pk, by=actor, at=clock.now(), reason=typed["reason"]),
        person_id=found.person_id,
        heading="Withdraw this referral",
        label="Withdraw",
        back=f"/referrals/{pk}/",
        done="Referral withdrawn.",
    )
