"""Taking a report out of the product: made and recorded in one transaction (SCO-7, SHR-3)."""

from dataclasses import dataclass
from datetime import datetime

from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.audit.services import record
from iom.kernel.errors import Refused
from reports.services import CONTENT_TYPES, Format
from reports.worth.audit import EVALUATION_EXPORTED
from reports.worth.exports import as_csv, as_json, as_pdf
from reports.worth.models import ScoreEvaluation
from reports.worth.permissions import access_evaluation

_MAKE = {Format.PDF: as_pdf, Format.CSV: as_csv, Format.JSON: as_json}


@dataclass(frozen=True)
class File:
    """A finished file."""

    name: str
    content_type: str
    content: bytes


def export_evaluation(evaluation_id: int, chosen: Format, *, by: Actor, at: datetime) -> File:
    """The report as a file; it is about nobody, and the audit keeps who took it out and its seal."""
    by.require(Power.SEE_WORTH)
    by.require(Power.DOWNLOAD_REPORTS)
    row = access_evaluation(by, evaluation_id)
    if row.status != ScoreEvaluation.Status.DONE:
        raise Refused("The report is not finished.")
    content = _MAKE[chosen](row, made_by=f"{by.name}, {by.role_label}", made_at=at)
    detail = {"evaluation": row.pk, "format": chosen.value, "seal": row.digest}
    record(EVALUATION_EXPORTED, by=by, kind="export", detail=detail)
    name = f"worth-{row.score_model.code}-{row.as_of.isoformat()}-{row.pk}.{chosen.value}"
    return File(name, CONTENT_TYPES[chosen], content)
