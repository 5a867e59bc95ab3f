"""Reading the audit."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from iom.audit.forms import AuditFilterForm
from iom.audit.permissions import SEE_AUDIT, reads_everything
from iom.audit.rules import EXPORT_LIMIT
from iom.audit.selectors import act_detail, export, page_of_acts
from iom.audit.services import look
from iom.kernel import clock
from iom.kernel.csv_files import csv_response
from iom.kernel.step_up import step_up

HEADS = ("When (UTC)", "Who", "Role", "Agency", "Kind", "What", "People", "Others not named", "Reason")


@require_safe
def act_list(request: HttpRequest) -> HttpResponse:
    """Who looked at or changed whom, when and why."""
    actor = request.actor  # type: ignore[attr-defined]
    actor.require(SEE_AUDIT)
    form = AuditFilterForm(request.GET or None)
    page = page_of_acts(
        actor, form.filters(), after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    look(request, subjects=page.subject_ids, what="audit")
    context = {"filters": form, "page": page, "everything": reads_everything(actor), "limit": EXPORT_LIMIT}
    return render(request, "audit/act_list.html", context)


@require_safe
def act_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One act: all its people, and for auditors what changed in which row."""
    actor = request.actor  # type: ignore[attr-defined]
    actor.require(SEE_AUDIT)
    found = act_detail(actor, pk)
    look(request, subjects=[person.person_id for person in found.row.people], what="audit entry")
    crumbs = [{"label": "Audit", "url": reverse("audit:act_list")}]
    return render(request, "audit/act_detail.html", {"found": found, "act": found.row, "crumbs": crumbs})


@require_safe
@step_up("export")
def act_export(request: HttpRequest) -> HttpResponse:
    """The filtered acts as a CSV file; the export is itself an act."""
    actor = request.actor  # type: ignore[attr-defined]
    actor.require(SEE_AUDIT)
    rows = export(actor, AuditFilterForm(request.GET or None).filters())
    look(request, subjects=[p.person_id for row in rows for p in row.people], kind="export", what="audit")
    name = f"audit-{clock.today():%Y-%m-%d}.csv"
    return csv_response(
        name,
        HEADS,
        [
            (
                row.at.isoformat(timespec="seconds"),
                row.who,
                row.role,
                row.agency,
                row.kind,
                row.sentence,
                "; ".join(f"{person.name} ({person.reference})" for person in row.people),
                row.more,
                row.reason,
            )
            for row in rows
        ],
    )
