"""How the compliance report explains itself, the same on page and in the PDF (RPT-1)."""

from reports.compliance.figures import ComplianceReport
from reports.rules import OUTCOME_MEANINGS, OUTCOME_NAMES, OUTCOMES, REQUIREMENTS, SMALL_NUMBER_WARNING

TITLE = "Compliance report"
HOW_COUNTED: tuple[str, ...] = (
    "A deadline belongs to the period in which the date in force falls, first and last day included. "
    "Every deadline is counted exactly once.",
    "The date in force is the policy's own date, 7 working days after the act, or the later date that supervision "
    "set with a reason before the first had passed. Working days are those of England and Wales.",
    "The percentage is those met by the policy's own date, of those that can be judged: neither open nor ended before "
    "they were due. Met late is not met. Those met by an extended date are shown beside and are not in it.",
    "“Extended” is not a further outcome: each extended deadline is also counted under how it was judged by its "
    "extended date.",
    "A case counts in the district that holds it and under its present manager: the police manager, or the partner "
    "agency's where there is none. A manager's team is the present one.",
    "The figures cover the cases that whoever made the report may see.",
    SMALL_NUMBER_WARNING,
)
READINGS: tuple[tuple[str, str, str], ...] = (
    (
        "calendar",
        "Calendar reading",
        "“No fewer than two occasions during a seven-day period”: at least two days of review in every 7 days in a "
        "row. This is the strict reading, and reminders chase its date.",
    ),
    (
        "working",
        "Working-day reading",
        "“Twice in a 7 working day period”: at least two days of review in every 7 working days in a row. Whoever "
        "meets the calendar reading meets this one.",
    ),
)
HOW_TAB_IS_COUNTED: tuple[str, ...] = (
    "The policy says two things about reviewing the emerging-threat tab, so both are worked out.",
    "A review is an outcome with a rationale by IOM supervision. Two reviews on one day are one occasion; reviews at "
    "weekends count.",
    "Each person's entry is judged by every complete window that lies wholly within their stay on the tab and ends in "
    "the period. One window with too few reviews fails the entry. A stay shorter than a window is not judged, nor is "
    "a day that is not over.",
)
HOW_TO_COMPARE = (
    "The seal is the SHA-256 of all figures, the period and the district. Two copies with the same seal hold the same "
    "figures, whatever their format. The JSON download holds the sealed text itself under “sealed”."
)


def outcomes_explained() -> list[tuple[str, str]]:
    """Each outcome with its definition."""
    return [(OUTCOME_NAMES[what], OUTCOME_MEANINGS[what]) for what in OUTCOMES]


def requirements_explained() -> list[tuple[str, str, str]]:
    """Code, words and clause of each requirement."""
    return [(r.code, r.words, r.clause) for r in REQUIREMENTS]


def heading(report: ComplianceReport) -> str:
    """ "Compliance report: North"."""
    return f"{TITLE}: {report.district_name}"
