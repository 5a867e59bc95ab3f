"""The one place that reads sex, ethnicity and age beside scores: as counts, with the rights of a class of its own.

`iom_fairness` may read no name, no score of anybody and no other table; what it counts is kept only once small groups
have been left out (NEW-9, PER-7, scoring.md 2.13 and 2.15).
"""

from datetime import timedelta
from typing import Any

from django.db import connection

from iom.kernel.rights import rights_of
from scoring.models import ScoreComparison
from scoring.rules.bands import standings
from scoring.rules.fairness import (
    AGE,
    AGE_FROM,
    ARRESTED_SINCE_DAYS,
    ARRESTED_STATUSES,
    ETHNICITY,
    SEX,
    Count,
    report,
)
from scoring.rules.vocabulary import SCORING_ROLES
from scoring.services.models import config_of

FAIRNESS_ROLE = "iom_fairness"
GROUPED = {
    SEX: "p.sex",
    ETHNICITY: "coalesce(nullif(left(e.ethnicity, 1), ''), 'N')",
    AGE: "CASE "
    + " ".join(
        f"WHEN p.date_of_birth <= %(as_of)s::date - interval '{years} years' THEN '{years}'"
        for years in reversed(AGE_FROM)
    )
    + " ELSE '' END",
}
_WHO = """
FROM scoring_compared c
JOIN persons_person p ON p.id = c.person_id
LEFT JOIN persons_equalityrecord e ON e.person_id = c.person_id
WHERE c.comparison_id = %(comparison)s
"""
ARRESTED_THEN = """
AND EXISTS (
    SELECT 1 FROM scoring_event v
    WHERE v.person_id = c.person_id AND v.role = ANY (%(roles)s)
      AND v.occurred_on BETWEEN %(since)s AND %(as_of)s
      AND (v.family = 'arrest_other' OR v.status = ANY (%(statuses)s)))
"""


def fairness_of(comparison: ScoreComparison) -> dict[str, Any]:
    """Selection into each grade by group under both versions, small groups left out."""
    values: dict[str, Any] = {
        "comparison": comparison.pk,
        "as_of": comparison.as_of,
        "since": comparison.as_of - timedelta(days=ARRESTED_SINCE_DAYS),
        "roles": list(SCORING_ROLES),
        "statuses": list(ARRESTED_STATUSES),
    }
    counts: list[Count] = []
    arrested: dict[tuple[str, str], int] = {}
    with rights_of(FAIRNESS_ROLE), connection.cursor() as cursor:
        for table, group in GROUPED.items():
            cursor.execute(
                f"SELECT {group}, c.old_band, c.new_band, count(*) {_WHO} GROUP BY 1, 2, 3", values
            )
            counts += [Count(table, *row) for row in cursor.fetchall()]
            cursor.execute(f"SELECT {group}, count(*) {_WHO} {ARRESTED_THEN} GROUP BY 1", values)
            arrested |= {(table, found): people for found, people in cursor.fetchall()}
    old = standings(config_of(comparison.against)) if comparison.against else []
    return report(counts, arrested, old=old, new=standings(config_of(comparison.score_model)))
