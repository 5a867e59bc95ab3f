"""Writing a draft of a score model, and the steps it takes towards use (SCO-1, SCO-4)."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from iom.accounts.rules import Power
from iom.kernel import clock
from iom.kernel.doors import carried_out
from iom.kernel.errors import Invalid, NotFound
from iom.kernel.forms import GovukForm
from iom.kernel.reads import reads_nobody
from iom.kernel.step_up import step_up
from scoring.forms import StepForm, TableFileForm, TableForm, VersionForm
from scoring.models import ScoreModel
from scoring.permissions import model_named, models_visible_to
from scoring.rules.config import BadModel
from scoring.rules.files import read_table
from scoring.rules.lifecycle import VERSION_STEPS, next_version
from scoring.rules.tables import TABLES, rows_of
from scoring.selectors.versions import SHOWN, content_of
from scoring.services import adoption
from scoring.services.drafts import access_own_draft, change_draft, edition, start_draft
from scoring.views.emerging import actor_of
from scoring.views.models import address_of, crumbs_to


@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, model: str, version: str) -> HttpResponse:
    """Begin a draft that says what this version says."""
    actor = actor_of(request)
    actor.require(Power.DRAFT_SCORE_MODEL)
    row = model_named(actor, model, version)
    existing = list(models_visible_to(actor).filter(code=model).values_list("version", flat=True))
    numbers = {step: next_version(existing, step) for step in VERSION_STEPS}
    form = VersionForm(request.POST if request.method == "POST" else None, versions=numbers)
    made: list[ScoreModel] = []

    def act() -> object:
        made.append(start_draft(row.pk, step=form.cleaned_data["step"], by=actor))
        return made[0]

    if request.method == "POST" and form.is_valid() and carried_out(form, act):
        messages.success(request, f"Draft {made[0]} begun.")
        return redirect(address_of(made[0]))
    intro = "The draft begins with every number and reason of this version. Nobody is scored with it yet."
    return _page(request, form, f"Draft a new version from {row}", "Begin the draft", row, intro=intro)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, model: str, version: str, table: str) -> HttpResponse:
    """Change one table of one's own draft."""
    actor = actor_of(request)
    actor.require(Power.DRAFT_SCORE_MODEL)
    row = model_named(actor, model, version)
    if table not in TABLES:
        raise NotFound
    access_own_draft(row.pk, by=actor)
    form = TableForm(
        request.POST if request.method == "POST" else None,
        table=TABLES[table],
        rows=rows_of(table, content_of(row)),
        initial={"seen": edition(row)},
    )

    def act() -> object:
        return change_draft(row.pk, table=table, rows=form.rows(), seen=form.cleaned_data["seen"], by=actor)

    if request.method == "POST" and form.is_valid() and carried_out(form, act):
        messages.success(request, f"{TABLES[table].title} changed.")
        return redirect(address_of(row))
    context = {
        "form": form,
        "row": row,
        "table": TABLES[table],
        "heads": [SHOWN[column] for column in TABLES[table].columns],
        "crumbs": crumbs_to(row),
        "back": address_of(row),
    }
    return render(request, "scoring/model_edit.html", context)


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, model: str, version: str) -> HttpResponse:
    """Replace one table of one's own draft by a file."""
    actor = actor_of(request)
    actor.require(Power.DRAFT_SCORE_MODEL)
    row = model_named(actor, model, version)
    access_own_draft(row.pk, by=actor)
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = TableFileForm(*sent, initial={"seen": edition(row)})

    def act() -> object:
        typed = form.cleaned_data
        try:
            rows = read_table(typed["table"], typed["file"].read(), code=row.code, version=row.version)
        except BadModel as bad:
            raise Invalid({"file": bad.problems}) from bad
        return change_draft(row.pk, table=typed["table"], rows=rows, seen=typed["seen"], by=actor)

    if request.method == "POST" and form.is_valid() and carried_out(form, act):
        messages.success(request, "The table is as the file says.")
        return redirect(address_of(row))
    return _page(request, form, f"Replace a table of {row} by a file", "Replace", row, upload=True)


@require_http_methods(["GET", "POST"])
@step_up("score_model")
def shadow(request: HttpRequest, model: str, version: str) -> HttpResponse:
    """Let a draft run beside the active version."""
    intro = (
        "From now on the version cannot be changed. It is scored every night beside the active one; no list and no"
        " alert shows it."
    )
    return _step(request, model, version, adoption.shadow_model, "Run beside the active version", intro)


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, model: str, version: str) -> HttpResponse:
    """Give a version up before it was used."""
    intro = "It stays readable and is never used."
    return _step(request, model, version, adoption.withdraw_model, "Withdraw", intro)


@require_http_methods(["GET", "POST"])
@step_up("score_model")
@reads_nobody("whether a signature waits for a version of a score, which is about nobody")
def ask(request: HttpRequest, model: str, version: str) -> HttpResponse:
    """Ask for the second signature that brings a version into use."""
    intro = "Somebody else, not its author, signs it under Second signature. The version in use then retires."
    return _step(
        request, model, version, adoption.ask_to_activate, "Ask to bring into use", intro, at=clock.now()
    )


def _step(
    request: HttpRequest,
    model: str,
    version: str,
    act: Callable[..., object],
    label: str,
    intro: str,
    **more: Any,
) -> HttpResponse:
    actor = actor_of(request)
    actor.require(Power.DRAFT_SCORE_MODEL)
    row = model_named(actor, model, version)
    form = StepForm(request.POST if request.method == "POST" else None)
    typed = request.method == "POST" and form.is_valid()
    if typed and carried_out(form, lambda: act(row.pk, by=actor, reason=form.cleaned_data["reason"], **more)):
        messages.success(request, f"{label}: done.")
        return redirect(address_of(row))
    return _page(request, form, f"{label}: {row}", label, row, intro=intro)


def _page(
    request: HttpRequest, form: GovukForm, heading: str, label: str, row: ScoreModel, **more: Any
) -> HttpResponse:
    back = address_of(row)
    context = {"form": form, "heading": heading, "submit_label": label, "back_url": back, "cancel_url": back}
    return render(request, "components/form_page.html", context | more)
