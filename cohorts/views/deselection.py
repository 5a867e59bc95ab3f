"""The way out: proposed by one, agreed by another, completed with the rationale (REF-8, CMP-3)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from cohorts.forms.case import DeselectionReasonForm
from cohorts.forms.plan import AgreeForm, ProposalForm
from cohorts.forms.referral import ReasonForm
from cohorts.models import Deselection
from cohorts.permissions import access_case, access_deselection
from cohorts.services.deregistration import acknowledge, deregister
from cohorts.services.deselection import agree_deselection, propose_deselection, turn_down_deselection
from cohorts.views.acts import act_page, actor_of, require_same
from iom.kernel import clock


@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Eight considerations, the rationale and the exit strategy."""
    actor = actor_of(request)
    case = access_case(actor, pk, to="propose_deselection")
    form = ProposalForm(request.POST or None)
    return act_page(
        request,
        form,
        lambda typed: propose_deselection(pk, form.proposal(), by=actor, at=clock.now()),
        person_id=case.person_id,
        heading="Propose deselection",
        label="Propose",
        back=f"/cases/{pk}/",
        done="Proposed. Somebody else has to agree it with the partners.",
        intro="All eight must be considered. Where one does not apply, say so.",
    )


@require_http_methods(["GET", "POST"])
def agree(request: HttpRequest, pk: int, deselection_id: int) -> HttpResponse:
    """Agree the proposal of another person; the clock for deregistration starts."""
    actor = actor_of(request)
    found, case = access_deselection(actor, deselection_id, to="agree_deselection")
    require_same(case, pk)
    return act_page(
        request,
        AgreeForm(request.POST or None),
        lambda typed: agree_deselection(deselection_id, by=actor, at=clock.now(), **typed),
        person_id=case.person_id,
        heading="Agree the deselection",
        label="Agree",
        back=f"/cases/{case.pk}/",
        done="Agreed. The checklist is open and deregistration is due in seven working days.",
        intro=_proposed(found),
    )


def _proposed(found: Deselection) -> str:
    who = found.proposed_by.name if found.proposed_by else "the system"
    return f"Proposed by {who}. Rationale: {found.rationale} Exit strategy: {found.exit_strategy}"


@require_http_methods(["GET", "POST"])
def turn_down(request: HttpRequest, pk: int, deselection_id: int) -> HttpResponse:
    """Turn the proposal down, with the reason."""
    actor = actor_of(request)
    _, case = access_deselection(actor, deselection_id, to="turn_down_deselection")
    require_same(case, pk)
    return act_page(
        request,
        ReasonForm(request.POST or None),
        lambda typed: turn_down_deselection(deselection_id, by=actor, at=clock.now(), reason=typed["reason"]),
        person_id=case.person_id,
        heading="Turn the deselection down",
        label="Turn down",
        back=f"/cases/{case.pk}/",
        done="Turned down. The case goes on.",
    )


@require_http_methods(["GET", "POST"])
def complete(request: HttpRequest, pk: int, deselection_id: int) -> HttpResponse:
    """Complete the deregistration with the rationale for the record."""
    actor = actor_of(request)
    _, case = access_deselection(actor, deselection_id, to="deregister")
    require_same(case, pk)

    def act(typed: dict[str, Any]) -> object:
        return deregister(deselection_id, by=actor, at=clock.now(), rationale=typed["rationale"])

    return act_page(
        request,
        DeselectionReasonForm(request.POST or None),
        act,
        person_id=case.person_id,
        heading="Complete deregistration",
        label="Deregister",
        back=f"/cases/{case.pk}/",
        done="Deregistered. The episode is closed and stays whole.",
    )


@require_POST
def acknowledge_notice(request: HttpRequest, pk: int, notice_id: int) -> HttpResponse:
    """The partner confirms that it knows."""
    acknowledge(notice_id, by=actor_of(request), at=clock.now())
    messages.success(request, "Acknowledged.")
    return redirect("cohorts:case", pk)
