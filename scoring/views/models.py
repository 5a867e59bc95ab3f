"""Pages of the versions of the score models: what each says, why, and how two differ (SCO-1)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from iom.accounts.rules import Power
from iom.kernel import clock
from iom.kernel.csv_files import csv_response
from iom.kernel.errors import NotFound
from iom.kernel.reads import reads_nobody
from iom.kernel.step_up import step_up
from scoring.models import ScoreModel
from scoring.permissions import model_named
from scoring.rules.files import ABOUT
from scoring.rules.tables import TABLES, rows_of
from scoring.rules.vocabulary import model_name
from scoring.selectors.versions import content_of, differences, model_lines, version_view
from scoring.views.emerging import actor_of


@require_safe
def model_list(request: HttpRequest) -> HttpResponse:
    """Every score model with its versions."""
    actor = actor_of(request)
    actor.require(Power.SEE_SCORES)
    return render(request, "scoring/models.html", {"lines": model_lines(actor)})


@require_safe
@reads_nobody("signatures on a version of a score, which are about nobody")
def one_version(request: HttpRequest, model: str, version: str) -> HttpResponse:
    """One version: its tables with the reasons, its runs, and who brought it into use."""
    actor = actor_of(request)
    actor.require(Power.SEE_SCORES)
    row = model_named(actor, model, version)
    view = version_view(actor, row, at=clock.now())
    return render(request, "scoring/model.html", {"view": view, "row": row, "crumbs": crumbs_to()})


@require_safe
def changes(request: HttpRequest, model: str, version: str, other: str) -> HttpResponse:
    """What two versions do not say alike, side by side."""
    actor = actor_of(request)
    actor.require(Power.SEE_SCORES)
    old, new = model_named(actor, model, version), model_named(actor, model, other)
    context = {"old": old, "new": new, "name": model_name(model), "tables": differences(old, new)}
    return render(request, "scoring/model_changes.html", context | {"crumbs": crumbs_to(new)})


@require_safe
@step_up("export")
def table_csv(request: HttpRequest, model: str, version: str, table: str) -> HttpResponse:
    """One table of a version as the file by which it is edited; it names nobody."""
    actor = actor_of(request)
    actor.require(Power.SEE_SCORES)
    row = model_named(actor, model, version)
    if table not in TABLES:
        raise NotFound
    columns = TABLES[table].columns
    lines = [
        [row.code, row.version, *(line[column] for column in columns)]
        for line in rows_of(table, content_of(row))
    ]
    return csv_response(f"{model}-{version}-{table}.csv", [*ABOUT, *columns], lines)


def crumbs_to(row: ScoreModel | None = None) -> list[dict[str, str]]:
    """The way back to the list of models, and to a version."""
    found = [{"label": "Score models", "url": reverse("scoring:models")}]
    if row:
        found.append({"label": str(row), "url": address_of(row)})
    return found


def address_of(row: ScoreModel) -> str:
    """The page of a version."""
    return reverse("scoring:model", args=[row.code, row.version])
