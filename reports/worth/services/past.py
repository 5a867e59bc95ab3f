"""A range of people as they would have stood on a past day, and what followed: all of it in the database (SCO-7).

Scores come from the one pricing statement, with the rights of the class that reads events and nothing else, and from
what was recorded by the end of that day: what was learnt later changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import connection

from iom.kernel.rights import rights_of
from reports.worth.models import ScoreEvaluation
from reports.worth.rules.questions import (
    ALERTED_AND_SELECTED_MONTHS,
    ANY_STATUSES,
    COUNTED_MONTHS,
    LAST_SCORE_MONTHS,
    PROVEN_STATUSES,
    SUSPECT,
    months_after,
)
from scoring import pricing
from scoring.pricing import People, Question
from scoring.rules.bands import BELOW, LISTED, born_on_or_before, listed_from
from scoring.rules.config import ModelConfig
from scoring.rules.vocabulary import SCORING_ROLES
from scoring.services.models import config_of
from scoring.services.runs import Range

_SCORED = "person_id bigint, raw_hundredths bigint, published bigint, latest_on date, highest_base int, crimes_90 int"
_OFFENCES = "person_id bigint, offences bigint, latest_on date, any_on date, proven_on date"
_FAMILIES = "person_id bigint, family text, points_hundredths bigint, suspected_hundredths bigint"


@dataclass(frozen=True)
class Part:
    """One temporary table: what it is asked, by which tail of the price, and its columns."""

    table: str
    columns: str
    tail: str
    ask: Question
    values: Mapping[str, Any]


def judge(evaluation: ScoreEvaluation, persons: Range) -> None:
    """Put everybody of a range into the table that is counted in the end."""
    config = config_of(evaluation.score_model)
    people = pricing.people_between(persons.first_id, persons.last_id)
    for part in _parts(evaluation, config):
        _fill(part, config, people)
    _fill_last(evaluation, people)
    with connection.cursor() as cursor:
        cursor.execute(_JUDGED.format(standing=_standing_sql(config)), _values(evaluation, config, persons))
        cursor.execute(_NOT_KNOWN, _values(evaluation, config, persons))
        (not_known,) = cursor.fetchone() or (0,)
        cursor.execute(_LATE, _values(evaluation, config, persons))
        late, bulk = cursor.fetchone() or (0, 0)
    for name, number in (("not_known", not_known), ("late", late), ("late_bulk", bulk)):
        evaluation.figures[name] = evaluation.figures.get(name, 0) + number


def _parts(evaluation: ScoreEvaluation, config: ModelConfig) -> list[Part]:
    day, months = evaluation.as_of, evaluation.months
    then = pricing.question(config, day)
    now = pricing.question(config, evaluation.reported_on, watermark=evaluation.asked_at)
    # Of what happened afterwards everything counts that is known by now, however late it was recorded.
    followed = replace(pricing.question(config, months_after(day, months)), watermark=evaluation.asked_at)
    statuses = {"any_statuses": list(ANY_STATUSES), "proven_statuses": list(PROVEN_STATUSES)}
    parts = [
        Part("worth_then", _SCORED, "score.sql", then, {}),
        Part("worth_now", _SCORED, "score.sql", now, {}),
        Part("worth_offences", _OFFENCES, "later.sql", then, statuses | {"after": _counted_from(day)}),
        Part("worth_followed", _OFFENCES, "later.sql", followed, statuses | {"after": day}),
        Part("worth_families", _FAMILIES, "families.sql", now, {"only_suspected": SUSPECT}),
    ]
    if not evaluation.figures.get("last", {}).get("run"):
        before = pricing.question(config, last_day(day))
        parts.append(Part("worth_last", _SCORED, "score.sql", before, {}))
    return parts


def last_day(day: date) -> date:
    """The day of the last score."""
    return months_after(day, -LAST_SCORE_MONTHS)


def _counted_from(day: date) -> date:
    return months_after(day, -COUNTED_MONTHS)


def _fill(part: Part, config: ModelConfig, people: People) -> None:
    names = ", ".join(column.split()[0] for column in part.columns.split(", "))
    with connection.cursor() as cursor:
        cursor.execute(pricing.PLAN_SQL)
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{part.table}")
        cursor.execute(f"CREATE TEMPORARY TABLE {part.table} ({part.columns}) ON COMMIT DROP")
        cursor.execute(f"GRANT INSERT ON {part.table} TO {pricing.SCORING_ROLE}")
        with rights_of(pricing.SCORING_ROLE):
            asked = pricing.statement(config, part.ask, people, tail=part.tail)
            cursor.execute(
                f"INSERT INTO {part.table} SELECT {names} FROM ({asked}\n) AS asked",
                {**pricing.parameters(config, part.ask, people), **part.values},
            )
        cursor.execute(f"ANALYZE {part.table}")


def _fill_last(evaluation: ScoreEvaluation, people: People) -> None:
    """The scores of the month before as a night of this version published them, where one did."""
    kept = evaluation.figures.get("last", {})
    if not kept.get("run"):
        return
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.worth_last")
        cursor.execute(f"CREATE TEMPORARY TABLE worth_last ({_SCORED}) ON COMMIT DROP")
        cursor.execute(
            "INSERT INTO worth_last (person_id, raw_hundredths, published)"
            " SELECT DISTINCT ON (e.person_id) e.person_id, e.raw_hundredths, e.published FROM scoring_history e"
            f" WHERE e.score_model_id = %(score_model)s AND e.as_of <= %(night)s AND {people.condition}"
            " ORDER BY e.person_id, e.as_of DESC",
            {"score_model": evaluation.score_model_id, "night": kept["as_of"], **people.parameters},
        )
        cursor.execute("ANALYZE worth_last")


def _values(evaluation: ScoreEvaluation, config: ModelConfig, persons: Range) -> dict[str, Any]:
    day, on = evaluation.as_of, evaluation.reported_on
    return {
        "evaluation": evaluation.pk,
        "first_id": persons.first_id,
        "last_id": persons.last_id,
        "born_then": born_on_or_before(day),
        "born_now": born_on_or_before(on),
        "listed_from": listed_from(config) if config.banded else config.emerging.entry_floor,
        "model_code": config.code,
        "since": months_after(on, -ALERTED_AND_SELECTED_MONTHS),
        "on": on,
        "day": day,
        "known_by": pricing.end_of_day(day),
        "oldest": config.longest_lookback,
        "roles": list(SCORING_ROLES),
    }


def _standing_sql(config: ModelConfig) -> str:
    """The words of `scoring.rules.bands.standing` for the score of today."""
    lowers = list(config.bands) if config.banded else [(BELOW, 0), (LISTED, config.emerging.entry_floor)]
    whens = " ".join(f"WHEN n.published >= {lower:d} THEN '{name}'" for name, lower in reversed(lowers))
    return f"CASE {whens} END"


_THEN = "t.person_id IS NOT NULL AND (p.date_of_birth IS NULL OR p.date_of_birth <= %(born_then)s)"
_NOW = "n.person_id IS NOT NULL AND (p.date_of_birth IS NULL OR p.date_of_birth <= %(born_now)s)"
_JUDGED = f"""
INSERT INTO worth_person (
    evaluation_id, person_id, unit_id, was_ranked, is_listed, score, raw_hundredths, latest_on, highest_base, crimes_90,
    offences, offence_on, last, last_raw_hundredths, score_rank, offences_rank, last_rank, any_on, proven_on,
    standing_now, is_alerted, is_selected, points)
