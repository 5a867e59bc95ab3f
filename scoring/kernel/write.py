"""Writing what changed: COPY into a temporary table, then the current scores with their history (SCO-4)."""

from collections.abc import Sequence

import numpy as np
from django.db import connection

from scoring.kernel.changes import Changes
from scoring.kernel.extract import day_number
from scoring.kernel.packing import packed_rows
from scoring.kernel.shapes import NO_DAY, Integers
from scoring.models import ScoreRun
from scoring.rules.config import ModelConfig

BUCKET_POINTS = 50
LARGEST_BUCKET = 2**15 - 1

TABLE_SQL = """
DROP TABLE IF EXISTS pg_temp.scoring_written;
CREATE TEMPORARY TABLE scoring_written (
    score_model_id bigint, run_id bigint, as_of int, person_id bigint, published int, raw_hundredths bigint,
    latest int, highest_base int, crimes_90 int, band smallint, bucket smallint, is_changed smallint, is_new smallint
) ON COMMIT DROP
"""
WIDTHS = (8, 8, 4, 8, 4, 8, 4, 4, 4, 2, 2, 2, 2)
BAND = "(%(bands)s::text[])[w.band]"
LATEST = f"CASE WHEN w.latest > {NO_DAY} THEN date '2000-01-01' + w.latest END"

# A current score that somebody's disposal has just taken away is neither updated nor given a history.
UPDATE_SQL = f"""
WITH kept AS (
    UPDATE scoring_current c
    SET published = w.published, raw_hundredths = w.raw_hundredths, band = {BAND}, latest_on = {LATEST},
        highest_base = w.highest_base, crimes_90 = w.crimes_90, bucket = w.bucket
    FROM scoring_written w
    WHERE w.is_new = 0 AND c.score_model_id = w.score_model_id AND c.person_id = w.person_id
    RETURNING w.score_model_id, w.person_id, w.as_of, w.run_id, w.published, w.raw_hundredths, w.band, w.is_changed
)
"""
INSERT_SQL = f"""
WITH kept AS (
    INSERT INTO scoring_current
        (score_model_id, person_id, published, raw_hundredths, band, latest_on, highest_base, crimes_90, bucket)
    SELECT w.score_model_id, w.person_id, w.published, w.raw_hundredths, {BAND}, {LATEST}, w.highest_base,
           w.crimes_90, w.bucket
    FROM scoring_written w
    WHERE w.is_new = 1
)
"""
HISTORY_SQL = f"""
INSERT INTO scoring_history (score_model_id, person_id, as_of, run_id, published, raw_hundredths, band)
SELECT w.score_model_id, w.person_id, date '2000-01-01' + w.as_of, w.run_id, w.published, w.raw_hundredths, {BAND}
FROM {{source}} w
WHERE w.is_changed = 1
ON CONFLICT (score_model_id, person_id, as_of) DO UPDATE
SET run_id = excluded.run_id, published = excluded.published, raw_hundredths = excluded.raw_hundredths,
    band = excluded.band
"""
OLD_SQL = UPDATE_SQL + HISTORY_SQL.format(source="kept")
NEW_SQL = INSERT_SQL + HISTORY_SQL.format(source="(SELECT * FROM scoring_written WHERE is_new = 1)")
# The temporary table has no statistics: each of its rows is looked up by key.
PLAN_SQL = "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off"


def write(found: Sequence[tuple[ScoreRun, ModelConfig, Changes]]) -> None:
    """Store the changes of some runs; nothing is sent when there are none."""
    some = [(run, config, one) for run, config, one in found if one.written]
    if not some:
        return
    bands = [""]
    parts = []
    for run, config, one in some:
        parts.append(_columns(run, config, one, first_band=len(bands) + 1))
        bands += [name for name, _ in config.bands]
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    values = {"bands": bands}
    with connection.cursor() as cursor:
        cursor.execute(TABLE_SQL)
        with cursor.copy("COPY scoring_written FROM STDIN (FORMAT BINARY)") as copy:
            copy.write(packed_rows(list(zip(columns, WIDTHS, strict=True))))
        cursor.execute(PLAN_SQL)
        cursor.execute(OLD_SQL, values)
        cursor.execute(NEW_SQL, values)


def _columns(run: ScoreRun, config: ModelConfig, one: Changes, *, first_band: int) -> tuple[Integers, ...]:
    """The columns of the temporary table; a band is its place in the list of names, the first being no band."""
    rows = one.rows
    same = np.ones(one.written, dtype=np.int64)
    lowers = np.array([lower for _, lower in config.bands], dtype=np.int64)
    band = first_band - 1 + np.searchsorted(lowers, rows.published, "right") if config.banded else same
    return (
        same * run.score_model_id, same * run.pk, same * day_number(run.as_of), rows.person, rows.published,
        rows.raw_hundredths, rows.latest, rows.highest_base, rows.crimes_90, band,
        np.minimum(rows.published // BUCKET_POINTS, LARGEST_BUCKET), one.is_changed.astype(np.int64),
        one.is_new.astype(np.int64),
    )  # fmt: skip
