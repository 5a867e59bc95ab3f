"""The night's work: whose record is due for review, in a few statements for everybody (SHR-4).

The statement says what `rules.groups.assess` says of one person; `tests/retention/test_queue.py` ties the two.
"""

from datetime import date
from typing import Any

from django.db import connection

from iom.retention.models import Review
from iom.retention.rules.schedule import GROUP_4, LEAST_GROUP_OF_A_SUSPECT, Schedule
from iom.retention.rules.statuses import ReviewStatus

# One row a person: group, the date the clear period counts from, and when the review is due. Parameters by name.
ASSESSED = """
voided AS MATERIALIZED (
    SELECT DISTINCT person_id, occurrence_ref, category FROM scoring_event
    WHERE occurrence_ref <> '' AND status = ANY(%(void)s) /*events*/
),
event_rows AS (
    SELECT e.person_id, e.category, e.da_category, e.occurred_on, e.status_on, e.status,
        e.role = ANY(%(roles)s) AND e.family = ANY(%(families)s) AND v.person_id IS NULL
            AND (e.status IS NULL OR e.status <> ALL(%(void)s)) AS counts
    FROM scoring_event e
    LEFT JOIN voided v ON v.person_id = e.person_id AND v.occurrence_ref = e.occurrence_ref
        AND v.category = e.category
    WHERE true /*e.events*/
),
event_facts AS (
    SELECT person_id, max(occurred_on) AS latest,
        min(CASE WHEN category = ANY(%(group_1)s) OR da_category = ANY(%(group_1)s) THEN 1
                 WHEN category = ANY(%(group_2)s) OR da_category = ANY(%(group_2)s) THEN 2
                 ELSE 3 END) FILTER (WHERE counts) AS grp,
        max(CASE WHEN status = ANY(%(cleared)s) THEN occurred_on
                 ELSE greatest(occurred_on, status_on) END) FILTER (WHERE counts) AS clock
    FROM event_rows GROUP BY person_id
),
statutory_facts AS (
    SELECT person_id, 1 AS grp,
        max(greatest(starts_on, CASE WHEN ends_on <= %(on)s THEN ends_on END)) AS clock
    FROM persons_statutorystatus WHERE kind = ANY(%(statutory_1)s) GROUP BY person_id
),
case_facts AS (
    SELECT c.person_id,
        min(coalesce((SELECT min(CASE WHEN p.scheme || ':' || p.cohort = ANY(%(cohorts_1)s) THEN 1
                                      WHEN p.scheme || ':' || p.cohort = ANY(%(cohorts_2)s) THEN 2 ELSE 3 END)
                      FROM cohorts_placement p WHERE p.case_id = c.id), 3)) AS grp,
        max(greatest(c.selected_on, CASE WHEN c.status = 'closed' THEN c.closed_on END)) AS clock,
        bool_or(c.status <> 'closed') AS is_open
    FROM cohorts_case c GROUP BY c.person_id
),
facts AS (
    SELECT p.id AS person_id, p.date_of_birth, p.created_at, coalesce(c.is_open, false) AS is_open,
        least(e.grp, s.grp, c.grp) AS grp, greatest(e.clock, s.clock, c.clock) AS clock, e.latest
    FROM persons_person p
    LEFT JOIN event_facts e ON e.person_id = p.id
    LEFT JOIN statutory_facts s ON s.person_id = p.id
    LEFT JOIN case_facts c ON c.person_id = p.id
    /*people*/
),
grouped AS MATERIALIZED (
    SELECT person_id, date_of_birth, is_open, coalesce(grp, 4) AS grp,
        CASE WHEN grp IS NOT NULL THEN clock
             ELSE greatest((created_at AT TIME ZONE 'Europe/London')::date, latest) END AS clock
    FROM facts
),
kept AS (
    SELECT DISTINCT ON (person_id) person_id, decided_on, next_on FROM retention_review
    WHERE status = 'retained' ORDER BY person_id, decided_on DESC, id DESC
),
dated AS MATERIALIZED (
    SELECT g.person_id, g.grp, g.clock, g.is_open, k.decided_on,
        (g.clock + make_interval(years => (%(clear_years)s::int[])[g.grp]))::date AS clear_until,
        k.next_on,
        CASE WHEN (%(until_age)s::int[])[g.grp] IS NOT NULL THEN
            CASE WHEN extract(month FROM g.date_of_birth) = 2 AND extract(day FROM g.date_of_birth) = 29
                THEN (g.date_of_birth - 1 + make_interval(years => (%(until_age)s::int[])[g.grp]))::date + 1
                ELSE (g.date_of_birth + make_interval(years => (%(until_age)s::int[])[g.grp]))::date END
        END AS oldest
    FROM grouped g LEFT JOIN kept k ON k.person_id = g.person_id
),
assessed AS (
    SELECT person_id, grp, clock, clear_until,
        CASE WHEN is_open THEN NULL
             WHEN oldest IS NULL OR decided_on >= oldest THEN greatest(clear_until, next_on)
             ELSE least(greatest(clear_until, next_on), oldest) END AS due_on
    FROM dated
)
"""
OF_SOME = {
    "/*events*/": "AND person_id = ANY(%(people)s)",
    "/*e.events*/": "AND e.person_id = ANY(%(people)s)",
    "/*people*/": "WHERE p.id = ANY(%(people)s)",
}


