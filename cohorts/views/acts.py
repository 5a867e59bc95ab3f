"""The page that asks for one act on a case and carries it out: every small form of the case goes through here."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cohorts.models import Case
from iom.access.actor import Actor
from iom.audit.services import look
from iom.kernel.doors import carried_out, form_name
from iom.kernel.errors import NotFound
from iom.kernel.forms import GovukForm


def actor_of(request: HttpRequest) -> Actor:
    """Whoever asks."""
    return request.actor  # type: ignore[attr-defined,no-any-return]


def require_same(case: Case, pk: int) -> None:
    """NotFound unless the record belongs to the case that the address names."""
    if case.pk != pk:
        raise NotFound


def act_page(
    request: HttpRequest,
    form: GovukForm,
    act: Callable[[dict[str, Any]], object],
    *,
    person_id: int | None,
    heading: str,
    label: str,
    back: str,
    done: str,
    intro: str = "",
) -> HttpResponse:
    """Show the form; when it was sent and the service accepts it, go `back` with the sentence `done`."""
    if request.method == "POST" and form.is_valid() and carried_out(form, lambda: act(form.cleaned_data)):
        messages.success(request, done)
        return redirect(back)
    look(request, subjects=[person_id] if person_id else [], what=form_name(request))
    context = {
        "form": form,
        "heading": heading,
        "submit_label": label,
        "back_url": back,
        "cancel_url": back,
        "intro": intro,
    }
    return render(request, "components/form_page.html", context)
