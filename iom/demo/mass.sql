-- A large fictional population, made by the database itself. Everything is drawn from hashes of the person's and the
-- act's number with the seed, so the same numbers give the same rows. A person's acts come in the order of time, two
-- rows an act: two stages of an offence, two offences of one occurrence, or two other things. Offending is skewed.
INSERT INTO persons_person (nominal_ref, family_name, given_names, search_name, date_of_birth, sex, pnc_id, cro_no,
                            prison_no, crn, home_unit_id, is_managed, is_restricted, created_at)
SELECT 'G' || lpad(n::text, 8, '0'), family, given, lower(family || ' ' || given),
       %(as_of)s::date - 6700 - ((h >> 24) & 8191)::int - ((h >> 40) & 4095)::int, sex, '', '', '', '',
       (%(units)s::bigint[])[1 + mod((h >> 12) & 4095, cardinality(%(units)s::bigint[]))], false, false, %(at)s
FROM (
    SELECT n, h, CASE WHEN h & 1023 < 174 THEN 'F' ELSE 'M' END AS sex,
           (%(families)s::text[])[1 + mod((h >> 10) & 65535, cardinality(%(families)s::text[]))] AS family,
           CASE WHEN h & 1023 < 174
               THEN (%(women)s::text[])[1 + mod((h >> 30) & 65535, cardinality(%(women)s::text[]))]
               ELSE (%(men)s::text[])[1 + mod((h >> 30) & 65535, cardinality(%(men)s::text[]))]
           END AS given
    FROM (SELECT n, hashint8extended(n, %(seed)s) AS h FROM generate_series(1, %(persons)s::bigint) n OFFSET 0) AS drawn
    OFFSET 0
) AS named
ORDER BY n;

-- How much each person's record holds (a capped lognormal share of all rows), and from when to when.
DROP TABLE IF EXISTS pg_temp.mass_person;
CREATE TEMPORARY TABLE mass_person ON COMMIT DROP AS
SELECT person_id, n, rows, (rows + 1) / 2 AS acts, g & 127 < 17 AS is_domestic,
       CASE WHEN steady THEN %(span)s ELSE (%(span)s * ((g >> 8) & 1023) / 1024)::int + 1 END AS days_ago,
       CASE WHEN steady THEN %(span)s ELSE 120 + ((g >> 20) & 1023)::int END AS length
FROM (
    SELECT person_id, n, g, (g >> 40) & 15 < 5 AS steady,
           (round(%(events)s * upto / total) - round(%(events)s * (upto - weight) / total))::int AS rows
    FROM (
        SELECT *, sum(weight) OVER (ORDER BY n ROWS UNBOUNDED PRECEDING) AS upto, sum(weight) OVER () AS total
        FROM (
            SELECT id AS person_id, n, hashint8extended(n, %(seed)s + 2) AS g,
                   least(exp(1.9 * ((h & 65535) + ((h >> 16) & 65535) + ((h >> 32) & 65535) + ((h >> 48) & 65535)
                             - 131070) / 65535.0), 12.0)::numeric(12, 6) AS weight
            FROM (
                SELECT id, substr(nominal_ref, 2)::bigint AS n,
                       hashint8extended(substr(nominal_ref, 2)::bigint, %(seed)s + 1) AS h
                FROM persons_person WHERE nominal_ref ~ '^G[0-9]{8}$' OFFSET 0
            ) AS numbered
        ) AS weighted
    ) AS summed
) AS shared
WHERE rows > 0
ORDER BY n;
ANALYZE mass_person;

INSERT INTO scoring_event (person_id, family, category, da_category, occurred_on, occurred_on_unknown, recorded_at, role,
                           status, status_on, occurrence_ref, offence_ref, intel_grade, victim_key, bulk_load, unmapped,
                           source, source_ref, summary)
