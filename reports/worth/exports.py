"""The report of an evaluation as PDF, CSV and JSON: the tables of the page, to the unit (SCO-7)."""

import json
from datetime import datetime
from typing import Any

from iom.kernel.csv_files import csv_text
from reports.pdf import MARKING, render_pdf
from reports.worth.models import ScoreEvaluation
from reports.worth.selectors import words
from reports.worth.selectors.report import Report, report_of
from reports.worth.services.working import sealed


def as_pdf(evaluation: ScoreEvaluation, *, made_by: str, made_at: datetime) -> bytes:
    """The report to keep: tagged, numbered, marked, with the anchor of the audit's last seal."""
    report = report_of(evaluation)
    context = {"report": report, "words": words, "evaluation": evaluation}
    return render_pdf("reports/worth_pdf.html", context, title=report.title, made_by=made_by, made_at=made_at)


def as_csv(evaluation: ScoreEvaluation, *, made_by: str, made_at: datetime) -> bytes:
    """What the report is of, then every table under its title; UTF-8 with a mark, so that spreadsheets read it."""
    report = report_of(evaluation)
    lines: list[list[Any]] = [["Marking", MARKING], ["Made by", made_by], ["Made at", made_at.isoformat()]]
    lines += [[name, value] for name, value in report.facts]
    lines += [["In words", sentence] for sentence in report.in_words]
    lines += [["Mind", words.NOT_ONE_PERSON], *(["Not shown", sentence] for sentence in words.NOT_SHOWN)]
    for table in report.tables:
        lines += [[], [table.title], table.heads, *table.rows]
    return csv_text(["Report", report.title], lines).encode("utf-8-sig")


def as_plain(evaluation: ScoreEvaluation) -> dict[str, Any]:
    """The sealed figures, their seal, and the tables as they are shown."""
    report: Report = report_of(evaluation)
    return {
        "report": "worth",
        "marking": MARKING,
        "title": report.title,
        "sealed": sealed(evaluation),
        "seal": evaluation.digest,
        "in_words": report.in_words,
        "tables": [
            {"name": one.name, "title": one.title, "heads": one.heads, "rows": one.rows}
            for one in report.tables
        ],
        "mind": words.NOT_ONE_PERSON,
        "not_shown": list(words.NOT_SHOWN),
    }


def as_json(evaluation: ScoreEvaluation, *, made_by: str, made_at: datetime) -> bytes:
    """The same for programs."""
    made = {**as_plain(evaluation), "made_by": made_by, "made_at": made_at.isoformat(timespec="seconds")}
    return (json.dumps(made, indent=2, ensure_ascii=False) + "\n").encode()
