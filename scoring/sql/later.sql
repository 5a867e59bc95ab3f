-- Offences after a day that came to one of the outcomes asked for: how many, and when the first and the latest happened.
SELECT person_id,
       count(*) AS offences,
       max(occurred_on) AS latest_on,
       min(occurred_on) AS any_on,
       min(occurred_on) FILTER (WHERE factor_key = ANY (%(proven_statuses)s::text[])) AS proven_on
FROM offence
WHERE family = 'crime' AND occurred_on > %(after)s::date AND factor_key = ANY (%(any_statuses)s::text[])
GROUP BY person_id
