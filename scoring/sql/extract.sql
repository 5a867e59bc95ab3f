-- What the price needs of the events of these people, packed: a column of the answer is the bytes of one column of events.
-- Reads the view score_event (or a relation of the same shape) and nothing else of the database. The first column holds
-- the person, the age in days and marks; a column after the dense ones holds a value only where its mark is set.
SELECT string_agg(int8send(
           ((e.person_id - %(first_id)s::bigint) << 20) | ((%(as_of)s::date - e.occurred_on)::bigint << 4)
           | CASE WHEN e.bulk_load THEN 1 ELSE 0 END
           | CASE WHEN e.recorded_at >= %(recent)s::timestamptz THEN 2 ELSE 0 END{marks}), ''::bytea) AS who,
       string_agg(int8send(e.event_id), ''::bytea) AS event,
       string_agg(int8send({kind}), ''::bytea) AS kind,
       string_agg(date_send(coalesce(e.status_on, e.occurred_on)), ''::bytea) AS status_on,
       string_agg(int8send({category}), ''::bytea) AS category,
       string_agg(int8send({occurrence}), ''::bytea) AS occurrence,
       string_agg(CASE WHEN e.recorded_at >= %(recent)s::timestamptz THEN timestamptz_send(e.recorded_at) END, ''::bytea)
           AS recorded{columns}
FROM {source} e
WHERE {people}
  AND e.role IN ('suspect', 'offender')
  AND e.occurred_on BETWEEN %(as_of)s::date - %(longest)s::int AND %(as_of)s::date
  AND (e.occurred_on >= %(as_of)s::date - %(second)s::int OR e.family = ANY (%(longest_families)s::text[]))
  AND e.recorded_at < %(watermark)s::timestamptz
