"""Requests of people about themselves in the browser (SHR-4)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.audit.services import look
from iom.kernel import clock
from iom.kernel.errors import NotFound
from iom.kernel.pagination import page_of
from iom.kernel.reads import reads_nobody
from iom.persons.subjects import typed_reference
from iom.retention import forms
from iom.retention.models import AccessRequest
from iom.retention.permissions import access_correction, access_item, access_request
from iom.retention.rules.grounds import GROUNDS
from iom.retention.rules.statuses import may_step
from iom.retention.sections import LABELS
from iom.retention.selectors import pages
from iom.retention.services.corrections import decide_correction, enter_correction
from iom.retention.services.items import confirm_section, decide_item
from iom.retention.services.requests import (
    ask_assembling,
    end_request,
    enter_request,
    extend,
    prove_identity,
    take_over,
)
from iom.retention.views.doors import actor_with, form_page


def handler(request: HttpRequest) -> Actor:
    return actor_with(request, Power.SUBJECT_ACCESS)


def reader(request: HttpRequest) -> Actor:
    return actor_with(request, Power.SUBJECT_ACCESS, Power.SEE_RETENTION)


def places(current: str) -> list[dict[str, object]]:
    shown = (("requests", "Requests"), ("corrections", "Corrections"))
    return [
        {"label": label, "url": reverse(f"retention:{name}"), "current": name == current}
        for name, label in shown
    ]


def crumbs(found: AccessRequest | None = None) -> list[dict[str, str]]:
    listed = [{"label": "Subject access", "url": reverse("retention:requests")}]
    if found is not None:
        listed.append({"label": found.person.full_name, "url": reverse("retention:request", args=[found.pk])})
    return listed


@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """Open requests, what is due first."""
    actor = reader(request)
    form = forms.RequestFilterForm(request.GET or None)
    given = form.cleaned_data if form.is_bound and form.is_valid() else {}
    page = page_of(pages.requests(actor, **given), request.GET.get("page"))
    look(request, subjects=[row.person_id for row in page.rows], what="subject access requests")
    context = {
        "filters": form,
        "page": page,
        "today": clock.today(),
        "places": places("requests"),
        "may_enter": actor.may(Power.SUBJECT_ACCESS),
    }
    return render(request, "retention/requests.html", context)


@reads_nobody("says back the reference that was typed; what is recorded names the person")
@require_http_methods(["GET", "POST"])
def request_add(request: HttpRequest) -> HttpResponse:
    """Enter a request."""
    actor = handler(request)
    form = forms.RequestForm(request.POST or None, initial={"person": request.GET.get("person", "")})
    made: list[AccessRequest] = []

    def act() -> None:
        given = form.cleaned_data
        made.append(
            enter_request(
                typed_reference(actor, given["person"]),
                received_on=given["received_on"],
                asked_for=given["asked_for"],
                ask_identity=given["ask_identity"],
                by=actor,
                on=clock.today(),
                at=clock.now(),
            )
        )

    return form_page(
        request,
        form,
        act,
        heading="Enter a subject access request",
        submit="Enter the request",
        back=reverse("retention:requests"),
        done="The request is entered.",
        to=lambda: reverse("retention:request", args=[made[0].pk]),
    )


@require_safe
def request_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: how it stands, its sections, and the next step."""
    actor = reader(request)
    found = access_request(actor, pk)
    look(request, subjects=[found.person_id], what="subject access request")
    handles = actor.may(Power.SUBJECT_ACCESS)
    lines = pages.sections_of(actor, found)
    context = {
        "found": found,
        "today": clock.today(),
        "steps": pages.steps_of(actor, found),
        "sections": lines,
        "left": sum(line.left for line in lines),
        "handles": handles,
        "can": {
            step: handles and may_step(step, found.status)
            for step in ("identify", "assemble", "extend", "take", "decide", "ask", "release", "end")
        },
        "crumbs": crumbs(),
    }
    return render(request, "retention/request.html", context)


