"""Records that may be one person: the pairs that wait, two side by side, merges and taking them back (PER-1)."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.audit.services import look
from iom.kernel import clock
from iom.kernel.doors import carried_out
from iom.kernel.pagination import page_of
from iom.persons import duplicates, services
from iom.persons.forms_duplicates import DecidePairForm, NamePairForm, UnmergeForm
from iom.persons.matching import has_library
from iom.persons.permissions import access_duplicate, access_merge

GET_POST = ["GET", "HEAD", "POST"]


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.require(Power.MERGE_PEOPLE)
    return actor


def _crumbs() -> list[dict[str, str]]:
    return [{"label": "Duplicates", "url": reverse("persons:duplicates")}]


@require_safe
def pairs(request: HttpRequest) -> HttpResponse:
    """The pairs that wait for a decision."""
    actor = _actor(request)
    page = page_of(duplicates.open_pairs(actor), request.GET.get("page"))
    look(request, subjects=[pk for row in page.rows for pk in (row.left_id, row.right_id)], what="duplicates")
    context = {"page": page, "has_library": has_library()}
    return render(request, "persons/duplicates.html", context)


@require_http_methods(GET_POST)
def name_pair(request: HttpRequest) -> HttpResponse:
    """Name two records that may be one person."""
    actor = _actor(request)
    form = NamePairForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made: list[int] = []
        act = partial(services.name_pair, by=actor, at=clock.now(), **form.cleaned_data)
        if carried_out(form, lambda: made.append(act().pk)):
            return redirect("persons:duplicate", made[0])
    context = {
        "heading": "Name two records that may be one person",
        "form": form,
        "submit_label": "Compare them",
        "back_url": reverse("persons:duplicates"),
        "cancel_url": reverse("persons:duplicates"),
    }
    look(request, subjects=[], what="form: two records")
    return render(request, "components/form_page.html", context)


@require_http_methods(GET_POST)
def pair(request: HttpRequest, pair_id: int) -> HttpResponse:
    """Two records side by side, and the decision."""
    actor = _actor(request)
    row = access_duplicate(actor, pair_id)
    form = DecidePairForm(request.POST or None, people=[row.left, row.right])
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        act = partial(
            services.decide_pair,
            row.pk,
            by=actor,
            at=clock.now(),
            same=typed["decision"] == "same",
            keep=typed["keep"],
            reason=typed["reason"],
        )
        if carried_out(form, act):
            done = "The records were merged." if typed["decision"] == "same" else "The decision is recorded."
            messages.success(request, done)
            if typed["decision"] == "same":
                return redirect("persons:merges")
            return redirect("persons:duplicates")
    shown = duplicates.compare(actor, row, on=clock.today())
    look(request, subjects=shown.people, what="two records side by side")
    context = {
        "shown": shown,
        "form": form if row.status == "open" else None,
        "crumbs": _crumbs(),
    }
    return render(request, "persons/duplicate.html", context)


@require_safe
def merges(request: HttpRequest) -> HttpResponse:
    """What was merged, and what was taken back."""
    page = page_of(duplicates.merges(_actor(request)), request.GET.get("page"))
    look(request, subjects=[row.survivor_id for row in page.rows], what="merges")
    return render(request, "persons/merges.html", {"page": page, "crumbs": _crumbs()})


@require_http_methods(GET_POST)
def unmerge(request: HttpRequest, merge_id: int) -> HttpResponse:
    """Take a merge back."""
    actor = _actor(request)
    merge = access_merge(actor, merge_id)
    form = UnmergeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act = partial(services.unmerge, merge.pk, by=actor, at=clock.now(), **form.cleaned_data)
        if carried_out(form, act):
            messages.success(request, "The merge was taken back: both records stand as before.")
            return redirect("persons:merges")
    look(request, subjects=[merge.survivor_id], what="form: take a merge back")
    context = {
        "heading": f"Take the merge of {merge.merged_ref} back",
        "form": form,
        "intro": f"{merge.merged_name}, {merge.merged_ref}, was merged into {merge.survivor.full_name}, "
        f"{merge.survivor.nominal_ref}. Everything that was moved goes back; what was written since stays with "
        f"{merge.survivor.nominal_ref}. What was closed since stays closed for both.",
        "submit_label": "Take it back",
        "back_url": reverse("persons:merges"),
        "cancel_url": reverse("persons:merges"),
    }
    return render(request, "components/form_page.html", context)
