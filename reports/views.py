"""The doors of the compliance report: dashboard, the cases behind a figure, downloads (CMP-8, RPT-1)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.audit.services import look
from iom.kernel import clock
from iom.kernel.errors import Invalid, NotFound
from iom.kernel.pagination import page_of
from iom.kernel.reads import reads_nobody
from iom.kernel.step_up import step_up
from iom.working_days.review_windows import Reading
from reports import links
from reports.compliance import (
    ComplianceReport,
    Question,
    build_from,
    cases_behind,
    districts_of,
    entries_behind,
    question,
    words,
)
from reports.compliance.cases import JUDGED_MEASURE, TAB_MEASURES
from reports.compliance.chart import CHART_TITLE, chart, chart_heads, chart_rows
from reports.compliance.figures import FORCE, Row
from reports.forms import ComplianceFilterForm
from reports.rules import MEASURES, REQUIREMENT_OF, REQUIREMENTS
from reports.services import Format, export_compliance


def _form(request: HttpRequest, actor: Actor) -> ComplianceFilterForm:
    """The filter form; a district that is absent or not the reader's is the same answer: not found."""
    districts = districts_of(actor)
    asked = request.GET.get("district", "")
    known = {d.code for d in districts} | ({FORCE} if actor.force_wide else set())
    if asked and asked not in known:
        raise NotFound
    return ComplianceFilterForm(
        request.GET, districts=districts, force_wide=actor.force_wide, on=clock.today()
    )


def _question(form: ComplianceFilterForm, actor: Actor) -> Question:
    """The question the form asks; Invalid with the form's own sentences where it makes no sense."""
    if not form.is_valid():
        raise Invalid({name: [str(text) for text in texts] for name, texts in form.errors.items()})
    from_on, to_on = form.dates()
    code = form.cleaned_data.get("district") or None
    return question(actor, unit_code=code, from_on=from_on, to_on=to_on, on=form.on, districts=form.districts)


