"""When a case is looked at again (REF-7)."""

from collections.abc import Mapping
from datetime import date, timedelta

# Calendar days between reviews by cohort of the three-cohort model and ROR grade. The policy gives no figure:
# every number here is a default for a deployment to change.
REVIEW_DAYS: Mapping[tuple[str, str], int] = {
    ("reoffending", "high"): 42,
    ("reoffending", "medium"): 56,
    ("reoffending", "low"): 84,
    ("harm", ""): 42,
    ("statutory", ""): 84,
}
DEFAULT_REVIEW_DAYS = 56
LONG_STAY_DAYS = 730  # default: a stay that a board should look at (LEI: not kept "for long periods")

ACCESS_LAPSES_AFTER = timedelta(days=28)
"""How long an agency still sees a person whose case has closed: a default, the policy gives no figure (NEW-4)."""


def review_days(cohort: str, grade: str, table: Mapping[tuple[str, str], int] = REVIEW_DAYS) -> int:
    """Calendar days to the next review; the cohort's own row first, then the default."""
    grade = grade.lower()
    return table.get((cohort, grade)) or table.get((cohort, "")) or DEFAULT_REVIEW_DAYS


def next_review(on: date, *, cohort: str, grade: str) -> date:
    """The date by which a case placed or reviewed on `on` is reviewed next."""
    return on + timedelta(days=review_days(cohort, grade))


def is_long_stay(selected_on: date, on: date) -> bool:
    """Whether the person has been in the scheme so long that a board should look at it."""
    return (on - selected_on).days >= LONG_STAY_DAYS
