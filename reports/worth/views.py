"""The doors of the reports on how scores turned out (SCO-7)."""

from typing import Any

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
from iom.kernel.errors import NotFound
from iom.kernel.pagination import page_of
from iom.kernel.step_up import step_up
from reports.services import Format
from reports.worth.forms import EvaluationForm
from reports.worth.models import ScoreEvaluation
from reports.worth.permissions import access_evaluation, may_ask
from reports.worth.selectors import words
from reports.worth.selectors.report import codes_in_use, evaluation_rows, report_of
from reports.worth.services.asking import ask_to_evaluate
from reports.worth.services.taking_out import export_evaluation

LABELS = {Format.PDF: "PDF", Format.CSV: "CSV", Format.JSON: "JSON"}


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.require(Power.SEE_WORTH)
    return actor


@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """Every report there is, the newest first, and those that are being made."""
    actor = _actor(request)
    page = page_of(evaluation_rows(actor, code=request.GET.get("model", "")), request.GET.get("page"))
    context = {"page": page, "may_ask": may_ask(actor), "words": words}
    return render(request, "reports/worth_list.html", context)


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a look back; its page shows how far it is."""
    actor = _actor(request)
    actor.require(Power.DRAFT_SCORE_MODEL)
    form = EvaluationForm(request.POST or None, codes=codes_in_use(actor))
    if request.method == "POST" and form.is_valid():
        typed, made = form.cleaned_data, []

        def act() -> None:
            made.append(
                ask_to_evaluate(
                    typed["model"],
                    months=typed["months"],
                    as_of=typed["as_of"],
                    by=actor,
                    on=clock.today(),
                    at=clock.now(),
                )
            )

        if carried_out(form, act):
            messages.success(request, "The background begins with it within half a minute.")
            return redirect("worth:report", made[0].pk)
    back = reverse("worth:reports")
    context = {
        "form": form,
        "heading": "Look back with a score model",
        "intro": "Everybody is put in order as the list of that day would have had them, and those who offended"
        " afterwards are looked for. No score changes and no alert is raised.",
        "submit_label": "Look back",
        "back_url": back,
        "cancel_url": back,
    }
    return render(request, "components/form_page.html", context)


@require_safe
def report(request: HttpRequest, evaluation_id: int) -> HttpResponse:
    """One report, or how far it is."""
    actor = _actor(request)
    row = access_evaluation(actor, evaluation_id)
    look(request, subjects=[], what="worth of a score model")
    context: dict[str, Any] = {"evaluation": row, "crumbs": _crumbs(), "words": words}
    if row.status != ScoreEvaluation.Status.DONE:
        return render(request, "reports/worth_waits.html", context)
    context |= {"report": report_of(row), "downloads": _downloads(row, actor)}
    return render(request, "reports/worth.html", context)


def _crumbs() -> list[dict[str, str]]:
    return [{"label": "Worth of the scores", "url": reverse("worth:reports")}]


def _downloads(row: ScoreEvaluation, actor: Actor) -> list[dict[str, str]]:
    if not actor.may(Power.DOWNLOAD_REPORTS):
        return []
    address = reverse("worth:download", args=[row.pk])
    return [{"label": LABELS[one], "url": f"{address}?format={one.value}"} for one in Format]


@require_safe
@step_up("export")
def download(request: HttpRequest, evaluation_id: int) -> HttpResponse:
    """The report as PDF, CSV or JSON."""
    actor = _actor(request)
    chosen = request.GET.get("format", Format.PDF.value)
    if chosen not in set(Format):
        raise NotFound
    made = export_evaluation(evaluation_id, Format(chosen), by=actor, at=clock.now())
    response = HttpResponse(made.content, content_type=made.content_type)
    response["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return response
