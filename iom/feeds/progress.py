"""How far a load has come, written by a second connection so that it is seen while the load's transaction is open."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection

from iom.feeds.rules import Stage
from iom.feeds.services.importing import Tell

logger = logging.getLogger("iom.feeds")
_SAY = """
    INSERT INTO feeds_progress AS p (file_no, stage, rows, started_at, at) VALUES (%s, %s, %s, now(), now())
    ON CONFLICT (file_no) DO UPDATE SET stage = excluded.stage, rows = excluded.rows, at = excluded.at,
        started_at = CASE WHEN excluded.stage = 'reading' THEN excluded.at ELSE p.started_at END"""
_END = "DELETE FROM feeds_progress WHERE file_no = %s"


@contextmanager
def telling(file_id: int) -> Iterator[Tell]:
    """What a load tells its stages to; a fault here never stops the load."""
    beside = connection.copy()

    def write(statement: str, values: list[int | str]) -> None:
        try:
            with beside.cursor() as cursor:
                cursor.execute("SELECT set_config('role', 'iom_service', true)")
                cursor.execute(statement, values)
            beside.commit()
        except DatabaseError:
            logger.warning("How far file %d has come could not be written.", file_id)

    def tell(stage: Stage, rows: int) -> None:
        write(_SAY, [file_id, stage.value, rows])

    try:
        beside.set_autocommit(False)
        yield tell
    finally:
        write(_END, [file_id])
        beside.close()
