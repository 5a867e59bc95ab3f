-- The price of every event of a set of people under one score model, as at one day (scoring.md 2.4).
-- Reads the view score_event (or a relation of the same shape) and the decay table, and nothing else of the database:
-- the model itself comes in as parameters. Whole numbers only: hundredths of a point, millionths of decay.
-- Each step is named as in the specification; the tails score.sql, line.sql and judged.sql read these steps.
WITH
family (family, place, half_life, lookback) AS (
    SELECT * FROM unnest(%(families)s::text[], %(places)s::int[], %(half_lives)s::int[], %(lookbacks)s::int[])
),
weight (family, category, base) AS (
    SELECT * FROM unnest(%(weight_families)s::text[], %(weight_categories)s::text[], %(bases)s::int[])
),
factor (family, factor_key, stage, factor_hundredths) AS (
    SELECT * FROM unnest(%(factor_families)s::text[], %(factor_keys)s::text[], %(stages)s::int[], %(factors)s::int[])
),
-- The decay numbers of each half-life in a row, the day of the event first: by_day[days + 1].
decay (half_life, by_day) AS (
    SELECT half_life, array_agg(factor_millionths ORDER BY days)
    FROM scoring_decay
    WHERE half_life = ANY (%(half_lives)s::int[]) AND days <= %(longest_lookback)s::int
    GROUP BY half_life
),
-- Everything but the points of the category, by family and outcome or grading: a small table to hash once.
rate (family, factor_key, stage, factor_hundredths, place, lookback, by_day, other_base) AS MATERIALIZED (
    SELECT f.family, x.factor_key, x.stage, x.factor_hundredths, f.place, f.lookback, d.by_day, o.base
    FROM family f
    JOIN factor x ON x.family = f.family
    JOIN decay d ON d.half_life = f.half_life
    LEFT JOIN weight o ON o.family = f.family AND o.category = 'other'
),
-- What was known by the watermark, in a role that scores; later than the day itself is not yet counted.
-- `known_before` is set when an earlier day is looked back on: what was learnt since does not count,
-- except back records loaded in bulk. Only crimes have occurrences: everything else, and a crime without a reference,
-- stands alone under its own number.
known AS (
    SELECT e.event_id, e.person_id, e.family, e.{category} AS category, e.occurred_on, e.victim_key,
           %(as_of)s::date - e.occurred_on AS days,
           CASE e.family
               WHEN 'crime' THEN coalesce(e.status, %(status_when_unknown)s)
               WHEN 'intelligence' THEN coalesce(e.intel_grade, '')
               ELSE ''
           END AS factor_key,
           CASE WHEN e.family = 'crime' THEN e.occurrence_ref ELSE '' END AS occurrence_ref,
           CASE WHEN e.family = 'crime' AND e.occurrence_ref <> '' THEN 0 ELSE e.event_id END AS alone,
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
    SELECT *, {points} AS points_hundredths
    FROM (
        SELECT k.event_id, k.person_id, k.family, k.occurred_on, k.occurrence_ref, k.alone, k.victim_key, k.days,
               k.factor_key, k.status_on, k.is_news, r.place, r.stage, r.factor_hundredths,
               r.by_day[k.days + 1] AS decay_millionths,
               CASE WHEN w.base IS NULL THEN 'other' ELSE k.category END AS category,
               coalesce(w.base, r.other_base) AS base
        FROM known k
        JOIN rate r ON r.family = k.family AND r.factor_key = k.factor_key AND k.days <= r.lookback
        LEFT JOIN weight w ON w.family = k.family AND w.category = k.category
        WHERE w.base IS NOT NULL OR r.other_base IS NOT NULL
    ) AS tariffed
),
-- 1. One row per offence: the latest outcome, ties to the most advanced.
offence AS (
    SELECT DISTINCT ON (person_id, occurrence_ref, alone, category) *
    FROM priced
    ORDER BY person_id, occurrence_ref, alone, category, status_on DESC, stage DESC, occurred_on DESC, event_id
),
-- 3. The principal offence: one contribution per occurrence, the highest points, ties to the higher base.
-- 5. Whether an occurrence counts for frequency is asked of all its offences, before that rule.
counted AS (
    SELECT *,
           row_number() OVER (
               PARTITION BY person_id, occurrence_ref, alone ORDER BY points_hundredths DESC, base DESC, event_id
           ) = 1 AS contributes,
           bool_or(
               family = 'crime' AND days <= %(frequency_window)s AND factor_hundredths >= %(frequency_factor)s
           ) OVER (PARTITION BY person_id, occurrence_ref, alone) AS is_frequent
    FROM offence
),
-- 4. Family subtotals and their caps, and what the uplifts count.
tally AS (
    SELECT person_id,
           {families} AS families_hundredths,
           count(*) FILTER (WHERE contributes AND is_frequent) AS occurrences,
           {victims} AS victims,
           array_agg(event_id) FILTER (WHERE is_news AND points_hundredths > 0) AS news,
           max(occurred_on) FILTER (WHERE contributes AND points_hundredths > 0) AS latest_on,
           coalesce(max(base) FILTER (WHERE contributes AND points_hundredths > 0), 0) AS highest_base,
           count(*) FILTER (
               WHERE family = 'crime' AND contributes AND days <= 90 AND points_hundredths > 0
           ) AS crimes_90
    FROM counted
    GROUP BY person_id
),
-- 6. raw = capped families + uplifts; published = raw to the nearest whole point, halves upwards.
score AS (
    SELECT person_id, raw_hundredths, {published} AS published, latest_on, highest_base, crimes_90::int, occurrences,
           victims, coalesce(news, ARRAY[]::bigint[]) AS news
    FROM (
        SELECT *, families_hundredths + {frequency_points} * 100 + {victims_points} * 100 AS raw_hundredths FROM tally
    ) AS summed
)
