"""What is shared of one person: shares, disclosures by name, consent, the ledger with its file (SHR-1, NEW-5)."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from iom.accounts.rules import Power
from iom.audit.services import look
from iom.kernel import clock
from iom.kernel.csv_files import csv_response
from iom.kernel.doors import carried_out, form_name
from iom.kernel.forms import GovukForm
from iom.kernel.pagination import page_of
from iom.kernel.step_up import step_up
from iom.kernel.wording import date_uk
from iom.persons.models import Person
from iom.persons.permissions import access_person
from iom.persons.sections import person_page
from iom.sharing.forms import (
    ConsentForm,
    DisclosureForm,
    ExportForm,
    PersonLedgerFilterForm,
    RevokeForm,
    WriteDownForm,
)
from iom.sharing.permissions import access_grant
from iom.sharing.rules import WHAT_LABELS, What
from iom.sharing.selectors import shares
from iom.sharing.selectors.disclosures import grant_line, grants_of_person
from iom.sharing.selectors.ledger import HEADS, Filters, ledger_of, without_looks
from iom.sharing.services import disclosure
from iom.sharing.services.consents import record_consent
from iom.sharing.services.ledger import write_down
from iom.sharing.things import thing_of
from iom.sharing.views.agreements import actor_of


def person_url(person: Person) -> str:
    return reverse("sharing:person", args=[person.nominal_ref])


@require_safe
def person_sharing(request: HttpRequest, nominal_ref: str) -> HttpResponse:
    """Who is given what of this person, why, and everything that went out."""
    actor = actor_of(request)
    person = access_person(actor, nominal_ref)
    actor.require(Power.SEE_LEDGER)
    today = clock.today()
    form = PersonLedgerFilterForm(request.GET or None)
    lines = ledger_of(actor, person.pk, Filters(**form.values()))
    shown = lines if form.wants_looks() else without_looks(lines)
    page = page_of(shown, request.GET.get("page"))
    look(request, subjects=[person.pk], what="sharing of a person")
    context = person_page(actor, person, "sharing", on=today) | {
        "shares": shares.shares_of(actor, person.pk, on=today),
        "consents": shares.consents_of(actor, person.pk),
        "grants": grants_of_person(actor, person.pk, on=today),
        "review": shares.open_review_of(actor, person.pk, on=today),
        "filters": form,
        "page": page,
        "hidden_looks": len(lines) - len(shown),
        "may_write_down": actor.may(Power.DISCLOSE),
        "may_consent": actor.may(Power.MANAGE_CASE),
    }
    return render(request, "sharing/person_sharing.html", context)


@require_http_methods(["GET", "POST"])
@step_up("export")
def ledger_export(request: HttpRequest, nominal_ref: str) -> HttpResponse:
    """The person's ledger as a CSV file, for a reason."""
    actor = actor_of(request)
    person = access_person(actor, nominal_ref)
    actor.require(Power.SEE_LEDGER)
    form = ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        lines = ledger_of(actor, person.pk)
        reason = form.cleaned_data["reason"]
        look(request, subjects=[person.pk], kind="export", what="ledger of disclosures", reason=reason)
        name = f"disclosures-{person.pk}-{clock.today():%Y-%m-%d}.csv"
        return csv_response(name, HEADS, [line.cells() for line in lines])
    look(request, subjects=[person.pk], what="form: export the ledger of disclosures")
    return _form(request, form, "Download the ledger", "Download", person_url(person))


