"""Taking a report out of the product: made and recorded in one transaction (RPT-1, SHR-3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.audit.services import record
from reports.audit import COMPLIANCE_EXPORTED
from reports.compliance import ComplianceReport, Question, build_from, late_and_missed
from reports.compliance.exports import MOST_LISTED, as_csv, as_json, as_pdf


class Format(StrEnum):
    """What a report can be taken out as."""

    PDF = "pdf"
    CSV = "csv"
    JSON = "json"


CONTENT_TYPES: Mapping[Format, str] = {
    Format.PDF: "application/pdf",
    Format.CSV: "text/csv; charset=utf-8",
    Format.JSON: "application/json",
}


@dataclass(frozen=True)
class Export:
    """A finished file, and the report it was made from."""

    name: str
    content_type: str
    content: bytes
    report: ComplianceReport


def export_compliance(
    asked: Question,
    chosen: Format,
    *,
    by: Actor,
    at: datetime,
    made_by: str = "",
    most_listed: int = MOST_LISTED,
) -> Export:
    """The compliance report as a file; the audit keeps who took it out, its seal and the people it lists.

    `made_by` is the name printed on it, the actor's own unless the system makes it for somebody. A PDF lists at
    most so many of the cases that were missed or met late.
    """
    by.require(Power.DOWNLOAD_REPORTS)
    report, cases = build_from(asked), late_and_missed(asked)
    name = made_by or f"{by.name}, {by.role_label}"
    listed = {Format.PDF: cases[:most_listed], Format.JSON: cases, Format.CSV: []}[chosen]
    match chosen:
        case Format.PDF:
            content = as_pdf(report, cases, made_by=name, made_at=at, most_listed=most_listed)
        case Format.CSV:
            content = as_csv(report, made_by=name, made_at=at)
        case Format.JSON:
            content = as_json(report, cases, made_by=name, made_at=at)
    record(
        COMPLIANCE_EXPORTED,
        by=by,
        kind="export",
        subjects=[case.person_id for case in listed],
        detail={
            "format": chosen.value,
            "district": report.district_code,
            "from": report.from_on.isoformat(),
            "to": report.to_on.isoformat(),
            "seal": report.seal,
            "made_by": name,
        },
    )
    return Export(_file_name(report, chosen), CONTENT_TYPES[chosen], content, report)


def _file_name(report: ComplianceReport, chosen: Format) -> str:
    return f"compliance-{report.district_code}-{report.from_on.isoformat()}-{report.to_on.isoformat()}.{chosen.value}"
