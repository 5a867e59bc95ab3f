"""Unusual access, found by one set-based question a kind over the acts of a day (SHR-3)."""

import json
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from iom.audit.rules import day_begins, day_ends
from iom.oversight.models import Finding
from iom.oversight.rules import ACTS_KEPT, Limits, sentence_of

# A user's name may begin with a rank, so it is compared with and without its first word.
# One person's record opened by a user on the day: the case manager's own cases are left out.
_OPENED = """
    opened AS MATERIALIZED (
        SELECT a.id, a.at, a.user_id, a.subjects[1] AS person_id,
               EXISTS (SELECT 1 FROM cohorts_case c WHERE c.person_id = a.subjects[1] AND c.manager_id = a.user_id
                       AND (c.closed_on IS NULL OR c.closed_on >= %(day)s)) AS is_own
          FROM audit_act a
         WHERE a.at >= %(since)s AND a.at < %(until)s AND a.user_id IS NOT NULL AND cardinality(a.subjects) = 1
           AND a.kind IN ('consult', 'search', 'export', 'disclose', 'break_glass'))
"""
_NAMED = """
    named AS (
        SELECT o.id, o.at, o.user_id, o.person_id, o.is_own,
               ARRAY[lower(u.name), lower(regexp_replace(u.name, '^\\S+\\s+', ''))] AS user_names,
               lower(p.given_names || ' ' || p.family_name) AS person_name,
               lower(split_part(p.given_names, ' ', 1) || ' ' || p.family_name) AS short_name,
               lower(p.family_name) AS family_name, lower(regexp_replace(u.name, '^.*\\s', '')) AS user_family
          FROM opened o JOIN accounts_user u ON u.id = o.user_id JOIN persons_person p ON p.id = o.person_id)
"""
_GROUPED = (
    "SELECT user_id, (array_agg(id ORDER BY at, id))[1:%(kept)s], count(*),"
    " jsonb_build_object('people', count(DISTINCT person_id))"
)
QUESTIONS = {
    "many": f"""
    WITH {_OPENED}, today AS (
        SELECT user_id, count(DISTINCT person_id) AS people, count(*) AS acts,
               (array_agg(id ORDER BY at, id))[1:%(kept)s] AS ids FROM opened WHERE NOT is_own GROUP BY user_id),
    before AS (
        SELECT user_id, avg(people) AS own FROM (
            SELECT a.user_id, count(DISTINCT a.subjects[1]) AS people FROM audit_act a
             WHERE a.at >= %(history)s AND a.at < %(since)s AND cardinality(a.subjects) = 1
               AND a.user_id IN (SELECT user_id FROM today WHERE people >= %(many)s)
               AND a.kind IN ('consult', 'search', 'export', 'disclose', 'break_glass')
             GROUP BY a.user_id, (a.at AT TIME ZONE 'Europe/London')::date) d GROUP BY user_id)
    SELECT t.user_id, t.ids, t.acts, jsonb_build_object('people', t.people,
           'own', round(coalesce(b.own, 0)::numeric, 1), 'team', round(coalesce(m.median, 0)::numeric, 1))
      FROM today t LEFT JOIN before b USING (user_id) LEFT JOIN LATERAL (
        SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY coalesce(o.people, 0)) AS median
          FROM agencies_membership mine
          JOIN agencies_membership mate ON mate.team_id = mine.team_id AND mate.user_id <> mine.user_id
           AND mate.starts_on <= %(day)s AND (mate.ends_on IS NULL OR mate.ends_on > %(day)s)
          LEFT JOIN today o ON o.user_id = mate.user_id
         WHERE mine.user_id = t.user_id AND mine.starts_on <= %(day)s
           AND (mine.ends_on IS NULL OR mine.ends_on > %(day)s)) m ON true
     WHERE t.people >= %(many)s AND t.people >= %(many_times_usual)s * coalesce(b.own, 0)
       AND t.people >= %(many_times_usual)s * coalesce(m.median, 0)""",
    "own_name": f"""
    WITH {_OPENED}, {_NAMED} {_GROUPED} FROM named
     WHERE user_names && ARRAY[person_name, short_name] GROUP BY user_id""",
    "colleague": f"""
    WITH {_OPENED}, {_NAMED}, others AS (
        SELECT id, lower(name) AS name FROM accounts_user UNION
        SELECT id, lower(regexp_replace(name, '^\\S+\\s+', '')) FROM accounts_user)
    {_GROUPED} FROM named WHERE NOT user_names && ARRAY[person_name, short_name] AND NOT is_own AND EXISTS (
        SELECT 1 FROM others o WHERE o.name IN (person_name, short_name) AND o.id <> named.user_id) GROUP BY user_id""",
    "family": f"""
    WITH {_OPENED}, {_NAMED} {_GROUPED} FROM named WHERE family_name = user_family AND NOT is_own
       AND NOT user_names && ARRAY[person_name, short_name] GROUP BY user_id""",
    "address": f"""
    WITH {_OPENED}, {_NAMED}, namesakes AS (
        SELECT DISTINCT n.user_id, x.line, x.postcode
          FROM (SELECT DISTINCT user_id, unnest(user_names) AS name FROM named) n
          JOIN persons_person p ON lower(p.given_names || ' ' || p.family_name) = n.name
          JOIN persons_address x ON x.person_id = p.id)
    {_GROUPED} FROM named WHERE NOT is_own AND NOT user_names && ARRAY[person_name, short_name] AND EXISTS (
        SELECT 1 FROM persons_address x JOIN namesakes s ON s.line = x.line AND s.postcode = x.postcode
         WHERE x.person_id = named.person_id AND s.user_id = named.user_id) GROUP BY user_id""",
    "hours": f"""
    WITH {_OPENED} {_GROUPED} FROM opened
     WHERE extract(hour FROM at AT TIME ZONE 'Europe/London') >= %(from_hour)s
        OR extract(hour FROM at AT TIME ZONE 'Europe/London') < %(to_hour)s
     GROUP BY user_id HAVING count(DISTINCT person_id) >= %(hours)s""",
    "denied": """
    SELECT a.user_id, (array_agg(a.id ORDER BY a.at, a.id))[1:%(kept)s], count(*), jsonb_build_object('acts', count(*))
      FROM audit_act a WHERE a.kind = 'denied' AND a.at >= %(since)s AND a.at < %(until)s AND a.user_id IS NOT NULL
     GROUP BY a.user_id HAVING count(*) >= %(denied)s""",
    "export": """
    WITH today AS (
        SELECT a.user_id, array_agg(a.id ORDER BY a.at, a.id) AS ids, count(*) AS acts,
               max(cardinality(a.subjects)) AS people
          FROM audit_act a WHERE a.kind = 'export' AND a.at >= %(since)s AND a.at < %(until)s AND a.user_id IS NOT NULL
           AND cardinality(a.subjects) >= %(export)s GROUP BY a.user_id),
    before AS (
        SELECT a.user_id, max(cardinality(a.subjects)) AS own FROM audit_act a JOIN today USING (user_id)
         WHERE a.kind = 'export' AND a.at >= %(history)s AND a.at < %(since)s GROUP BY a.user_id)
    SELECT t.user_id, t.ids[1:%(kept)s], t.acts, jsonb_build_object('people', t.people, 'own', coalesce(b.own, 0))
      FROM today t LEFT JOIN before b USING (user_id)
     WHERE t.people >= %(export_times_usual)s * coalesce(b.own, 0)""",
    "moved": f"""
    WITH {_OPENED}, left_lately AS (
        SELECT m.user_id, t.unit_id FROM agencies_membership m JOIN agencies_team t ON t.id = m.team_id
         WHERE m.ends_on <= %(day)s AND m.ends_on > %(left_after)s AND t.unit_id IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM agencies_membership n JOIN agencies_team nt ON nt.id = n.team_id
                LEFT JOIN agencies_unit nu ON nu.id = nt.unit_id
                WHERE n.user_id = m.user_id AND n.starts_on <= %(day)s AND (n.ends_on IS NULL OR n.ends_on > %(day)s)
                  AND (nt.unit_id = t.unit_id OR nu.kind = 'force')))
    {_GROUPED} FROM opened WHERE NOT is_own AND EXISTS (
        SELECT 1 FROM persons_person p JOIN left_lately l ON l.unit_id IN (p.home_unit_id, p.managing_unit_id)
         WHERE p.id = opened.person_id AND l.user_id = opened.user_id) GROUP BY user_id""",
}


