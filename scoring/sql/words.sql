-- The words behind numbers that are met for the first time, from the events of these people.
SELECT DISTINCT {kind}, {words}
FROM {source} e
WHERE {people}
  AND {kind} = ANY (%(numbers)s::bigint[])
