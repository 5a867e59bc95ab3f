-- The price of every event of a set of people under one score model, as at one day (scoring.md 2.4).
-- Reads the view score_event (or a relation of the same shape) and the decay table, and nothing else of the database:
-- the model itself comes in as parameters. Whole numbers only: hundredths of a point, millionths of decay.
-- Each step is named as in the specification; the tails score.sql, line.sql and judged.sql read these steps.
WITH
family (family, place, half_life, lookback, cap_hundredths) AS (
    SELECT * FROM unnest(
        %(families)s::text[], %(places)s::int[], %(half_lives)s::int[], %(lookbacks)s::int[], %(caps)s::bigint[])
),
weight (family, category, base) AS (
    SELECT * FROM unnest(%(weight_families)s::text[], %(weight_categories)s::text[], %(bases)s::int[])
),
factor (family, factor_key, stage, factor_hundredths) AS (
    SELECT * FROM unnest(%(factor_families)s::text[], %(factor_keys)s::text[], %(stages)s::int[], %(factors)s::int[])
),
decay (half_life, days, decay_millionths) AS (
    SELECT half_life, days, factor_millionths FROM scoring_decay WHERE half_life = ANY (%(half_lives)s::int[])
),
-- What was known by the watermark, in a role that scores; later than the day itself is not yet counted.
-- `known_before` is set when an earlier day is looked back on: what was learnt since does not count,
-- except back records loaded in bulk.
known AS (
    SELECT e.event_id, e.person_id, e.family, e.{category} AS category, e.occurred_on, e.occurrence_ref, e.victim_key,
           %(as_of)s::date - e.occurred_on AS days,
           CASE e.family
               WHEN 'crime' THEN coalesce(e.status, %(status_when_unknown)s)
               WHEN 'intelligence' THEN coalesce(e.intel_grade, '')
               ELSE ''
           END AS factor_key,
           coalesce(e.status_on, e.occurred_on) AS status_on,
           NOT e.bulk_load
               AND (e.occurred_on > %(baseline_on)s::date OR e.recorded_at >= %(baseline_known)s::timestamptz)
               AND e.recorded_at >= %(news_from)s::timestamptz AS is_news
    FROM {source} e
    WHERE {people}
      AND e.role IN ('suspect', 'offender')
      AND e.occurred_on BETWEEN %(as_of)s::date - %(longest_lookback)s::int AND %(happened_by)s::date
      AND e.recorded_at < %(watermark)s::timestamptz
      AND {known_then}
      AND e.{category} <> ''
),
-- base x factor x decay, half up, once. A category the model does not name counts as its family's "other".
priced AS (
    SELECT event_id, person_id, family, category, occurred_on, occurrence_ref, victim_key, days, factor_key, status_on,
           is_news, place, stage, base, factor_hundredths, decay_millionths, {points} AS points_hundredths
    FROM (
        SELECT k.event_id, k.person_id, k.family, k.occurred_on, k.occurrence_ref, k.victim_key, k.days, k.factor_key,
               k.status_on, k.is_news, f.place, x.stage, x.factor_hundredths, d.decay_millionths,
               CASE WHEN w.base IS NULL THEN 'other' ELSE k.category END AS category,
               coalesce(w.base, o.base) AS base
        FROM known k
        JOIN family f ON f.family = k.family AND k.days <= f.lookback
        JOIN factor x ON x.family = k.family AND x.factor_key = k.factor_key
        JOIN decay d ON d.half_life = f.half_life AND d.days = k.days
        LEFT JOIN weight w ON w.family = k.family AND w.category = k.category
        LEFT JOIN weight o ON o.family = k.family AND o.category = 'other'
        WHERE w.base IS NOT NULL OR o.base IS NOT NULL
    ) AS tariffed
),
-- 1. One row per offence: the latest outcome, ties to the most advanced. A crime without a reference stands alone.
offence AS (
    SELECT DISTINCT ON (person_id, occurrence, category)
           *
    FROM (
        SELECT *, CASE WHEN occurrence_ref = '' THEN event_id::text || '#' ELSE occurrence_ref END AS occurrence
        FROM priced WHERE family = 'crime'
    ) AS crime
    ORDER BY person_id, occurrence, category, status_on DESC, stage DESC, occurred_on DESC, event_id
),
counted AS (
    SELECT event_id, person_id, family, category, occurred_on, victim_key, days, factor_key, is_news, place, base,
           factor_hundredths, decay_millionths, points_hundredths, occurrence
    FROM offence
    UNION ALL
    SELECT event_id, person_id, family, category, occurred_on, victim_key, days, factor_key, is_news, place, base,
           factor_hundredths, decay_millionths, points_hundredths, NULL
    FROM priced WHERE family <> 'crime'
),
-- 3. The principal offence: one contribution per occurrence, the highest points, ties to the higher base.
contribution AS (
    SELECT DISTINCT ON (person_id, occurrence)
           event_id, person_id, family, category, occurred_on, days, factor_key, place, base, decay_millionths,
           points_hundredths
    FROM counted WHERE family = 'crime'
    ORDER BY person_id, occurrence, points_hundredths DESC, base DESC, event_id
),
contributing AS (
    SELECT * FROM contribution
    UNION ALL
    SELECT event_id, person_id, family, category, occurred_on, days, factor_key, place, base, decay_millionths,
           points_hundredths
    FROM counted WHERE family <> 'crime'
),
-- 4. Family subtotals and their caps.
subtotal AS (
    SELECT c.person_id, c.family, least(sum(c.points_hundredths), min(f.cap_hundredths)) AS capped_hundredths,
           max(c.occurred_on) FILTER (WHERE c.points_hundredths > 0) AS latest_on,
           coalesce(max(c.base) FILTER (WHERE c.points_hundredths > 0), 0) AS highest_base,
           count(*) FILTER (WHERE c.family = 'crime' AND c.days <= 90 AND c.points_hundredths > 0) AS crimes_90
    FROM contributing c JOIN family f ON f.family = c.family
    GROUP BY c.person_id, c.family
),
-- 5. What the uplifts count, before the principal-offence rule.
tally AS (
    SELECT person_id,
           count(DISTINCT occurrence) FILTER (
               WHERE family = 'crime' AND days <= %(frequency_window)s AND factor_hundredths >= %(frequency_factor)s
           ) AS occurrences,
           count(DISTINCT nullif(victim_key, '')) FILTER (
               WHERE days <= %(victims_window)s AND factor_hundredths > 0
           ) AS victims,
           array_agg(event_id ORDER BY event_id) FILTER (WHERE is_news AND points_hundredths > 0) AS news
    FROM counted
    GROUP BY person_id
),
-- 6. raw = capped families + uplifts; published = raw to the nearest whole point, halves upwards.
score AS (
    SELECT person_id, raw_hundredths, {published} AS published, latest_on, highest_base, crimes_90, occurrences, victims,
           coalesce(news, ARRAY[]::bigint[]) AS news
    FROM (
        SELECT t.person_id, t.occurrences, t.victims, t.news, s.latest_on, s.highest_base, s.crimes_90,
               s.families_hundredths
                   + {frequency_points} * 100
                   + {victims_points} * 100 AS raw_hundredths
        FROM tally t
        JOIN (
            SELECT person_id, sum(capped_hundredths)::bigint AS families_hundredths, max(latest_on) AS latest_on,
                   max(highest_base) AS highest_base, sum(crimes_90)::int AS crimes_90
            FROM subtotal GROUP BY person_id
        ) AS s ON s.person_id = t.person_id
    ) AS summed
)