SELECT person_id, family, category,
       CASE WHEN NOT is_domestic THEN ''
           WHEN family = 'crime' THEN (%(domestic)s::text[])[1 + ((h >> 50) & 31)]
           WHEN category LIKE 'dash%%' OR category IN ('nmo_or_ro', 'dvpo_dapo', 'bail') THEN category
           WHEN family = 'intelligence' THEN 'da' ELSE '' END,
       occurred_on, false,
       least(known_on + ((g >> 40) & 3)::int, %(as_of)s::date - 1) + make_interval(secs => 28800 + (g >> 24) & 16383),
       CASE WHEN is_bystander THEN (ARRAY['victim', 'victim', 'witness', 'reporter'])[1 + (g & 3)]
           WHEN status IN ('convicted', 'out_of_court_disposal') THEN 'offender' ELSE 'suspect' END,
       status, CASE WHEN status IS NOT NULL THEN known_on END, occurrence_ref,
       CASE WHEN family <> 'crime' THEN '' WHEN is_second THEN '2' ELSE '1' END,
       CASE WHEN family = 'intelligence' THEN (%(grades)s::text[])[1 + (g & 31)] ELSE '' END,
       CASE WHEN is_domestic AND family IN ('crime', 'incident') THEN 'V' || n || '-' || ((g >> 12) & 3) ELSE '' END,
       occurred_on < %(as_of)s::date - (%(span)s - 365), category = 'other' AND (g >> 14) & 3 = 0, 'generated',
       n || '-' || act || '-' || part,
       CASE WHEN family = 'intelligence' THEN 'Intelligence log'
           ELSE replace(category, '_', ' ') || ', ' || n || '-' || act END
FROM (
    SELECT *,
           CASE WHEN NOT is_crime THEN (%(other_families)s::text[])[1 + ((g >> 4) & 63)] ELSE 'crime' END AS family,
           CASE WHEN NOT is_crime THEN (%(other_categories)s::text[])[1 + ((g >> 4) & 63)]
               WHEN is_second THEN (%(crimes)s::text[])[1 + ((g >> 30) & 127)]
               ELSE (%(crimes)s::text[])[1 + ((h >> 30) & 127)] END AS category,
           CASE WHEN NOT is_crime OR is_bystander THEN NULL
               WHEN part = 0 THEN (%(first_stages)s::text[])[1 + ((h >> 40) & 7)]
               ELSE (%(outcomes)s::text[])[1 + ((h >> 43) & 31)] END AS status,
           CASE WHEN is_crime THEN 'NM' || n || '/' || act ELSE '' END AS occurrence_ref,
           least(occurred_on + CASE WHEN NOT is_crime THEN 0 WHEN part = 0 THEN ((h >> 37) & 3)::int
                 ELSE 3 + ((h >> 48) & 127)::int END, %(as_of)s::date - 1) AS known_on
    FROM (
        SELECT m.person_id, m.n, m.is_domestic, a.act, p.part, h, hashint8extended(h, p.part) AS g,
               h & 127 < 78 AS is_crime, h & 127 < 78 AND (h >> 8) & 15 < 3 AS is_bystander,
               p.part = 1 AND (h >> 12) & 7 = 0 AS is_second,
               greatest(%(as_of)s::date - m.days_ago
                   + least((m.length * (a.act * 256 + ((h >> 16) & 255))::bigint / (m.acts * 256))::int, m.days_ago - 1),
                   %(as_of)s::date - %(span)s) AS occurred_on
        FROM generate_series(0, (SELECT max(acts) FROM mass_person) - 1) a (act)
        JOIN mass_person m ON m.acts > a.act
        CROSS JOIN LATERAL (SELECT hashint8extended(m.n * 4096 + a.act, %(seed)s + 3) AS h OFFSET 0) AS drawn
        CROSS JOIN generate_series(0, 1) p (part)
        WHERE a.act * 2 + p.part < m.rows
        OFFSET 0
    ) AS acted
    OFFSET 0
) AS told;
