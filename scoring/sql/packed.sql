-- The scores packed like the kernel's own answer, for holding one against the other; the last column is the fingerprint.
SELECT string_agg(int8send(person_id), ''::bytea) AS person,
       string_agg(int8send(raw_hundredths), ''::bytea) AS raw_hundredths,
       string_agg(int8send(published), ''::bytea) AS published,
       string_agg(date_send(coalesce(latest_on, '-infinity')), ''::bytea) AS latest,
       string_agg(int4send(highest_base), ''::bytea) AS highest_base,
       string_agg(int4send(crimes_90), ''::bytea) AS crimes_90,
       string_agg(int8send(occurrences), ''::bytea) AS occurrences,
       string_agg(int8send(victims), ''::bytea) AS victims,
       string_agg(int8send((SELECT coalesce(bit_xor(hashint8extended(event_id, 1)), 0) FROM unnest(news) AS event_id)),
                  ''::bytea) AS news,
       int8send(coalesce(bit_xor(hashint8extended(person_id, raw_hundredths)) FILTER (WHERE raw_hundredths > 0), 0))
           AS digest
FROM score