@require_http_methods(["GET", "POST"])
def identity(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the proof of identity."""
    actor = handler(request)
    found = access_request(actor, pk)
    look(request, subjects=[found.person_id], what="subject access request")
    form = forms.IdentityForm(request.POST or None)
    return form_page(
        request,
        form,
        lambda: prove_identity(
            pk,
            how=form.cleaned_data["how"],
            proved_on=form.cleaned_data["proved_on"],
            by=actor,
            on=clock.today(),
        ),
        heading=f"Proof of identity of {found.person.full_name}",
        submit="Save",
        back=reverse("retention:request", args=[pk]),
        done="The proof of identity is recorded.",
    )


@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Handle the request from now on."""
    take_over(pk, by=handler(request))
    messages.success(request, "You handle this request now.")
    return redirect("retention:request", pk=pk)


@require_POST
def assemble(request: HttpRequest, pk: int) -> HttpResponse:
    """Have what is held put together."""
    ask_assembling(pk, by=handler(request))
    messages.success(request, "What is held is being put together. You are told when it is ready.")
    return redirect("retention:request", pk=pk)


@require_http_methods(["GET", "POST"])
def extend_time(request: HttpRequest, pk: int) -> HttpResponse:
    """Two further months, with the reason that the person is told."""
    actor = handler(request)
    found = access_request(actor, pk)
    look(request, subjects=[found.person_id], what="subject access request")
    form = forms.ReasonForm(request.POST or None)
    return form_page(
        request,
        form,
        lambda: extend(pk, reason=form.cleaned_data["reason"], by=actor, on=clock.today()),
        heading=f"More time to answer {found.person.full_name}",
        submit="Extend the time",
        back=reverse("retention:request", args=[pk]),
        done="The time is extended. Tell the person, with the reason.",
        intro="Only for complex requests, or many of them. The person must be told within the first month.",
    )


@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that a request was withdrawn, or refuse it."""
    actor = handler(request)
    found = access_request(actor, pk)
    look(request, subjects=[found.person_id], what="subject access request")
    form = forms.EndForm(request.POST or None)
    return form_page(
        request,
        form,
        lambda: end_request(
            pk,
            outcome=form.cleaned_data["outcome"],
            reason=form.cleaned_data["reason"],
            by=actor,
            on=clock.today(),
        ),
        heading=f"End the request of {found.person.full_name}",
        submit="End the request",
        back=reverse("retention:request", args=[pk]),
        done="The request is ended.",
    )


@require_safe
def section(request: HttpRequest, pk: int, section: str) -> HttpResponse:
    """The items of one section, each with what is proposed and what was decided."""
    actor = handler(request)
    found = access_request(actor, pk)
    page = page_of(pages.items_of(actor, found, section), request.GET.get("page"))
    if section not in LABELS or not page.rows:
        raise NotFound
    look(request, subjects=[found.person_id], what="subject access items")
    context = {
        "found": found,
        "section": section,
        "label": LABELS[section],
        "page": page,
        "grounds": GROUNDS,
        "may_decide": may_step("decide", found.status),
        "crumbs": crumbs(found),
    }
    return render(request, "retention/section.html", context)


@require_POST
def confirm(request: HttpRequest, pk: int, section: str) -> HttpResponse:
    """Take over what is proposed for every item of the section that is not decided yet."""
    number = confirm_section(pk, section, by=handler(request), at=clock.now())
    messages.success(request, f"{number} {'item is' if number == 1 else 'items are'} confirmed as proposed.")
    return redirect("retention:request", pk=pk)


@require_http_methods(["GET", "POST"])
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide one item."""
    actor = handler(request)
    found = access_item(actor, pk)
    look(request, subjects=[found.request.person_id], what="subject access item")
    form = forms.ItemForm(request.POST or None, item=found)

    def act() -> None:
        given = form.cleaned_data
        decide_item(
            pk,
            outcome=given["outcome"],
            marked=given.get("marked", ""),
            ground=given["ground"],
            reason=given["reason"],
            by=actor,
            at=clock.now(),
        )

    back = reverse("retention:section", args=[found.request_id, found.section])
    return form_page(
        request,
        form,
        act,
        heading=found.title,
        submit="Save the decision",
        back=back,
        done="The decision is saved.",
        template="retention/item.html",
        item=found,
        ground=GROUNDS[found.ground],
    )


@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """What people asked to be put right."""
    actor = reader(request)
    page = page_of(pages.corrections(actor), request.GET.get("page"))
    look(request, subjects=[row.person_id for row in page.rows], what="corrections")
    context = {
        "page": page,
        "today": clock.today(),
        "places": places("corrections"),
        "may_enter": actor.may(Power.SUBJECT_ACCESS),
    }
    return render(request, "retention/corrections.html", context)


@reads_nobody("says back the reference that was typed; what is recorded names the person")
@require_http_methods(["GET", "POST"])
def correction_add(request: HttpRequest) -> HttpResponse:
    """Enter what a person asks to be put right."""
    actor = handler(request)
    form = forms.CorrectionForm(request.POST or None, initial={"person": request.GET.get("person", "")})

    def act() -> None:
        given = form.cleaned_data
        enter_correction(
            typed_reference(actor, given["person"]),
            received_on=given["received_on"],
            what=given["what"],
            by=actor,
            on=clock.today(),
            at=clock.now(),
        )

    return form_page(
        request,
        form,
        act,
        heading="Enter a correction that a person asks for",
        submit="Enter",
        back=reverse("retention:corrections"),
        done="The correction is entered.",
    )


@require_http_methods(["GET", "POST"])
def correction_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """What was done about it."""
    actor = handler(request)
    found = access_correction(actor, pk, decide=True)
    look(request, subjects=[found.person_id], what="correction")
    form = forms.CorrectionOutcomeForm(request.POST or None)
    return form_page(
        request,
        form,
        lambda: decide_correction(
            pk,
            outcome=form.cleaned_data["outcome"],
            reason=form.cleaned_data["reason"],
            by=actor,
            on=clock.today(),
        ),
        heading=f"Correction asked for by {found.person.full_name}",
        submit="Save what was done",
        back=reverse("retention:corrections"),
        done="What was done is recorded.",
        intro=found.what,
    )
