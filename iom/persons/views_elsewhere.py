"""Reaching a record that is not one's own: search in other districts, opening with a reason, and in an emergency."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from iom.access.actor import Actor
from iom.access.grants import Elsewhere
from iom.accounts.rules import Power
from iom.audit.services import look
from iom.kernel import clock
from iom.kernel.doors import carried_out
from iom.kernel.pagination import page_of
from iom.kernel.step_up import step_up
from iom.kernel.wording import datetime_uk
from iom.persons import services
from iom.persons.forms import ElsewhereForm, EmergencyForm, OpenElsewhereForm, ReviewForm
from iom.persons.openings import access_opening, opening_lines, openings_visible_to
from iom.persons.permissions import visible_to
from iom.persons.rules import typed_elsewhere

NOBODY = "There is no record with this reference. The attempt was written down and your supervision was told."


def _reader(request: HttpRequest, power: Power) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.require(power)
    return actor


@require_http_methods(["GET", "POST"])
def elsewhere(request: HttpRequest) -> HttpResponse:
    """Search the whole force for an exact name or reference, with a reason; only enough is shown to ask or to open."""
    actor = _reader(request, Power.SEARCH_ELSEWHERE)
    form = ElsewhereForm(request.POST or None, initial={"q": request.GET.get("q", "")})
    found: list[Elsewhere] = []
    asked = False

    def act() -> None:
        given = form.cleaned_data
        typed = typed_elsewhere(given["q"], on=clock.today())
        found.extend(services.search_elsewhere(typed, by=actor, born=given["born"], reason=given["reason"]))

    if request.method == "POST" and form.is_valid():
        asked = carried_out(form, act)
    within = set(
        visible_to(actor).filter(pk__in=[one.person_id for one in found]).values_list("pk", flat=True)
    )
    context = {
        "form": form,
        "asked": asked,
        "found": [(one, one.person_id in within) for one in found],
        "may_break_glass": actor.may(Power.BREAK_GLASS),
    }
    return render(request, "persons/elsewhere.html", context)


@require_http_methods(["GET", "POST"])
def open_elsewhere(request: HttpRequest, nominal_ref: str) -> HttpResponse:
    """Open one record of another district for some hours, with a reason."""
    actor = _reader(request, Power.SEARCH_ELSEWHERE)
    form = OpenElsewhereForm(request.POST or None)
    opened: list[services.Opened] = []

    def act() -> None:
        opened.append(services.open_elsewhere(nominal_ref, by=actor, reason=form.cleaned_data["reason"]))

    if request.method == "POST" and form.is_valid() and carried_out(form, act):
        return _to_record(request, opened[0])
    look(request, subjects=[], what="form: open another district's record")
    back = reverse("persons:elsewhere")
    context = {
        "form": form,
        "heading": f"Open the record {nominal_ref}",
        "intro": "It is another district's record. What you do there is written down, and its supervision sees that "
        "you opened it and why.",
        "submit_label": "Open the record",
        "back_url": back,
        "cancel_url": back,
    }
    return render(request, "components/form_page.html", context)


@require_http_methods(["GET", "POST"])
@step_up("break_glass")
def emergency(request: HttpRequest) -> HttpResponse:
    """Open any record in an emergency; supervision is told at once."""
    actor = _reader(request, Power.BREAK_GLASS)
    form = EmergencyForm(request.POST or None, initial={"reference": request.GET.get("reference", "")})
    opened: list[services.Opened | None] = []

    def act() -> None:
        given = form.cleaned_data
        opened.append(
            services.break_glass(given["reference"], by=actor, reason=given["reason"], at=clock.now())
        )

    if request.method == "POST" and form.is_valid() and carried_out(form, act):
        if opened[0] is not None:
            return _to_record(request, opened[0])
        form.add_error("reference", NOBODY)
    look(request, subjects=[], what="form: open a record in an emergency")
    return render(request, "persons/emergency.html", {"form": form})


def _to_record(request: HttpRequest, opened: services.Opened) -> HttpResponse:
    if opened.until is None:
        messages.info(request, "You may see this record anyway: nothing was opened.")
    else:
        messages.success(request, f"The record is open to you until {datetime_uk(opened.until)}.")
    return redirect(f"/people/{opened.nominal_ref}/")


@require_safe
def openings(request: HttpRequest) -> HttpResponse:
    """What the reader's team opened, and what was opened of the reader's district, to be reviewed."""
    actor = _reader(request, Power.SEE_AUDIT)
    waiting = request.GET.get("show") != "all"
    rows = openings_visible_to(actor)
    page = page_of(rows.filter(reviewed_at__isnull=True) if waiting else rows, request.GET.get("page"))
    lines = opening_lines(actor, list(page.rows), at=clock.now())
    look(request, subjects=[line.grant.content_object_id for line in lines], what="openings of records")
    return render(request, "persons/openings.html", {"page": page, "lines": lines, "waiting": waiting})


@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whether an opening was right."""
    actor = _reader(request, Power.SEE_AUDIT)
    grant = access_opening(actor, pk)
    line = opening_lines(actor, [grant], at=clock.now())[0]
    form = ReviewForm(request.POST or None)

    def act() -> None:
        services.review_opening(pk, by=actor, at=clock.now(), note=form.cleaned_data["note"])

    back = reverse("persons:openings")
    if request.method == "POST" and form.is_valid() and carried_out(form, act):
        messages.success(request, "The review is recorded.")
        return redirect(back)
    look(request, subjects=[grant.content_object_id], what="review of an opening")
    context = {"form": form, "line": line, "back_url": back, "heading": "Review an opening"}
    return render(request, "persons/opening_review.html", context)
