-- Every event of these people, with how far it came: the reason why an event does not score.
SELECT e.person_id, e.event_id, e.family, e.{category} AS category, e.occurred_on, e.role, e.status, e.intel_grade,
       e.recorded_at, e.bulk_load,
       e.recorded_at < %(watermark)s::timestamptz AS was_known,
       p.event_id IS NOT NULL AS was_priced,
       c.event_id IS NOT NULL AS was_counted,
       coalesce(c.contributes, false) AS contributes,
       p.points_hundredths
FROM {source} e
LEFT JOIN priced p ON p.event_id = e.event_id
LEFT JOIN counted c ON c.event_id = e.event_id
WHERE {people}
ORDER BY e.person_id, e.occurred_on DESC, e.event_id
