"""Signing, looking at and giving the bundle (SHR-4)."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from iom.accounts.rules import Power
from iom.audit.services import look
from iom.kernel import clock
from iom.kernel.step_up import step_up
from iom.retention import forms
from iom.retention.models import Bundle
from iom.retention.permissions import access_bundle, access_request
from iom.retention.services.bundle import ask_release, release
from iom.retention.views.access import crumbs
from iom.retention.views.doors import actor_with, form_page


@step_up("disclosure")
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a second person to sign."""
    actor = actor_with(request, Power.SUBJECT_ACCESS)
    found = access_request(actor, pk)
    look(request, subjects=[found.person_id], what="subject access request")
    form = forms.ReasonForm(request.POST or None)
    return form_page(
        request,
        form,
        lambda: ask_release(pk, reason=form.cleaned_data["reason"], by=actor, at=clock.now()),
        heading=f"Ask for a second signature for {found.person.full_name}",
        submit="Ask",
        back=reverse("retention:request", args=[pk]),
        done="A second person was asked to sign.",
        intro="Say what you checked. From now on nothing can be decided anew unless the signature is refused.",
    )


@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The bundle as the person reads it."""
    actor = actor_with(request, Power.SUBJECT_ACCESS)
    bundle = access_bundle(actor, pk)
    look(request, subjects=[bundle.request.person_id], what="subject access bundle")
    context = {
        "bundle": bundle,
        "document": bundle.document,
        "found": bundle.request,
        "crumbs": crumbs(bundle.request),
    }
    return render(request, "retention/bundle.html", context)


def _taken_out(request: HttpRequest, pk: int) -> Bundle:
    actor = actor_with(request, Power.SUBJECT_ACCESS)
    bundle = access_bundle(actor, pk)
    look(request, subjects=[bundle.request.person_id], kind="export", what="subject access bundle")
    return bundle


@step_up("export")
@require_safe
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The bundle as a PDF."""
    bundle = _taken_out(request, pk)
    name = f"what-is-held-SAR-{pk}.pdf"
    return HttpResponse(
        bytes(bundle.pdf),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@step_up("export")
@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """The bundle as data."""
    bundle = _taken_out(request, pk)
    name = f"what-is-held-SAR-{pk}.json"
    attached = {"Content-Disposition": f'attachment; filename="{name}"'}
    return JsonResponse(bundle.document, headers=attached, json_dumps_params={"indent": 1})


@step_up("disclosure")
@require_http_methods(["GET", "POST"])
def give(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that the bundle was given, and how."""
    actor = actor_with(request, Power.SUBJECT_ACCESS)
    found = access_request(actor, pk)
    look(request, subjects=[found.person_id], what="subject access request")
    form = forms.GiveForm(request.POST or None)
    return form_page(
        request,
        form,
        lambda: release(pk, how=form.cleaned_data["how"], by=actor, on=clock.today(), at=clock.now()),
        heading=f"Give the bundle to {found.person.full_name}",
        submit="It was given",
        back=reverse("retention:request", args=[pk]),
        done="It is recorded that the bundle was given.",
    )