SELECT %(evaluation)s, p.id, p.home_unit_id, {_THEN}, coalesce(t.published, 0) >= %(listed_from)s,
       coalesce(t.published, 0), coalesce(t.raw_hundredths, 0), t.latest_on, coalesce(t.highest_base, 0),
       coalesce(t.crimes_90, 0), coalesce(o.offences, 0), o.latest_on, coalesce(l.published, 0),
       coalesce(l.raw_hundredths, 0), 0, 0, 0, f.any_on, f.proven_on,
       CASE WHEN {_NOW} THEN {{standing}} ELSE '' END,
       EXISTS (
           SELECT FROM scoring_threat_alert a
           WHERE a.person_id = p.id AND a.model_code = %(model_code)s
             AND a.opened_on > %(since)s AND a.opened_on <= %(on)s),
       EXISTS (
           SELECT FROM cohorts_selectiondecision d JOIN cohorts_referral r ON r.id = d.referral_id
           WHERE r.person_id = p.id AND d.outcome = 'selected'
             AND d.decided_on > %(since)s AND d.decided_on <= %(on)s),
       coalesce(m.points, '{{{{}}}}')
FROM persons_person p
LEFT JOIN worth_then t ON t.person_id = p.id
LEFT JOIN worth_now n ON n.person_id = p.id
LEFT JOIN worth_offences o ON o.person_id = p.id
LEFT JOIN worth_last l ON l.person_id = p.id
LEFT JOIN worth_followed f ON f.person_id = p.id
LEFT JOIN (
    SELECT person_id, jsonb_object_agg(family, points_hundredths)
           || jsonb_build_object('suspected', sum(suspected_hundredths)) AS points
    FROM worth_families GROUP BY person_id
) m ON m.person_id = p.id
WHERE p.id BETWEEN %(first_id)s AND %(last_id)s AND ({_THEN} OR {_NOW})
"""
# Who offended afterwards and of whom nothing that could score was known: no list of that day could have named them.
_NOT_KNOWN = """
SELECT count(*) FROM worth_followed f JOIN persons_person p ON p.id = f.person_id
WHERE NOT EXISTS (SELECT FROM worth_then t WHERE t.person_id = f.person_id)
  AND (p.date_of_birth IS NULL OR p.date_of_birth <= %(born_then)s)
"""
# What had happened by that day and was recorded only later.
_LATE = """
SELECT count(*), count(*) FILTER (WHERE e.bulk_load) FROM scoring_event e
WHERE e.person_id BETWEEN %(first_id)s AND %(last_id)s AND e.role = ANY (%(roles)s)
  AND e.occurred_on BETWEEN %(day)s::date - %(oldest)s::int AND %(day)s AND e.recorded_at >= %(known_by)s
"""
