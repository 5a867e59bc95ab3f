"""The compliance report as CSV, JSON and PDF: the figures of the page, to the unit (RPT-1, RPT-8)."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from iom.kernel.csv_files import safe_cell
from iom.working_days.review_windows import Reading
from reports.compliance import words
from reports.compliance.cases import CaseBehind
from reports.compliance.chart import CHART_TITLE, chart, chart_heads, chart_rows
from reports.compliance.figures import ComplianceReport, District, Row, TabFigures
from reports.pdf import render_pdf
from reports.rules import OUTCOMES, Counts

MOST_LISTED = 100
"""Cases that a PDF made while somebody waits lists: some ten pages in all."""
COLUMNS = (
    "section",
    "district_code",
    "district",
    "team",
    "manager",
    "requirement_code",
    "requirement",
    "due",
    *(what.value for what in OUTCOMES),
    "judged",
    "percent_met",
    "extended",
    *(f"extended_{what.value}" for what in OUTCOMES),
    "entries",
    "kept",
    "failed",
    "not_judged",
    "windows",
    "windows_failed",
    "on_tab_now",
    "review_overdue_now",
    "next_review_due",
    "period_from",
    "period_to",
    "as_at",
    "made_by",
    "made_at",
    "seal",
)


def as_csv(report: ComplianceReport, *, made_by: str, made_at: datetime) -> bytes:
    """One row for each line of each table; UTF-8 with a mark, so that spreadsheets read it."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, restval="")
    writer.writeheader()
    frame = {
        "period_from": report.from_on.isoformat(),
        "period_to": report.to_on.isoformat(),
        "as_at": report.on.isoformat(),
        "made_by": made_by,
        "made_at": made_at.isoformat(timespec="seconds"),
        "seal": report.seal,
    }
    for line in _lines(report):
        writer.writerow({name: safe_cell(value) for name, value in {**line, **frame}.items()})
    return out.getvalue().encode("utf-8-sig")


def _lines(report: ComplianceReport) -> Iterator[dict[str, Any]]:
    yield {"section": "total", **_place(report.district), **_counts(report.all)}
    sections: Mapping[str, Sequence[Row]] = {
        "requirement": report.by_requirement,
        "district": report.by_district,
        "district_requirement": report.by_district_and_requirement,
        "manager": report.by_desk,
    }
    for section, rows in sections.items():
        for row in rows:
            yield {"section": section, **_row(row, report), **_counts(row.counts)}
    for section, district, figures in (
        ("tab_total", report.district, report.tab),
        *(("tab_district", d, f) for d, f in report.tabs),
    ):
        for reading, name, _ in words.READINGS:
            yield {
                "section": section,
                **_place(district),
                "requirement_code": "CMP-1",
                "requirement": name,
                **_tab(figures, Reading(reading)),
            }


def _place(district: District | None) -> dict[str, Any]:
    return (
        {"district_code": district.code, "district": district.name}
        if district
        else {"district_code": "force"}
    )


def _row(row: Row, report: ComplianceReport) -> dict[str, Any]:
    made = _place(row.district or report.district)
    if row.desk:
        made |= {"team": row.desk.team, "manager": row.desk.manager}
    if row.requirement:
        made |= {"requirement_code": row.requirement.code, "requirement": row.requirement.words}
    return made


def _counts(counts: Counts) -> dict[str, Any]:
    percent = counts.rate.percent
    return {
        "due": counts.due,
        **{what.value: counts.of(what) for what in OUTCOMES},
        "judged": counts.judged,
        "percent_met": "" if percent is None else str(percent),
        "extended": counts.extended,
        **{f"extended_{what.value}": counts.extended_of(what) for what in OUTCOMES},
    }


def _tab(figures: TabFigures, reading: Reading) -> dict[str, Any]:
    one = figures.of(reading)
    return {
        "entries": one.stays,
        "kept": one.kept,
        "failed": one.failed,
        "not_judged": one.not_judged,
        "windows": one.windows,
        "windows_failed": one.windows_failed,
        "on_tab_now": figures.on_tab_now,
        "review_overdue_now": figures.overdue_now,
        "next_review_due": figures.next_due_on.isoformat() if figures.next_due_on else "",
    }


def as_json(
    report: ComplianceReport, cases: Sequence[CaseBehind], *, made_by: str, made_at: datetime
) -> bytes:
    """Every table, the sealed figures themselves, and the cases that were met late or missed, by reference only."""
    made = {
        "report": "compliance",
        "marking": "OFFICIAL-SENSITIVE",
        "district": {"code": report.district_code, "name": report.district_name},
        "period": {"from": report.from_on.isoformat(), "to": report.to_on.isoformat()},
        "as_at": report.on.isoformat(),
        "made_by": made_by,
        "made_at": made_at.isoformat(timespec="seconds"),
        "seal": report.seal,
        "sealed": report.sealed,
        "lines": list(_lines(report)),
        "late_and_missed": [_case_as_plain(case, report) for case in cases],
        "how_counted": [*words.HOW_COUNTED, *words.HOW_TAB_IS_COUNTED, words.HOW_TO_COMPARE],
    }
    return (json.dumps(made, indent=2, ensure_ascii=False) + "\n").encode()


def _case_as_plain(case: CaseBehind, report: ComplianceReport) -> dict[str, Any]:
    return {
        "case": case.case_id,
        "nominal_ref": case.nominal_ref,
        "district": case.district,
        "manager": case.manager,
        "requirement_code": case.requirement.code,
        "outcome": case.outcome.value,
        "extended": case.extended,
        "due_on": case.due_on.isoformat(),
        "met_on": case.met_on.isoformat() if case.met_on else "",
        "days_late": case.days_late(report.on),
    }


def as_pdf(
    report: ComplianceReport,
    cases: Sequence[CaseBehind],
    *,
    made_by: str,
    made_at: datetime,
    most_listed: int = MOST_LISTED,
) -> bytes:
    """The report to keep: tagged, numbered, marked, sealed; where it does not list every case it says so."""
    context = {
        "report": report,
        "words": words,
        "outcomes": words.outcomes_explained(),
        "requirements": words.requirements_explained(),
        "readings": [(name, text, reading) for reading, name, text in words.READINGS],
        "chart": chart(report),
        "chart_title": CHART_TITLE,
        "chart_heads": chart_heads(report),
        "chart_rows": chart_rows(report),
        "tabs": [(name, figures) for name, figures in _tab_rows(report)],
        "by_requirement_and_district": _by_requirement(report),
        "cases": [(case, case.days_late(report.on)) for case in cases[:most_listed]],
        "cases_in_all": len(cases),
        "is_cut": len(cases) > most_listed,
    }
    return render_pdf(
        "reports/compliance_pdf.html", context, title=words.heading(report), made_by=made_by, made_at=made_at
    )


def _by_requirement(report: ComplianceReport) -> list[tuple[Row, list[Row]]]:
    """Each requirement with its line for every district."""
    rows = report.by_district_and_requirement
    return [(one, [r for r in rows if r.requirement == one.requirement]) for one in report.by_requirement]


def _tab_rows(report: ComplianceReport) -> list[tuple[str, TabFigures]]:
    rows = [(district.name, figures) for district, figures in report.tabs]
    return rows if report.district else [*rows, (report.district_name, report.tab)]
