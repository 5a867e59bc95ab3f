"""What was known of events at a past moment: rows that were corrected or withdrawn since are told as they were (INT-1).

Tonight is priced from the view `score_event`, which holds the events as they are. Only where something was corrected
or withdrawn at or after the moment asked for is the price taken from the view of all versions instead.
"""

from datetime import datetime

from django.db import connection

VIEW = "score_event"
COLUMNS = (
    "event_id, person_id, family, category, da_category, occurred_on, recorded_at, role, status, status_on,"
    " occurrence_ref, intel_grade, victim_key, bulk_load"
)
AS_KNOWN = (
    f"(SELECT {COLUMNS} FROM score_event_told"
    " WHERE (known_from IS NULL OR known_from < %(watermark)s::timestamptz)"
    " AND (known_to IS NULL OR known_to >= %(watermark)s::timestamptz))"
)
"""The relation of the same shape as the view, at the question's watermark; a parameter of the pricing statement."""


def relation_at(watermark: datetime, *, ask_first: bool = True) -> str:
    """What to price from: the view itself, or the versions that were known at the watermark.

    Of a few people the versions are read anyway: asking whether there are any costs more.
    """
    if not ask_first:
        return AS_KNOWN
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM scoring_event_version WHERE superseded_at >= %s)", [watermark]
        )
        (is_past,) = cursor.fetchone() or (False,)
    return AS_KNOWN if is_past else VIEW
