-- One row per person: the score and what the order of the prioritised list looks at.
SELECT person_id, raw_hundredths, published, latest_on, highest_base, crimes_90, occurrences, victims, news
FROM score
