"""A person's local calculations, and making one (SCO-6)."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.audit.services import look
from iom.kernel import clock
from iom.kernel.doors import carried_out, form_name
from iom.persons.models import Person
from iom.persons.permissions import access_person
from iom.persons.sections import person_page
from scoring.instruments import services
from scoring.instruments.forms import InstrumentForm, Ogrs3Form, PredictorsForm, held
from scoring.instruments.permissions import may_calculate, require_calculating, require_use
from scoring.instruments.rules.wording import CAUTION, HEADING
from scoring.instruments.selectors import calculations_of


@require_safe
def calculations(request: HttpRequest, nominal_ref: str) -> HttpResponse:
    """What was calculated here of the person, with inputs, version and age; the newest first."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.require(Power.SEE_SCORES)
    require_use()
    person = access_person(actor, nominal_ref)
    today = clock.today()
    look(request, subjects=[person.pk], what="local calculations")
    context = person_page(actor, person, "local_calculations", on=today) | {
        "calculations": calculations_of(actor, person.pk, on=today),
        "heading": HEADING,
        "caution": CAUTION,
        "may_calculate": may_calculate(actor),
    }
    return render(request, "instruments/calculations.html", context)


@require_http_methods(["GET", "POST"])
def ogrs3(request: HttpRequest, nominal_ref: str) -> HttpResponse:
    """Calculate OGRS3."""
    actor, person = _subject(request, nominal_ref)
    form = Ogrs3Form(request.POST or None, initial=held(person))
    return _form_page(
        request,
        person,
        form,
        lambda: services.calculate_ogrs3(nominal_ref, by=actor, at=clock.now(), given=form.given()),
        "OGRS3",
    )


@require_http_methods(["GET", "POST"])
def predictors(request: HttpRequest, nominal_ref: str) -> HttpResponse:
    """Calculate ARP, VRP and SVRP."""
    actor, person = _subject(request, nominal_ref)
    form = PredictorsForm(request.POST or None, initial=held(person) | {"assessed_on": clock.today()})
    return _form_page(
        request,
        person,
        form,
        lambda: services.calculate_predictors(nominal_ref, by=actor, at=clock.now(), given=form.given()),
        "ARP, VRP and SVRP",
    )


def _subject(request: HttpRequest, nominal_ref: str) -> tuple[Actor, Person]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require_calculating(actor)
    require_use()
    return actor, access_person(actor, nominal_ref)


def _form_page(
    request: HttpRequest, person: Person, form: InstrumentForm, act: Callable[[], object], what: str
) -> HttpResponse:
    back = reverse("instruments:calculations", args=[person.nominal_ref])
    if request.method == "POST" and form.is_valid() and carried_out(form, act):
        messages.success(request, f"{what} calculated.")
        return redirect(back)
    look(request, subjects=[person.pk], what=form_name(request))
    context = {
        "form": form,
        "heading": f"Calculate {what} for {person.full_name}",
        "title": HEADING,
        "caution": CAUTION,
        "submit_label": "Calculate",
        "back_url": back,
        "cancel_url": back,
    }
    return render(request, "instruments/calculate.html", context)
