"""Unusual access, reviews of auditors, and who looked at a person."""

from calendar import monthrange
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.audit.rules import KIND_LABELS
from iom.audit.sections import sections_for
from iom.audit.services import look
from iom.kernel import clock
from iom.kernel.doors import carried_out
from iom.kernel.pagination import page_of
from iom.oversight import selectors
from iom.oversight.forms import FindingFilterForm, FindingForm, ReviewForm
from iom.oversight.models import AuditReview
from iom.oversight.permissions import access_finding, access_review
from iom.oversight.services.reviewing import decide_finding, sign_review
from iom.persons.permissions import access_person
from iom.persons.sections import person_page


def reader(request: HttpRequest) -> Actor:
    """The actor, if the role reviews the audit."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.require(Power.REVIEW_AUDIT)
    return actor


@require_safe
def findings(request: HttpRequest) -> HttpResponse:
    """Unusual access of those whom the reader answers for; never their own."""
    actor = reader(request)
    form = FindingFilterForm(request.GET or None)
    given = form.cleaned_data if form.is_bound and form.is_valid() else {}
    rows = selectors.findings(actor, status=given.get("status", ""), kind=given.get("kind", ""))
    context = {
        "filters": form,
        "page": page_of(rows, request.GET.get("page")),
        "sections": sections_for(actor, "oversight:findings"),
    }
    return render(request, "oversight/findings.html", context)


@require_http_methods(["GET", "POST"])
def finding(request: HttpRequest, pk: int) -> HttpResponse:
    """One finding with its acts, and the outcome."""
    actor = reader(request)
    found = access_finding(actor, pk)
    form = FindingForm(request.POST or None)

    def act() -> None:
        decide_finding(pk, **form.cleaned_data, by=actor, at=clock.now())

    if request.method == "POST" and form.is_valid() and carried_out(form, act):
        messages.success(request, "The outcome is recorded.")
        return redirect("oversight:findings")
    acts = selectors.acts_of(actor, found)
    people = [person.person_id for row in acts for person in row.people]
    look(request, subjects=people, kind="review", what="unusual access")
    context = {"finding": found, "acts": acts, "form": form if found.status == "open" else None}
    return render(
        request, "oversight/finding.html", context | {"crumbs": _crumbs("findings", "Unusual access")}
    )


@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    """The months of auditors that another reviews."""
    actor = reader(request)
    context = {
        "page": page_of(selectors.reviews(actor), request.GET.get("page")),
        "today": clock.today(),
        "me": actor.user_id,
        "sections": sections_for(actor, "oversight:reviews"),
    }
    return render(request, "oversight/reviews.html", context)


@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """What an auditor did in a month, and the signature under it."""
    actor = reader(request)
    found = access_review(actor, pk)
    form = ReviewForm(request.POST or None)

    def act() -> None:
        sign_review(pk, **form.cleaned_data, by=actor, at=clock.now())

    if request.method == "POST" and form.is_valid() and carried_out(form, act):
        messages.success(request, "The review is signed.")
        return redirect("oversight:reviews")
    may_sign = found.signed_at is None and found.reviewed_id != actor.user_id
    look(request, subjects=[], kind="review", what="an auditor's month")
    context: dict[str, Any] = {
        "review": found,
        "figures": [(KIND_LABELS.get(kind, kind), count) for kind, count in sorted(found.figures.items())],
        "form": form if may_sign else None,
        "is_own": found.reviewed_id == actor.user_id,
        "acts_url": _acts_of(found),
        "crumbs": _crumbs("reviews", "Auditors reviewed"),
    }
    return render(request, "oversight/review.html", context)


@require_safe
def looks(request: HttpRequest, nominal_ref: str) -> HttpResponse:
    """Who looked at a person's record, and why: for auditors and those who answer for the district."""
    actor = reader(request)
    person = access_person(actor, nominal_ref)
    look(request, subjects=[person.pk], kind="review", what="who has looked")
    context = person_page(actor, person, "looks", on=clock.today()) | {
        "rows": selectors.who_looked(person.pk, older_than=clock.now()),
        "shown": selectors.LOOKS_SHOWN,
    }
    return render(request, "oversight/looks.html", context)


def _acts_of(found: AuditReview) -> str:
    """The audit of what the reviewed auditor did in that month."""
    last = found.month.replace(day=monthrange(found.month.year, found.month.month)[1])
    asked = {"user": found.reviewed.name}
    for name, day in (("since", found.month), ("until", last)):
        asked |= {f"{name}_day": str(day.day), f"{name}_month": str(day.month), f"{name}_year": str(day.year)}
    return f"{reverse('audit:act_list')}?{urlencode(asked)}"


def _crumbs(name: str, label: str) -> list[dict[str, str]]:
    return [
        {"label": "Audit", "url": reverse("audit:act_list")},
        {"label": label, "url": reverse(f"oversight:{name}")},
    ]
