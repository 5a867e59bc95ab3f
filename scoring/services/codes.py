"""The mapping of offence codes: proposed by one person, approved by another, then brought to what is held (INT-1)."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.audit.services import record
from iom.kernel.errors import Invalid, NotFound, Refused
from scoring import audit
from scoring.code_feed import DA_CATEGORIES, ROR_CATEGORIES
from scoring.models import Event, OffenceCode, OffenceList, OffenceListRow

EVENTS_A_PIECE = 250_000
SHORTEST_NOTE = 10


@transaction.atomic
def propose_code(
    ho_code: str,
    *,
    by: Actor,
    at: datetime,
    ror_category: str,
    da_category: str,
    neighbourhood_crime: bool,
    reason: str,
) -> OffenceList:
    """Propose another mapping of one code; nothing changes until another person approves it."""
    by.require(Power.APPROVE_SCORE_MODEL)
    code = OffenceCode.objects.filter(pk=ho_code).first()
    if code is None:
        raise NotFound
    problems: dict[str, list[str]] = {}
    if ror_category not in ROR_CATEGORIES:
        problems["ror_category"] = ["Choose a category of the Risk of Reoffending model"]
    if da_category not in DA_CATEGORIES:
        problems["da_category"] = ["Choose a category of the domestic abuse model"]
    if len(reason.strip()) < SHORTEST_NOTE:
        problems["reason"] = ["Enter the reason in at least 10 characters"]
    if problems:
        raise Invalid(problems)
    now = (code.ror_category, code.da_category, code.neighbourhood_crime)
    if now == (ror_category, da_category, neighbourhood_crime):
        raise Refused("The code is mapped so already: change a category, or cancel.")
    proposed = OffenceList.objects.create(reason=reason.strip(), proposed_by_id=by.user_id, proposed_at=at)
    OffenceListRow.objects.create(
        list=proposed,
        ho_code=ho_code,
        category=code.category,
        sub_category=code.sub_category,
        ror_category=ror_category,
        da_category=da_category,
        neighbourhood_crime=neighbourhood_crime,
        was_ror=code.ror_category,
        was_da=code.da_category,
    )
    record(audit.CODES_PROPOSED, by=by, reason=reason, detail={"list": proposed.pk, "codes": 1})
    return proposed


@transaction.atomic
def decide_codes(list_id: int, *, by: Actor, at: datetime, approve: bool, note: str) -> OffenceList:
    """Approve or decline a proposed list, with a note; never by who proposed it. In force at once for new rows."""
    by.require(Power.APPROVE_SCORE_MODEL)
    proposed = OffenceList.objects.select_for_update().filter(pk=list_id).first()
    if proposed is None:
        raise NotFound
    if proposed.status != OffenceList.Status.PROPOSED:
        raise Refused("This list has been decided.")
    if proposed.proposed_by_id == by.user_id:
        raise Refused("You proposed this list: another person must decide.")
    if len(note.strip()) < SHORTEST_NOTE:
        raise Invalid({"note": ["Enter the note in at least 10 characters"]})
    proposed.status = OffenceList.Status.APPROVED if approve else OffenceList.Status.DECLINED
    proposed.decided_by_id, proposed.decided_at, proposed.note = by.user_id, at, note.strip()
    proposed.save(update_fields=["status", "decided_by", "decided_at", "note"])
    if approve:
        _put_in_force(proposed)
    action = audit.CODES_APPROVED if approve else audit.CODES_DECLINED
    record(action, by=by, reason=note, detail={"list": proposed.pk, "codes": proposed.rows.count()})
    return proposed


def _put_in_force(proposed: OffenceList) -> None:
    names = ["category", "sub_category", "ror_category", "da_category", "neighbourhood_crime", "draft"]
    OffenceCode.objects.bulk_create(
        [
            OffenceCode(ho_code=row.ho_code, draft=False, **{name: getattr(row, name) for name in names[:-1]})
            for row in proposed.rows.all()
        ],
        update_conflicts=True,
        unique_fields=["ho_code"],
        update_fields=names,
        batch_size=1000,
    )


def map_anew(at: datetime) -> bool:
    """One piece of work of the tick: bring a range of events to an approved list; whether there is more to do.

    Each changed event is kept as it was, so that past nights stay as they were told, and its person is scored again.
    """
    owed = (
        OffenceList.objects.select_for_update(skip_locked=True)
        .filter(status=OffenceList.Status.APPROVED, applied_at__isnull=True)
        .order_by("pk")
        .first()
    )
    if owed is None:
        return False
    last = Event.objects.aggregate(last=Max("pk"))["last"] or 0
    up_to = min(owed.events_up_to + EVENTS_A_PIECE, last)
    owed.events_changed += _remap(owed, after=owed.events_up_to, up_to=up_to, at=at)
    owed.events_up_to = up_to
    if up_to == last:
        owed.applied_at = at
    owed.save(update_fields=["events_changed", "events_up_to", "applied_at"])
    return True


def _remap(owed: OffenceList, *, after: int, up_to: int, at: datetime) -> int:
    values: dict[str, Any] = {"list": owed.pk, "after": after, "up_to": up_to, "at": at}
    with connection.cursor() as cursor:
        cursor.execute(REMAP_SQL, values)
        return int(cursor.fetchone()[0])


_WORDS = "upper(left({0}, 1)) || replace(substr({0}, 2), '_', ' ')"
_KEPT = (
    "person_id, family, category, da_category, occurred_on, occurred_on_unknown, recorded_at, role, status, status_on,"
    " occurrence_ref, offence_ref, intel_grade, victim_key, bulk_load, unmapped, source, source_ref, row_hash, summary,"
    " ho_code, feed_file_id, feed_line, revised_at"
)
_OLD = ", ".join(f"old.{name.strip()}" for name in _KEPT.split(","))
# Of a conviction only whether it is of a kind that counts is kept; of a crime or an arrest for one, its category.
REMAP_SQL = f"""
WITH mapped AS (
    SELECT e.id, o.da_category AS da_now,
           CASE WHEN e.family <> 'conviction' THEN o.ror_category
                WHEN o.ror_category = 'other' THEN 'other' ELSE 'relevant' END AS category_now,
           replace(e.summary, {_WORDS.format("coalesce(nullif(r.was_ror, ''), 'other')")},
                   {_WORDS.format("o.ror_category")}) AS summary_now
    FROM scoring_event e
    JOIN scoring_offence_list_row r ON r.list_id = %(list)s AND r.ho_code = e.ho_code
    JOIN scoring_offence_code o ON o.ho_code = e.ho_code
    WHERE e.id > %(after)s AND e.id <= %(up_to)s AND e.ho_code <> ''
), revised AS (
    UPDATE scoring_event e
    SET category = m.category_now, da_category = CASE WHEN e.da_category = '' THEN '' ELSE m.da_now END,
        unmapped = false, summary = left(m.summary_now, 160), revised_at = %(at)s
    FROM mapped m
    WHERE m.id = e.id AND (e.category <> m.category_now OR e.unmapped
        OR (e.da_category <> '' AND e.da_category <> m.da_now))
    RETURNING old.id AS event_id, {_OLD}
), kept AS (
    INSERT INTO scoring_event_version (event_id, {_KEPT}, superseded_at, is_withdrawn)
    SELECT event_id, {_KEPT}, %(at)s, false FROM revised
), noted AS (
    INSERT INTO feeds_touched (person_id) SELECT DISTINCT person_id FROM revised ON CONFLICT DO NOTHING
)
SELECT count(*) FROM revised
"""
