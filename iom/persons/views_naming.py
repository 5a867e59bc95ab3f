"""Who sees one record: restricting it, naming people on it, and ending both."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from iom.access.actor import Actor
from iom.access.grants import may_keep
from iom.accounts.rules import Power
from iom.audit.services import look
from iom.kernel import clock
from iom.kernel.doors import carried_out
from iom.kernel.forms import GovukForm
from iom.kernel.step_up import step_up
from iom.persons import services
from iom.persons.forms import NameForm, ReasonForm, RestrictForm
from iom.persons.models import Person
from iom.persons.openings import named_on, restrictions_of
from iom.persons.permissions import access_person, require_keeper
from iom.persons.sections import person_page


def _record(request: HttpRequest, nominal_ref: str, power: Power) -> tuple[Actor, Person]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    person = access_person(actor, nominal_ref)
    actor.require(power)
    return actor, person


def _kept_record(request: HttpRequest, nominal_ref: str, power: Power) -> tuple[Actor, Person]:
    """The record for an act on who sees it: a form opens only for those whose answer would be taken."""
    actor, person = _record(request, nominal_ref, power)
    require_keeper(actor, person)
    return actor, person


@require_safe
def who_sees(request: HttpRequest, nominal_ref: str) -> HttpResponse:
    """Whether the record is restricted and why, and who is named on it."""
    actor, person = _record(request, nominal_ref, Power.ALLOCATE)
    today = clock.today()
    keeps = may_keep(person.pk)
    restricts = keeps and actor.may(Power.RESTRICT_RECORD)
    look(request, subjects=[person.pk], what="who sees the record")
    context = person_page(actor, person, "who_sees", on=today) | {
        "restrictions": restrictions_of(person),
        "named": list(named_on(person, on=today)),
        "may_restrict": restricts and not person.is_restricted,
        "may_lift": restricts and person.is_restricted,
        "may_name": restricts if person.is_restricted else keeps,
    }
    return render(request, "persons/who_sees.html", context)


def _act_page(
    request: HttpRequest,
    person: Person,
    form: GovukForm,
    act: Callable[[dict[str, Any]], object],
    *,
    heading: str,
    label: str,
    done: str,
    intro: str = "",
    to: str = "",
) -> HttpResponse:
    back = reverse("persons:who_sees", args=[person.nominal_ref])
    if request.method == "POST" and form.is_valid() and carried_out(form, lambda: act(form.cleaned_data)):
        messages.success(request, done)
        return redirect(to or back)
    look(request, subjects=[person.pk], what="form: who sees the record")
    context = {
        "form": form,
        "heading": heading,
        "intro": intro,
        "submit_label": label,
        "back_url": back,
        "cancel_url": back,
    }
    return render(request, "components/form_page.html", context)


@require_http_methods(["GET", "POST"])
def restrict(request: HttpRequest, nominal_ref: str) -> HttpResponse:
    """Hide the record from everybody who is not named on it."""
    actor, person = _kept_record(request, nominal_ref, Power.RESTRICT_RECORD)
    return _act_page(
        request,
        person,
        RestrictForm(request.POST or None),
        lambda given: services.restrict_record(
            nominal_ref, by=actor, kind=given["kind"], reason=given["reason"]
        ),
        heading=f"Restrict the record of {person.full_name}",
        intro="From then on only people named on it see it, whatever their role. You and whoever manages the case are "
        "named at once; name others on the next page.",
        label="Restrict the record",
        done="The record is restricted.",
    )


@require_http_methods(["GET", "POST"])
@step_up("disclosure")
def lift(request: HttpRequest, nominal_ref: str) -> HttpResponse:
    """Show the record again to everybody whose reach it falls in."""
    actor, person = _kept_record(request, nominal_ref, Power.RESTRICT_RECORD)
    return _act_page(
        request,
        person,
        ReasonForm(request.POST or None),
        lambda given: services.lift_restriction(nominal_ref, by=actor, reason=given["reason"]),
        heading=f"Lift the restriction on {person.full_name}",
        intro="Everybody whose district or task it falls in sees the record again.",
        label="Lift the restriction",
        done="The restriction is lifted.",
    )


@require_http_methods(["GET", "POST"])
@step_up("disclosure")
def name(request: HttpRequest, nominal_ref: str) -> HttpResponse:
    """Name somebody on the record."""
    actor, person = _kept_record(request, nominal_ref, Power.ALLOCATE)
    return _act_page(
        request,
        person,
        NameForm(request.POST or None),
        lambda given: services.name_user(
            nominal_ref,
            by=actor,
            on=clock.today(),
            username=given["username"],
            reason=given["reason"],
            until=given["until"],
        ),
        heading=f"Name somebody on the record of {person.full_name}",
        intro="They see this record, whichever district they work for. A partner must have the person shared as well.",
        label="Name them",
        done="They are named on the record.",
    )


@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, nominal_ref: str, pk: int) -> HttpResponse:
    """End a naming."""
    actor, person = _kept_record(request, nominal_ref, Power.ALLOCATE)
    return _act_page(
        request,
        person,
        ReasonForm(request.POST or None),
        lambda given: services.end_naming(nominal_ref, pk, by=actor, reason=given["reason"]),
        heading="Take a name off the record",
        intro="They see the record no more, unless it is within their own reach.",
        label="End the naming",
        done="The naming has ended.",
    )