@require_http_methods(["GET", "POST"])
@step_up("disclosure")
def disclose(request: HttpRequest, what: str, pk: int) -> HttpResponse:
    """Ask to disclose one record to one agency; somebody else signs."""
    actor = actor_of(request)
    kind = _kind(what)
    thing = thing_of(kind).access(actor, pk)
    actor.require(Power.DISCLOSE)
    form = DisclosureForm(request.POST or None)

    def act(typed: dict[str, Any]) -> object:
        terms = disclosure.Terms(
            typed["agency"].pk, typed["purpose"], typed["necessity"], typed["expires_on"]
        )
        return disclosure.ask(kind, pk, terms, reason=typed["reason"], by=actor, at=clock.now())

    person = thing.person
    intro = f"{disclosure.label_of(kind, thing)}. Nothing is given before another person signs."
    return _act(
        request,
        form,
        act,
        person,
        heading=f"Disclose: {WHAT_LABELS[kind].lower()}",
        label="Ask for the second signature",
        done="Asked. Another person has to sign before the agency sees anything.",
        intro=intro,
    )


@require_http_methods(["GET", "POST"])
def revoke(request: HttpRequest, what: str, pk: int) -> HttpResponse:
    """Take a disclosure back, at once."""
    actor = actor_of(request)
    kind = _kind(what)
    grant = access_grant(actor, kind, pk)
    actor.require(Power.DISCLOSE)
    line = grant_line(actor, kind, grant, on=clock.today())
    return _act(
        request,
        RevokeForm(request.POST or None),
        lambda typed: disclosure.revoke(kind, pk, by=actor, at=clock.now(), **typed),
        grant.person,
        heading="Revoke the disclosure",
        label="Revoke",
        done="Revoked. The agency sees nothing of it from its next request on.",
        intro=f"{line.label}, given to {line.agency} until {date_uk(line.expires_on)}.",
    )


@require_http_methods(["GET", "POST"])
def write_down_page(request: HttpRequest, nominal_ref: str) -> HttpResponse:
    """Write into the ledger what was told, printed or handed over outside the product."""
    actor = actor_of(request)
    person = access_person(actor, nominal_ref)
    actor.require(Power.DISCLOSE)

    def act(typed: dict[str, Any]) -> object:
        agency = typed.pop("agency")
        return write_down(nominal_ref, agency_id=agency.pk, by=actor, at=clock.now(), **typed)

    return _act(
        request,
        WriteDownForm(request.POST or None),
        act,
        person,
        heading="Write down what was given",
        label="Write down",
        done="Written into the ledger.",
    )


@require_http_methods(["GET", "POST"])
def consent(request: HttpRequest, nominal_ref: str) -> HttpResponse:
    """Record what the person said to sharing with an agency."""
    actor = actor_of(request)
    person = access_person(actor, nominal_ref)
    actor.require(Power.MANAGE_CASE)

    def act(typed: dict[str, Any]) -> object:
        agency = typed.pop("agency")
        return record_consent(nominal_ref, agency_id=agency.pk, by=actor, at=clock.now(), **typed)

    return _act(
        request,
        ConsentForm(request.POST or None),
        act,
        person,
        heading="Record consent",
        label="Record",
        done="Recorded. What was said before stays on record.",
        intro="Consent is not what police share on in most cases: the agreement says the legal basis.",
    )


def _kind(what: str) -> What:
    return What(what)


def _act(
    request: HttpRequest,
    form: GovukForm,
    act: Callable[[dict[str, Any]], object],
    person: Person,
    *,
    heading: str,
    label: str,
    done: str,
    intro: str = "",
) -> HttpResponse:
    """Show the form; when it was sent and the service accepts it, go back to the person's sharing."""
    back = person_url(person)
    typed = request.method == "POST" and form.is_valid()
    if typed and carried_out(form, lambda: act(dict(form.cleaned_data))):
        messages.success(request, done)
        return redirect(back)
    look(request, subjects=[person.pk], what=form_name(request))
    return _form(request, form, heading, label, back, intro)


def _form(
    request: HttpRequest, form: GovukForm, heading: str, label: str, back: str, intro: str = ""
) -> HttpResponse:
    context = {"form": form, "heading": heading, "submit_label": label, "intro": intro}
    return render(request, "components/form_page.html", context | {"back_url": back, "cancel_url": back})
