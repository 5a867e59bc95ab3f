-- The words behind numbers that are met for the first time, from one event of these people for each.
SELECT DISTINCT {kind}, {words}
FROM {source} e
WHERE {people}
  AND e.event_id = ANY (%(events)s::bigint[])
  AND {kind} = ANY (%(numbers)s::bigint[])
