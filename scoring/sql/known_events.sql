-- The events that any model may price: of these people, in a role that scores, known by the watermark, within reach.
-- Reads the view score_event (or a relation of the same shape) and nothing else of the database.
FROM {source} e
WHERE {people}
  AND e.role IN ('suspect', 'offender')
  AND e.occurred_on BETWEEN %(as_of)s::date - %(longest)s::int AND %(as_of)s::date
  AND (e.occurred_on >= %(as_of)s::date - %(second)s::int OR e.family = ANY (%(longest_families)s::text[]))
  AND e.recorded_at < %(watermark)s::timestamptz
