"""Agreements: one with its history, added, amended, ended (SHR-1)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.agencies.models import Agency, SharingAgreement
from iom.agencies.permissions import access_agreement
from iom.agencies.rules import AgencyKind, AgreementState, span_state
from iom.agencies.services import add_agreement, amend_agreement, end_agreement
from iom.kernel import clock
from iom.kernel.doors import carried_out
from iom.kernel.errors import NotFound
from iom.kernel.reads import reads_nobody
from iom.kernel.step_up import step_up
from iom.sharing.forms import AgreementForm, EndAgreementForm
from iom.sharing.selectors.agreements import partner_named, series_of
from iom.sharing.selectors.shares import impact


def actor_of(request: HttpRequest) -> Actor:
    """Whoever asks."""
    return request.actor  # type: ignore[attr-defined,no-any-return]


@require_safe
@reads_nobody("how many people are shared under an agreement")
def agreement_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One agreement, what it covers, and the rows that came before and after it."""
    actor = actor_of(request)
    agreement = access_agreement(actor, pk)
    if actor.is_partner and agreement.agency_id != actor.agency_id:
        raise NotFound
    today = clock.today()
    state = span_state(agreement.starts_on, agreement.ends_on, on=today)
    keeps = actor.may(Power.KEEP_AGREEMENTS)
    context = {
        "agreement": agreement,
        "state": state,
        "series": series_of(agreement),
        "may_keep": keeps and state != AgreementState.LAPSED,
        "impact": impact(actor, agreement, on=today) if keeps else None,
        "crumbs": _crumbs(agreement.agency),
    }
    return render(request, "sharing/agreement_detail.html", context)


@require_http_methods(["GET", "POST"])
@step_up("disclosure")
def agreement_add(request: HttpRequest, code: str) -> HttpResponse:
    """Add an agreement with an agency."""
    actor = actor_of(request)
    agency = partner_named(code)
    actor.require(Power.KEEP_AGREEMENTS)
    form = AgreementForm(request.POST or None)
    made: list[SharingAgreement] = []

    def act() -> object:
        reference = form.cleaned_data["reference"]
        done = add_agreement(agency.pk, form.terms(), reference=reference, by=actor, at=clock.now())
        made.append(done)
        return done

    if request.method == "POST" and form.is_valid() and carried_out(form, act):
        messages.success(request, "Agreement added.")
        return redirect("sharing:agreement_detail", pk=made[0].pk)
    return _page(request, form, f"Add an agreement with {agency.name}", "Add", _agency_url(agency))


@require_http_methods(["GET", "POST"])
@step_up("disclosure")
def agreement_amend(request: HttpRequest, pk: int) -> HttpResponse:
    """Replace an agreement by an amended one; the earlier one is kept as it was."""
    actor = actor_of(request)
    agreement = access_agreement(actor, pk, to_keep=True)
    form = AgreementForm(request.POST or None, amends=agreement, initial=_as_typed(agreement))
    made: list[SharingAgreement] = []

    def act() -> object:
        reason = form.cleaned_data["reason"]
        made.append(amend_agreement(pk, form.terms(), reason=reason, by=actor, at=clock.now()))
        return made[0]

    if request.method == "POST" and form.is_valid() and carried_out(form, act):
        messages.success(request, "Agreement amended. The earlier one is kept as it was.")
        return redirect("sharing:agreement_detail", pk=made[0].pk)
    back = reverse("sharing:agreement_detail", args=[pk])
    return _page(request, form, f"Amend {agreement.reference}", "Amend", back)


@require_http_methods(["GET", "POST"])
@reads_nobody("how many people the end of an agreement would stop")
def agreement_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End an agreement; what that stops is said before."""
    actor = actor_of(request)
    agreement = access_agreement(actor, pk, to_keep=True)
    form = EndAgreementForm(request.POST or None, initial={"ends_on": clock.today()})

    def act() -> object:
        return end_agreement(pk, by=actor, at=clock.now(), **form.cleaned_data)

    if request.method == "POST" and form.is_valid() and carried_out(form, act):
        messages.success(
            request, "The agreement ends. From that day's first request nothing is shown under it."
        )
        return redirect("sharing:agreement_detail", pk=pk)
    stops = impact(actor, agreement, on=clock.today())
    back = reverse("sharing:agreement_detail", args=[pk])
    intro = (
        f"{agreement.agency.name} would no longer see {stops.people:,} "
        f"{'person' if stops.people == 1 else 'people'} shared under this agreement, of those you may see, "
        f"and {stops.disclosures:,} {'record' if stops.disclosures == 1 else 'records'} disclosed by name."
    )
    return _page(request, form, f"End {agreement.reference}", "End the agreement", back, intro)


def _as_typed(agreement: SharingAgreement) -> dict[str, Any]:
    names = ("title", "purposes", "legal_basis", "parties", "document_reference", "data_classes")
    typed = {name: getattr(agreement, name) for name in names}
    return typed | {
        "starts_on": clock.today(),
        "ends_on": agreement.ends_on,
        "review_on": agreement.review_on,
    }


def _page(
    request: HttpRequest, form: Any, heading: str, label: str, back: str, intro: str = ""
) -> HttpResponse:
    context = {"form": form, "heading": heading, "submit_label": label, "intro": intro}
    return render(request, "components/form_page.html", context | {"back_url": back, "cancel_url": back})


def _agency_url(agency: Agency) -> str:
    if agency.kind == AgencyKind.POLICE:
        raise NotFound
    return reverse("agencies:agency_detail", args=[agency.code])


def _crumbs(agency: Agency) -> list[dict[str, str]]:
    return [
        {"label": "Partnership", "url": reverse("agencies:agency_list")},
        {"label": agency.name, "url": reverse("agencies:agency_detail", args=[agency.code])},
    ]
