"""Referrals: the list, the form, one referral and the steps of its research (REF-1, REF-2)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from cohorts.forms.referral import ListForBoardForm, MatchForm, NewReferralForm, ReasonForm, ReferralFilterForm
from cohorts.models import Referral
from cohorts.models.referral import REFERRAL_STATUSES
from cohorts.permissions import access_referral, may, referrals_visible_to
from cohorts.rules.statuses import REFERRAL_STEPS, allowed_steps
from cohorts.services.referral import (
    ReferralForm,
    list_for_board,
    match_person,
    start_research,
    submit_referral,
    withdraw,
)
from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.audit.services import look
from iom.kernel import clock
from iom.kernel.doors import carried_out
from iom.kernel.pagination import page_of
from iom.persons.models import Person
from iom.persons.permissions import access_person
from iom.persons.selectors import search
from scoring.selectors.referring import known_of_alert

SORTS = {"submitted": "submitted_on", "board": "board_on", "name": "family_name", "status": "status"}


def actor_of(request: HttpRequest) -> Actor:
    """Whoever asks."""
    return request.actor  # type: ignore[attr-defined,no-any-return]


def referrals(request: HttpRequest) -> HttpResponse:
    """Every referral the reader may see: the district's, or those of the reader's agency."""
    actor = actor_of(request)
    actor.require(Power.SEE_PEOPLE)
    rows = referrals_visible_to(actor).select_related("referring_agency", "unit", "person")
    filters = ReferralFilterForm(request.GET or None, statuses=REFERRAL_STATUSES)
    if filters.is_bound and filters.is_valid():
        chosen = filters.cleaned_data
        rows = rows.filter(status__in=chosen["status"]) if chosen["status"] else rows
        rows = rows.filter(ground=chosen["ground"]) if chosen["ground"] else rows
        rows = rows.filter(family_name__istartswith=chosen["name"]) if chosen["name"] else rows
    sort = request.GET.get("sort", "-submitted")
    column = SORTS.get(sort.lstrip("-"), "submitted_on")
    rows = rows.order_by(f"-{column}" if sort.startswith("-") else column, "-pk")
    page = page_of(rows, request.GET.get("page"))
    look(request, subjects=[r.person_id for r in page.rows if r.person_id], what="referrals")
    context = {"filters": filters, "page": page, "sort": sort, "may_refer": actor.may(Power.REFER)}
    return render(request, "cohorts/referrals.html", context)


@require_http_methods(["GET", "POST"])
def new_referral(request: HttpRequest) -> HttpResponse:
    """The one form; filled with what is known when it starts from a person or from the emerging-threat tab."""
    actor = actor_of(request)
    actor.require(Power.REFER)
    person = access_person(actor, request.GET["person"]) if request.GET.get("person") else None
    alert_id = int(request.GET["alert"]) if request.GET.get("alert", "").isdigit() else None
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
        known |= {
            "given_names": person.given_names,
            "family_name": person.family_name,
            "date_of_birth": person.date_of_birth,
            "identifiers": ", ".join(filter(None, [person.nominal_ref, person.pnc_id, person.prison_no, person.crn])),
            "unit_id": person.managing_unit_id or person.home_unit_id,
        }
    if alert_id is not None:
        known |= {"ground": "emerging_threat", "route": "emerging_threat", "reasons": known_of_alert(actor, alert_id)}
    return known


def referral(request: HttpRequest, pk: int) -> HttpResponse:
    """One referral: what was said, where it stands, what may be done next; the pack is for the police."""
    actor = actor_of(request)
    found = access_referral(actor, pk)
    steps = [s for s in allowed_steps(REFERRAL_STEPS, found.status) if may(actor, s)]
    packs = [] if actor.is_partner else list(found.packs.all()[:1])
    decisions = [] if actor.is_partner else list(found.decisions.prefetch_related("agencies_present"))
    look(request, subjects=[found.person_id] if found.person_id else [], what="referral")
    context = {
        "referral": found,
        "stages": _stage_lines(found),
        "steps": set(steps),
        "may_decide": "select" in steps,
        "pack": packs[0] if packs else None,
        "decisions": decisions,
        "case": getattr(found, "case", None) if not actor.is_partner else None,
    }
    return render(request, "cohorts/referral.html", context)


def _stage_lines(found: Referral) -> list[dict[str, Any]]:
    return [
        {
            "title": stage.get_to_status_display(),
            "at": stage.at,
            "by": stage.by.name if stage.by else "",
            "text": stage.note,
        }
        for stage in found.stages.select_related("by").order_by("-at", "-id")
    ]


@require_http_methods(["GET", "POST"])
def match(request: HttpRequest, pk: int) -> HttpResponse:
    """Find the person that the typed names mean; taking the referral up is part of it."""
    actor = actor_of(request)
    found = access_referral(actor, pk, to="match_person")
    today = clock.today()
    typed = request.GET.get("q", "").strip() or f"{found.family_name} {found.given_names}"
    people = list(search(actor, typed, on=today)[:20])
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
    look(request, subjects=[p.pk for p in people], kind="search", what="referral match", reason=f"searched: {typed[:80]}")
    return render(request, "cohorts/referral_match.html", {"referral": found, "form": form, "typed": typed, "people": people})


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
    form = ListForBoardForm(request.POST or None, initial={"board_on": found.board_on})
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["board_on"]
        if carried_out(form, lambda: list_for_board(pk, by=actor, at=clock.now(), board_on=day)):
            messages.success(request, "Listed for the board.")
            return redirect("cohorts:referral", pk)
    return _step_page(request, found, form, "List for a board", "List it")


@require_http_methods(["GET", "POST"])
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw it, with the reason."""
    actor = actor_of(request)
    found = access_referral(actor, pk, to="withdraw")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if carried_out(form, lambda: withdraw(pk, by=actor, at=clock.now(), reason=reason)):
            messages.success(request, "Referral withdrawn.")
            return redirect("cohorts:referral", pk)
    return _step_page(request, found, form, "Withdraw this referral", "Withdraw")


def _step_page(request: HttpRequest, found: Referral, form: Any, heading: str, label: str) -> HttpResponse:
    look(request, subjects=[found.person_id] if found.person_id else [], what="referral step")
    back = f"/referrals/{found.pk}/"
    context = {"form": form, "heading": heading, "submit_label": label, "back_url": back, "cancel_url": back}
    return render(request, "components/form_page.html", context)
