"""The pages of the transparency records (SCO-7)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from iom.access.actor import Actor
from iom.kernel import clock
from reports.transparency import words
from reports.transparency.record import build, in_use


@require_safe
def records(request: HttpRequest) -> HttpResponse:
    """The scores in use, each with its record."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return render(
        request, "reports/transparency_list.html", {"rows": in_use(actor), "standard": words.STANDARD}
    )


@require_safe
def record(request: HttpRequest, model: str) -> HttpResponse:
    """The record of the version in use of one score, made to be printed and published."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    crumbs = [{"label": "Transparency records", "url": reverse("reports:transparency")}]
    found = build(actor, model, on=clock.today())
    context = {"record": found, "standard": words.STANDARD, "crumbs": crumbs}
    return render(request, "reports/transparency.html", context)
