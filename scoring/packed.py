"""An event as the nightly price reads it: its numbers and the hashes of its words side by side in a few bytes (SCO-4).

The database works the bytes out itself whenever a row is written (a generated column), so they never say anything else
than the columns they come of. Words go through a chain of 64-bit hashes; `scoring.kernel.words` learns what they mean.
"""

WORDS = ("family", "coalesce(status, '')", "intel_grade", "category", "da_category")
# Name and width in bytes, in the order of the expression below; most significant byte first.
LAYOUT = (
    ("person", 8),
    ("event", 8),
    ("occurred", 4),
    ("status_on", 4),
    ("recorded", 8),
    ("kind", 8),
    ("occurrence", 8),
    ("victim", 8),
    ("bulk", 1),
)
WIDTH = sum(width for _, width in LAYOUT)


def kind_sql() -> str:
    """The number that stands for the words of an event."""
    chain = "1"
    for word in WORDS:
        chain = f"hashtextextended({word}, {chain})"
    return chain


def packed_sql(event_id: str = "id") -> str:
    """The bytes of a row; the view calls the event's number `event_id`."""
    return (
        f"int8send(person_id) || int8send({event_id}) || date_send(occurred_on)"
        " || date_send(coalesce(status_on, occurred_on)) || timestamptz_send(recorded_at)"
        f" || int8send({kind_sql()}) || int8send(hashtextextended(occurrence_ref, 0))"
        " || int8send(hashtextextended(victim_key, 0))"
        " || CASE WHEN bulk_load THEN '\\x01'::bytea ELSE '\\x00'::bytea END"
    )