def _of_some(statement: str) -> str:
    """The statement for some people only, so that the others' events are not read."""
    for place, condition in OF_SOME.items():
        statement = statement.replace(place, condition)
    return statement


_OPEN = f"""
WITH {ASSESSED}
INSERT INTO retention_review (person_id, "group", due_on, clear_until, schedule_version, opened_on, status, answers,
                              reason)
SELECT a.person_id, a.grp, a.due_on, a.clear_until, %(version)s, %(on)s, 'open', '{{}}'::jsonb, ''
FROM assessed a
WHERE a.due_on <= %(on)s
ON CONFLICT (person_id) WHERE status IN ('open', 'asked', 'approved') DO NOTHING
"""
_OVERTAKE = f"""
WITH {_of_some(ASSESSED)}
UPDATE retention_review r SET status = 'overtaken'
FROM assessed a
WHERE r.person_id = a.person_id AND r.status = 'open' AND (a.due_on IS NULL OR a.due_on > %(on)s)
    AND NOT EXISTS (SELECT 1 FROM retention_returned t WHERE t.person_id = r.person_id AND t.outcome = 'again')
"""
_ONE = f"WITH {ASSESSED} SELECT person_id, grp, clock, clear_until, due_on FROM assessed ORDER BY person_id"


def parameters(schedule: Schedule, *, on: date, people: list[int] | None = None) -> dict[str, Any]:
    """The schedule as the statement's parameters."""
    numbers = range(1, GROUP_4 + 1)
    return {
        "void": sorted(schedule.void),
        "cleared": sorted(schedule.cleared),
        "families": sorted(schedule.families),
        "roles": sorted(schedule.roles),
        "group_1": schedule.in_group(1),
        "group_2": schedule.in_group(2),
        "statutory_1": sorted(name for name, group in schedule.statutory.items() if group == 1),
        "cohorts_1": sorted(name for name, group in schedule.cohorts.items() if group == 1),
        "cohorts_2": sorted(
            name for name, group in schedule.cohorts.items() if 1 < group < LEAST_GROUP_OF_A_SUSPECT
        ),
        "clear_years": [schedule.groups[number].clear_years for number in numbers],
        "until_age": [schedule.groups[number].until_age for number in numbers],
        "version": schedule.version,
        "on": on,
        "people": people or [],
    }


def open_due_reviews(schedule: Schedule, *, on: date) -> dict[str, int]:
    """Put every record that is due into the queue, once, and take out those that are no longer due."""
    waiting = list(Review.objects.filter(status=ReviewStatus.OPEN).values_list("person_id", flat=True))
    given = parameters(schedule, on=on, people=waiting)
    with connection.cursor() as cursor:
        cursor.execute(_OVERTAKE, given)
        overtaken = cursor.rowcount
        cursor.execute(_OPEN, given)
        opened = cursor.rowcount
    return {"opened": opened, "overtaken": overtaken}


def assessed_in_sql(
    schedule: Schedule, *, on: date, person_id: int | None = None
) -> list[tuple[int, int, date, date, date | None]]:
    """What the statement makes of everybody: person, group, clock, end of the clear period, due date."""
    with connection.cursor() as cursor:
        statement = _ONE if person_id is None else _of_some(_ONE)
        cursor.execute(statement, parameters(schedule, on=on, people=[person_id] if person_id else None))
        rows: list[tuple[int, int, date, date, date | None]] = cursor.fetchall()
    return rows
