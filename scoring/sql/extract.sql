-- What the price needs of the events of these people, packed: a column of the answer is the bytes of one column of events.
-- The first column holds the person, the age in days and marks; the last two hold a value only where their mark is set.
SELECT string_agg(int8send(
           ((e.person_id - %(first_id)s::bigint) << {day_bits}) | ((%(as_of)s::date - e.occurred_on)::bigint << {mark_bits})
           | CASE WHEN e.bulk_load THEN {bulk} ELSE 0 END
           | CASE WHEN e.recorded_at >= %(recent)s::timestamptz THEN {recent} ELSE 0 END
           | CASE WHEN {has_victim} THEN {has} ELSE 0 END), ''::bytea) AS who,
       string_agg(int8send(e.event_id), ''::bytea) AS event,
       string_agg(int8send({kind}), ''::bytea) AS kind,
       string_agg(date_send(coalesce(e.status_on, e.occurred_on)), ''::bytea) AS status_on,
       string_agg(int8send({occurrence}), ''::bytea) AS occurrence,
       string_agg(CASE WHEN e.recorded_at >= %(recent)s::timestamptz THEN timestamptz_send(e.recorded_at) END, ''::bytea)
           AS recorded,
       string_agg(CASE WHEN {has_victim} THEN int8send({victim}) END, ''::bytea) AS victim
