-- What the price needs of the events of these people, packed: a column of the answer is the bytes of one column of events.
-- Reads the view score_event (or a relation of the same shape) and nothing else of the database.
SELECT string_agg(int8send(e.person_id), ''::bytea) AS person,
       string_agg(int8send(e.event_id), ''::bytea) AS event,
       string_agg(date_send(e.occurred_on), ''::bytea) AS occurred,
       string_agg(date_send(coalesce(e.status_on, e.occurred_on)), ''::bytea) AS status_on,
       string_agg(timestamptz_send(e.recorded_at), ''::bytea) AS recorded,
       string_agg(int8send({kind}), ''::bytea) AS kind,
       string_agg(int8send({occurrence}), ''::bytea) AS occurrence,
       {columns}
FROM {source} e
WHERE {people}
  AND e.role IN ('suspect', 'offender')
  AND e.occurred_on BETWEEN %(as_of)s::date - %(longest)s::int AND %(as_of)s::date
  AND (e.occurred_on >= %(as_of)s::date - %(second)s::int OR e.family = ANY (%(longest_families)s::text[]))
  AND e.recorded_at < %(watermark)s::timestamptz
