"""The compliance report: one `build` for page, CSV, JSON and PDF, and the cases behind every figure (CMP-8, RPT-1)."""

from reports.compliance.build import build, build_from
from reports.compliance.cases import cases_behind, entries_behind, late_and_missed
from reports.compliance.facts import Question, districts_of, question
from reports.compliance.figures import FORCE, ComplianceReport, District

__all__ = [
    "FORCE",
    "ComplianceReport",
    "District",
    "Question",
    "build",
    "build_from",
    "cases_behind",
    "districts_of",
    "entries_behind",
    "late_and_missed",
    "question",
]
