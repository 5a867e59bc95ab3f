-- One row per event that contributes.
SELECT person_id, event_id, family, category, occurred_on, base, factor_key, days, decay_millionths, points_hundredths
FROM counted
WHERE contributes
ORDER BY person_id, place, event_id
