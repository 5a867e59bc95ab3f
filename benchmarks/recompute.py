"""The night against its limit: one hash GROUP BY over one sequential scan of the same events by one process (SCO-4).

Each round is one night later than the one before, as in service; everything it writes is committed.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from statistics import median

import django

django.setup()

from django.db import connection  # noqa: E402

from benchmarks.population import as_superuser  # noqa: E402
from benchmarks.timing import interleaved, ratio, seconds, table  # noqa: E402
from iom.access.scope import as_service  # noqa: E402
from iom.jobs.models import Chunk, Run  # noqa: E402
from iom.jobs.registry import kind_named  # noqa: E402
from iom.jobs.services import do_chunk  # noqa: E402
from scoring.models import ScoreRun  # noqa: E402
from scoring.pricing import end_of_day  # noqa: E402
from scoring.rules.nights import NIGHTLY  # noqa: E402
from scoring.services.runs import figures, recompute, recompute_persons  # noqa: E402

ROUNDS = 5
TOUCHED = 200
LIMIT = "scan and group the events, one process: the limit"
LIMIT_SQL = (
    "SELECT count(*), sum(days) FROM (SELECT person_id, sum(occurred_on - DATE '2000-01-01') AS days"
    " FROM scoring_event GROUP BY person_id) AS grouped"
)
LIMIT_SETTINGS = (
    "SET enable_indexscan = off; SET enable_indexonlyscan = off; SET enable_bitmapscan = off; SET jit = off;"
    " SET max_parallel_workers_per_gather = 0; SET work_mem = '1GB'"
)


class Nights:
    """The nights after the newest one of the demo, each asked for once."""

    def __init__(self) -> None:
        with as_service():
            newest = ScoreRun.objects.order_by("-as_of").values_list("as_of", flat=True).first()
        assert newest is not None
        self.last: date = newest

    def next(self) -> date:
        self.last += timedelta(days=1)
        return self.last

    def alone(self) -> float:
        """A night in one process, as `manage.py recompute_scores` does it."""
        night = self.next()
        return seconds(lambda: recompute(night, at=end_of_day(night)))

    def by_two(self) -> float:
        """A night by two workers, which take its chunks from the table as Celery's do."""
        night = self.next()
        at = end_of_day(night)

        def work() -> None:
            with as_service():
                run = Run.objects.create(kind=NIGHTLY, for_date=night, created_at=at)
                kind = kind_named(NIGHTLY)
                chunks = Chunk.objects.bulk_create(
                    Chunk(run=run, seq=seq, payload=payload, created_at=at)
                    for seq, payload in enumerate(kind.plan(run))
                )
            with ThreadPoolExecutor(2) as workers:
                done = list(workers.map(lambda chunk: _one_chunk(chunk.pk, night), chunks))
            assert all(done), "a chunk failed"
            with as_service():
                kind.finish(run)

        return seconds(work)

    def again(self) -> float:
        """The latest night once more, which must write nothing."""
        taken = seconds(lambda: recompute(self.last, at=end_of_day(self.last)))
        with as_service():
            written = ScoreRun.objects.order_by("-pk").values_list("written", flat=True)[:2]
            assert not any(written), "the same night again wrote rows"
        return taken

    def touched(self) -> float:
        """The people a feed touched, on the day after the latest night."""
        with as_service(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT person_id FROM scoring_event GROUP BY person_id ORDER BY hashint8(person_id) LIMIT %s",
                [TOUCHED],
            )
            ids = [row[0] for row in cursor.fetchall()]

        def work() -> None:
            with as_service():
                recompute_persons(ids, self.last, at=end_of_day(self.last))

        return seconds(work)


def _one_chunk(chunk_id: int, night: date) -> bool:
    try:
        with as_service():
            return do_chunk(chunk_id, at=end_of_day(night))
    finally:
        connection.close()


def limit() -> float:
    with as_superuser() as bare:
        bare.execute(LIMIT_SETTINGS)
        return seconds(lambda: bare.execute(LIMIT_SQL).fetchone())


def main() -> None:
    nights = Nights()
    found = interleaved(
        ROUNDS,
        {
            LIMIT: limit,
            "a night, one worker": nights.alone,
            "a night, two workers": nights.by_two,
            "the same night again: nothing is written": nights.again,
            f"{TOUCHED} persons touched by a feed": nights.touched,
        },
    )
    with as_service():
        last = {
            str(run.score_model): figures(run)
            for run in ScoreRun.objects.select_related("score_model")
            .filter(job_run__isnull=False)
            .order_by("pk")
        }
    rows = [
        (name, f"{median(times):.3f} s", f"{min(times):.3f}-{max(times):.3f}", ratio(times, found[LIMIT]))
        for name, times in found.items()
    ]
    print(f"\n## Recompute, {len(last)} score models\n")
    print(table(("what", "median", "range", "x limit"), rows))
    for name, counts in last.items():
        print(f"{name}: {counts['persons']:,} persons priced, {counts['written']:,} rows changed in a night")


if __name__ == "__main__":
    main()
