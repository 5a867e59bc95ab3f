"""What every page of this app does: ask the role, show a form page, carry one act out."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.kernel.doors import carried_out


def actor_with(request: HttpRequest, *powers: Power) -> Actor:
    """The actor, if the role has one of the powers."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not any(actor.may(power) for power in powers):
        actor.require(powers[0])
    return actor


def form_page(
    request: HttpRequest, form: Any, act: Callable[[], object], *, heading: str, submit: str, back: str, done: str,
    to: Callable[[], str] | None = None, intro: str = "", template: str = "components/form_page.html", **more: Any,
) -> HttpResponse:  # fmt: skip
    """Show a form; on POST carry the act out and go on, or say at the form why not."""
    if request.method == "POST" and form.is_valid() and carried_out(form, act):
        messages.success(request, done)
        return redirect(to() if to else back)
    context = {"heading": heading, "form": form, "submit_label": submit, "back_url": back, "cancel_url": back}
    return render(request, template, context | {"intro": intro, **more})
