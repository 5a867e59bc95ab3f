-- Every event of these people, with how far it came: the reason why an event does not score.
SELECT e.person_id, e.event_id, e.family, e.{category} AS category, e.occurred_on, e.role, e.status, e.intel_grade,
       e.recorded_at, e.bulk_load,
       e.recorded_at < %(watermark)s::timestamptz AS was_known,
       e.event_id IN (SELECT event_id FROM priced) AS was_priced,
       e.event_id IN (SELECT event_id FROM counted) AS was_counted,
       e.event_id IN (SELECT event_id FROM counted WHERE contributes) AS contributes,
       (SELECT p.points_hundredths FROM priced p WHERE p.event_id = e.event_id) AS points_hundredths
FROM {source} e
WHERE {people}
ORDER BY e.person_id, e.occurred_on DESC, e.event_id