def find_unusual(day: date, *, at: datetime, limits: Limits) -> list[Finding]:
    """What was unusual on a day in London; asked again it finds the same and adds nothing."""
    given: dict[str, Any] = {
        **asdict(limits),
        "day": day,
        "since": day_begins(day),
        "until": day_ends(day),
        "history": day_begins(day - timedelta(days=limits.days_of_history)),
        "left_after": day - timedelta(days=limits.days_after_leaving),
        "kept": ACTS_KEPT,
    }
    said = {
        "from_hour": limits.from_hour,
        "to_hour": f"{limits.to_hour:02}",
        "days": limits.days_after_leaving,
    }
    rows = []
    with connection.cursor() as cursor:
        for kind, question in QUESTIONS.items():
            cursor.execute(question, given)
            rows += [
                Finding(
                    kind=kind,
                    user_id=user_id,
                    for_date=day,
                    found_at=at,
                    sentence=sentence_of(kind, said | _plain(figures)),
                    acts=ids,
                    act_count=count,
                )
                for user_id, ids, count, figures in cursor.fetchall()
            ]
    Finding.objects.bulk_create(rows, ignore_conflicts=True)
    return list(Finding.objects.filter(for_date=day, found_at=at).order_by("pk"))


def _plain(figures: Any) -> dict[str, Any]:
    """Figures as they are said: 4.0 is 4."""
    found: dict[str, Any] = json.loads(figures) if isinstance(figures, str) else figures
    return {
        name: int(value) if isinstance(value, float) and value.is_integer() else value
        for name, value in found.items()
    }
