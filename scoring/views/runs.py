"""The runs of the scores, and whether an old one comes out the same today (SCO-4, scoring.md 2.11)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from iom.accounts.rules import Power
from iom.kernel import clock
from iom.kernel.errors import Refused
from iom.kernel.pagination import page_of
from scoring.permissions import access_run
from scoring.selectors.runs import run_rows
from scoring.services.replays import ask_to_replay
from scoring.views.emerging import actor_of
from scoring.views.models import crumbs_to


@require_safe
def run_list(request: HttpRequest) -> HttpResponse:
    """Every run of everybody: what it read, what came of it, and its replays."""
    actor = actor_of(request)
    actor.require(Power.SEE_SCORES)
    page = page_of(run_rows(actor, code=request.GET.get("model", "")), request.GET.get("page"))
    return render(request, "scoring/runs.html", {"page": page, "crumbs": crumbs_to()})


@require_POST
def replay(request: HttpRequest, run_id: int) -> HttpResponse:
    """Ask for a run to be worked out again from what was known then."""
    actor = actor_of(request)
    actor.require(Power.SEE_SCORES)
    run = access_run(actor, run_id)
    try:
        ask_to_replay(run.pk, by=actor, at=clock.now())
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        messages.success(request, f"Run {run.pk} is being worked out again. This page says how it came out.")
    return redirect("scoring:runs")