@require_safe
@reads_nobody("figures; the cases behind them are a page of their own")
def compliance(request: HttpRequest) -> HttpResponse:
    """The dashboard: every requirement by district, team and manager, each figure leading to its cases."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.require(Power.SEE_COMPLIANCE)
    form = _form(request, actor)
    if not form.is_valid():
        return render(request, "reports/compliance.html", {"form": form, "report": None})
    report = build_from(_question(form, actor))
    context = {
        "form": form,
        "report": report,
        "words": words,
        "outcomes": words.outcomes_explained(),
        "chart": chart(report),
        "chart_title": CHART_TITLE,
        "chart_heads": chart_heads(report),
        "chart_rows": chart_rows(report),
        "heads": [MEASURES[measure] for measure in links.HEADS],
        "tiles": _tiles(report),
        **_tables(report),
        **_tab(report),
        "downloads": _downloads(report) if actor.may(Power.DOWNLOAD_REPORTS) else [],
    }
    return render(request, "reports/compliance.html", context)


def _tiles(report: ComplianceReport) -> list[dict[str, Any]]:
    row, counts = Row(report.district_name, report.all, ()), report.all
    shown = (
        ("due", "due in the period", "", ""),
        ("met", "met in time", f"{counts.rate.words} of those judged" if counts.judged else "", "good"),
        ("late", "met late", "", "warning"),
        ("missed", "missed", "", "warning"),
        ("open", "open", "not yet due", ""),
        ("extended", "extended", f"{counts.met_extended:,} met by the new date", ""),
    )
    made = []
    for measure, label, hint, tone in shown:
        figure = links.figure(report, row, measure)
        made.append({"label": label, "figure": figure, "hint": hint, "tone": tone if figure.number else ""})
    return made


def _tables(report: ComplianceReport) -> dict[str, Any]:
    total = Row(report.district_name, report.all, ())
    return {
        "by_requirement": [
            links.line(report, row, row.requirement.code, row.requirement.words)
            for row in report.by_requirement
            if row.requirement
        ],
        "by_district": [links.line(report, row, row.name) for row in report.by_district],
        "by_both": [
            (
                requirement,
                [
                    links.line(report, r, r.name)
                    for r in report.by_district_and_requirement
                    if r.requirement == requirement
                ],
            )
            for requirement in REQUIREMENTS
        ],
        "by_desk": [
            links.line(report, row, row.desk.manager, row.desk.team, row.district.name)
            for row in report.by_desk
            if row.desk and row.district
        ],
        "total": links.line(report, total, report.district_name),
    }


def _tab(report: ComplianceReport) -> dict[str, Any]:
    rows = [*report.tabs, *([] if report.district else [(None, report.tab)])]
    return {
        "tab_rows": [
            {
                "name": district.name if district else report.district_name,
                "now": links.tab_now(report, district, figures),
                "next_due_on": figures.next_due_on,
                "readings": [links.tab_figures(report, district, figures, reading) for reading in Reading],
                "windows": [(figures.of(r).windows_failed, figures.of(r).windows) for r in Reading],
            }
            for district, figures in rows
        ]
    }


def _downloads(report: ComplianceReport) -> list[dict[str, str]]:
    address = reverse("reports:compliance_download")
    labels = {Format.PDF: "PDF report", Format.CSV: "CSV", Format.JSON: "JSON"}
    return [
        {"label": labels[f], "url": f"{address}?{links.asked_again(report, format=f.value)}"} for f in Format
    ]


@require_safe
def compliance_cases(request: HttpRequest) -> HttpResponse:
    """The cases behind one figure; as many as the figure says."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.require(Power.SEE_COMPLIANCE)
    asked = _question(_form(request, actor), actor)
    measure, at = request.GET.get("measure", ""), request.GET.get("at", "")
    kind, manager = request.GET.get("requirement", ""), request.GET.get("manager", "")
    known = {*MEASURES, JUDGED_MEASURE, *TAB_MEASURES}
    if (
        measure not in known
        or (kind and kind not in set(REQUIREMENT_OF))
        or (at and at not in {d.code for d in asked.districts})
        or (manager and not (manager.isascii() and manager.isdigit() and len(manager) < 18))
    ):
        raise NotFound
    on_tab = measure in TAB_MEASURES
    found: list[Any] = (
        list(entries_behind(asked, measure, at=at))
        if on_tab
        else list(cases_behind(asked, measure, at=at, kind=kind, manager=int(manager) if manager else None))
    )
    page = page_of(found, request.GET.get("page"), size=50)
    look(request, subjects=[row.person_id for row in page.rows], what="compliance cases")
    context = {
        "asked": asked,
        "on_tab": on_tab,
        "measure": {**MEASURES, **TAB_MEASURES}.get(measure, "Judged"),
        "requirement": next((r for r in REQUIREMENTS if r.kind == kind), None),
        "place": next(
            (d.name for d in asked.districts if d.code == at), asked.district.name if asked.district else ""
        ),
        "manager": found[0].manager if manager and found and not on_tab else "",
        "page": page,
        "number": len(found),
        "rows": [(row, None if on_tab else row.days_late(asked.on)) for row in page.rows],
        "crumbs": [{"label": "Compliance", "url": f"{reverse('reports:compliance')}?{_back(request)}"}],
    }
    return render(request, "reports/compliance_cases.html", context)


def _back(request: HttpRequest) -> str:
    query = request.GET.copy()
    for name in ("measure", "at", "requirement", "manager", "page"):
        query.pop(name, None)
    return query.urlencode()


@require_safe
@step_up("export")
def compliance_download(request: HttpRequest) -> HttpResponse:
    """The report as PDF, CSV or JSON; the download is recorded with the people it lists."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.require(Power.SEE_COMPLIANCE)
    actor.require(Power.DOWNLOAD_REPORTS)
    asked = _question(_form(request, actor), actor)
    chosen = request.GET.get("format", "")
    if chosen not in set(Format):
        raise NotFound
    made = export_compliance(asked, Format(chosen), by=actor, at=clock.now())
    response = HttpResponse(made.content, content_type=made.content_type)
    response["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return response
