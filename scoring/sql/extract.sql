-- The events of these people that any model may price, packed: a role that scores, within reach.
-- Reads the view score_event (or a relation of the same shape) and nothing else of the database.
SELECT string_agg({packed}, ''::bytea)
FROM {source} e
WHERE {people}
  AND e.role IN ('suspect', 'offender')
  AND e.occurred_on BETWEEN %(as_of)s::date - %(longest)s::int AND %(as_of)s::date
