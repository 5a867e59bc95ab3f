"""Reading the audit, and the seals over it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from iom.audit.anchors import last_anchor
from iom.audit.audit import ANCHOR
from iom.audit.forms import AuditFilterForm, ExportForm
from iom.audit.permissions import SEE_AUDIT, SEE_SEALS, reads_everything
from iom.audit.rules import EXPORT_LIMIT
from iom.audit.sections import sections_for
from iom.audit.selectors import act_detail, export, last_verifications, page_of_acts, seals
from iom.audit.services import look, record
from iom.kernel import clock
from iom.kernel.csv_files import csv_response
from iom.kernel.errors import NotFound
from iom.kernel.pagination import page_of
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
    context = {
        "filters": form,
        "page": page,
        "everything": reads_everything(actor),
        "sections": sections_for(actor, "audit:act_list"),
    }
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


@require_http_methods(["GET", "POST"])
@step_up("export")
def act_export(request: HttpRequest) -> HttpResponse:
    """The filtered acts as a CSV file, for a reason; the export is itself an act."""
    actor = request.actor  # type: ignore[attr-defined]
    actor.require(SEE_AUDIT)
    form = ExportForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        back = f"{reverse('audit:act_list')}?{request.GET.urlencode()}"
        context = {
            "heading": "Download the audit",
            "form": form,
            "submit_label": "Download as CSV",
            "intro": f"The file holds the acts that the filters leave, the newest {EXPORT_LIMIT:,} at most.",
            "back_url": back,
            "cancel_url": back,
        }
        return render(request, "components/form_page.html", context)
    rows = export(actor, AuditFilterForm(request.GET or None).filters())
    people = [person.person_id for row in rows for person in row.people]
    look(request, subjects=people, kind="export", what="audit", reason=form.cleaned_data["reason"])
    return csv_response(
        f"audit-{clock.today():%Y-%m-%d}.csv",
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


@require_safe
def seal_list(request: HttpRequest) -> HttpResponse:
    """The seals, the last verifications, and the anchor to keep elsewhere."""
    actor = request.actor  # type: ignore[attr-defined]
    actor.require(SEE_SEALS)
    context = {
        "page": page_of(seals(), request.GET.get("page")),
        "anchor": last_anchor(),
        "verifications": last_verifications(),
        "sections": sections_for(actor, "audit:seal_list"),
    }
    return render(request, "audit/seal_list.html", context)


@require_safe
@step_up("export")
def anchor(request: HttpRequest) -> HttpResponse:
    """The anchor of the last seal as a file, for `audit_verify --anchor`."""
    actor = request.actor  # type: ignore[attr-defined]
    actor.require(SEE_SEALS)
    found = last_anchor()
    if found is None:
        raise NotFound
    record(ANCHOR, by=actor, kind="export", detail={"seal": found.number})
    response = HttpResponse(found.json + "\n", content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="audit-anchor-{found.number}.json"'
    return response
