"""The mapping of offence codes: looked up, proposed, decided by another person (INT-1)."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from iom.access.scope import as_service
from iom.accounts.rules import Power
from iom.kernel import clock
from iom.kernel.doors import carried_out
from iom.kernel.pagination import page_of
from scoring.forms_codes import CodeFilterForm, CodeForm, DecideForm
from scoring.models import OffenceList
from scoring.selectors import codes as selectors
from scoring.services.codes import decide_codes, propose_code
from scoring.views.emerging import actor_of

GET_POST = ["GET", "HEAD", "POST"]


def _crumbs() -> list[dict[str, str]]:
    return [{"label": "Offence codes", "url": reverse("scoring:codes")}]


@require_safe
def codes(request: HttpRequest) -> HttpResponse:
    """Which category each code falls into, and the lists that changed it."""
    actor = actor_of(request)
    actor.require(Power.SEE_SCORES)
    form = CodeFilterForm(request.GET or None)
    typed = form.cleaned_data if form.is_bound and form.is_valid() else {}
    found = selectors.codes(
        actor,
        q=typed.get("q", ""),
        category=typed.get("category", ""),
        draft={"yes": True, "no": False}.get(typed.get("draft", "")),
    )
    context = {
        "filters": form,
        "page": page_of(found, request.GET.get("page"), 50),
        "lists": selectors.lists(actor)[:20],
        "may_propose": actor.may(Power.APPROVE_SCORE_MODEL),
    }
    return render(request, "scoring/codes.html", context)


@require_http_methods(GET_POST)
def change_code(request: HttpRequest, ho_code: str) -> HttpResponse:
    """Propose another category for one code."""
    actor = actor_of(request)
    actor.require(Power.APPROVE_SCORE_MODEL)
    row = selectors.one_code(actor, ho_code)
    now = {
        "ror_category": row.ror_category,
        "da_category": row.da_category,
        "neighbourhood_crime": row.neighbourhood_crime,
    }
    form = CodeForm(request.POST or None, initial=now)
    if request.method == "POST" and form.is_valid():
        made: list[OffenceList] = []
        with as_service():
            done = carried_out(
                form,
                lambda: made.append(propose_code(ho_code, by=actor, at=clock.now(), **form.cleaned_data)),
            )
        if done:
            messages.success(request, "The change is proposed. Another person decides it.")
            return redirect("scoring:code_list", made[0].pk)
    context = {
        "heading": f"Map {row.ho_code} otherwise",
        "form": form,
        "intro": f"{row.category}: {row.sub_category}",
        "submit_label": "Propose the change",
        "back_url": reverse("scoring:codes"),
        "cancel_url": reverse("scoring:codes"),
    }
    return render(request, "components/form_page.html", context)


@require_http_methods(GET_POST)
def code_list(request: HttpRequest, list_id: int) -> HttpResponse:
    """One proposed list, code by code, and the decision of another person with a note."""
    actor = actor_of(request)
    actor.require(Power.SEE_SCORES)
    row = selectors.one_list(actor, list_id)
    is_open = row.status == OffenceList.Status.PROPOSED
    may_decide = actor.may(Power.APPROVE_SCORE_MODEL) and is_open and row.proposed_by_id != actor.user_id
    form = DecideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        act = partial(
            decide_codes,
            row.pk,
            by=actor,
            at=clock.now(),
            approve=typed["decision"] == "approve",
            note=typed["note"],
        )
        with as_service():
            done = carried_out(form, act)
        if done:
            messages.success(request, "The decision is recorded.")
            return redirect("scoring:code_list", row.pk)
    elif request.method == "POST":
        actor.require(Power.APPROVE_SCORE_MODEL)
    context = {
        "list": row,
        "page": page_of(row.rows.all(), request.GET.get("page"), 100),
        "form": form if may_decide or form.errors else None,
        "waits_for_another": is_open and row.proposed_by_id == actor.user_id,
        "crumbs": _crumbs(),
    }
    return render(request, "scoring/code_list.html", context)
