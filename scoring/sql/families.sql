-- What each family brings a person before its cap, and what of it is of crimes of which they are only suspected.
SELECT person_id, family,
       sum(points_hundredths) AS points_hundredths,
       coalesce(sum(points_hundredths) FILTER (WHERE factor_key = %(only_suspected)s), 0) AS suspected_hundredths
FROM counted
WHERE contributes AND points_hundredths > 0
GROUP BY person_id, family
