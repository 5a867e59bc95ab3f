"""The night against its limit: one hash GROUP BY over one sequential scan of the same events by one process (SCO-4).

At the size asked for, with five models in use. Each round is one night later than the one before, as in service, with
the events that have become known since; everything it writes is committed. Workers are processes, warm as Celery's.
"""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from multiprocessing import get_context
from statistics import median

import django

django.setup()

from django.db import connection  # noqa: E402

from benchmarks.larger import SIZES, asked_size, fill, held, newest_night, settle  # noqa: E402
from benchmarks.population import as_superuser  # noqa: E402
from benchmarks.readers import Readers  # noqa: E402
from benchmarks.timing import cpu_of, interleaved, ratio, seconds, table  # noqa: E402
from benchmarks.workers import memory, one_chunk  # noqa: E402
from iom.access.scope import as_owner, as_service  # noqa: E402
from iom.accounts.models import User  # noqa: E402
from iom.celery import stand_back_for_pages  # noqa: E402
from iom.demo.owner import owner_login  # noqa: E402
from iom.jobs.models import Chunk, Run  # noqa: E402
from iom.jobs.registry import kind_named  # noqa: E402
from scoring.models import ScoreModel, ScoreRun  # noqa: E402
from scoring.pricing import end_of_day  # noqa: E402
from scoring.rules.config import config_hash  # noqa: E402
from scoring.rules.nights import NIGHTLY  # noqa: E402
from scoring.services.runs import figures, recompute_persons  # noqa: E402
from scoring.services.verify import verify_night  # noqa: E402

ROUNDS = 5
MODELS = 5
# The generated events go on so many days after the newest night of the demo: each night learns of new ones.
DAYS_AHEAD = 40
TOUCHED = 200
READ_FOR, READ_NIGHTS = 20.0, 5
# Every chunk of 100,000 people; of a larger population so many, spread evenly.
VERIFIED_CHUNKS = 20
LIMIT = "scan and group the events, one process: the limit"
LIMIT_TWO = "the same by two processes"
ONE, TWO, AGAIN = "a night, one worker", "a night, two workers", "the same night again: nothing is written"
LIMIT_SQL = (
    "SELECT count(*), sum(days) FROM (SELECT person_id, sum(occurred_on - DATE '2000-01-01') AS days"
    " FROM scoring_event GROUP BY person_id) AS grouped"
)
LIMIT_SETTINGS = (
    "SET enable_indexscan = off; SET enable_indexonlyscan = off; SET enable_bitmapscan = off; SET jit = off;"
    " SET work_mem = '1GB'; SET hash_mem_multiplier = 2; SET statement_timeout = 0;"
    " SET max_parallel_workers_per_gather = {helpers}; SET parallel_setup_cost = 10; SET parallel_tuple_cost = 0.001"
)


@dataclass
class Spent:
    """What the nights cost besides time."""

    wal: list[int] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    growth: list[float] = field(default_factory=list)
    updates: int = 0
    hot: int = 0
    cpu: list[float] = field(default_factory=list)


class Nights:
    """The nights after the newest one of the demo, each asked for once."""

    def __init__(self) -> None:
        self.last: date = newest_night()
        self.spent = Spent()
        forked = get_context("forkserver")
        forked.set_forkserver_preload(["benchmarks.workers"])
        self.workers = ProcessPoolExecutor(2, forked, stand_back_for_pages)
        self.worker = ProcessPoolExecutor(1, forked, stand_back_for_pages)
        for pool, size in ((self.workers, 2), (self.worker, 1)):
            list(pool.map(one_chunk, [(0, self.last)] * size * 4))

    def by(self, workers: ProcessPoolExecutor, *, again: bool = False) -> float:
        """A night by workers that take its chunks from the table as Celery's do."""
        self.last += timedelta(days=0 if again else 1)
        before = _counters()
        taken = seconds(lambda: self._night(workers, again))
        if not again:
            self._note(before)
        return taken

    def _night(self, workers: ProcessPoolExecutor, again: bool) -> None:
        at = end_of_day(self.last)
        with as_service():
            run, _ = Run.objects.get_or_create(kind=NIGHTLY, for_date=self.last, defaults={"created_at": at})
            run.chunks.all().delete()
            kind = kind_named(NIGHTLY)
            chunks = Chunk.objects.bulk_create(
                Chunk(run=run, seq=seq, payload=payload, created_at=at)
                for seq, payload in enumerate(kind.plan(run))
            )
        done = list(workers.map(one_chunk, [(chunk.pk, self.last) for chunk in chunks]))
        if not again:
            self.spent.cpu.append(sum(done))
        with as_service():
            kind.finish(run)
            written = sum(one["written"] for one in run.summary.values())
            if again:
                assert written == 0, "the same night again wrote rows"
            else:
                self.spent.rows.append(written)
                self.spent.changed.append(sum(one["changed"] for one in run.summary.values()))

    def _note(self, before: tuple[int, int, int, int]) -> None:
        after = _counters()
        self.spent.wal.append(after[0] - before[0])
        self.spent.updates += after[1] - before[1]
        self.spent.hot += after[2] - before[2]
        with as_superuser() as bare:
            bare.execute("VACUUM scoring_current")
        self.spent.growth.append(_counters()[3] / before[3] - 1)

    def touched(self) -> float:
        """The people a feed touched, on the day of the latest night."""
        with as_service(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT person_id FROM scoring_current GROUP BY person_id ORDER BY hashint8(person_id) LIMIT %s",
                [TOUCHED],
            )
            ids = [row[0] for row in cursor.fetchall()]

        def work() -> None:
            with as_service():
                recompute_persons(ids, self.last, at=end_of_day(self.last))

        return seconds(work)


def _counters() -> tuple[int, int, int, int]:
    """Bytes of the write-ahead log, updates and HOT updates of the current scores, bytes of their table."""
    with as_superuser() as bare:
        row = bare.execute(
            "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint, n_tup_upd, n_tup_hot_upd,"
            " pg_relation_size(relid) FROM pg_stat_user_tables WHERE relname = 'scoring_current'"
        ).fetchone()
    assert row is not None
    return row


LIMIT_CPU: list[float] = []


def limit(helpers: int) -> float:
    with as_superuser() as bare:
        bare.execute(LIMIT_SETTINGS.format(helpers=helpers).encode())
        before = cpu_of(bare.info.backend_pid)
        taken = seconds(lambda: bare.execute(LIMIT_SQL).fetchone())
        if not helpers:
            LIMIT_CPU.append((cpu_of(bare.info.backend_pid) - before) / 1000)
        return taken


def prepare() -> None:
    """The population of the size asked for, and five models in use."""
    fill(SIZES[asked_size("100k")], until=newest_night() + timedelta(days=DAYS_AHEAD))
    with owner_login(), as_owner():
        _use_models()
    settle()


def _use_models() -> None:
    """Every shipped model active; while fewer than five are shipped, copies of the last under other codes."""
    approver = User.objects.order_by("pk").first()
    rows = list(ScoreModel.objects.order_by("code"))
    last = rows[-1]
    for number in range(len(rows), MODELS):
        document = {**last.config, "code": f"BENCH{number}"}
        rows.append(
            ScoreModel.objects.create(
                code=document["code"],
                version=last.version,
                config=document,
                config_hash=config_hash(document),
            )
        )
    for row in rows:
        if row.status == ScoreModel.Status.DRAFT:
            row.status = ScoreModel.Status.SHADOW
            row.save(update_fields=["status"])
            row.status, row.effective_from, row.approver = (
                ScoreModel.Status.ACTIVE,
                date(2020, 1, 1),
                approver,
            )
            row.approved_at, row.approval_reason = end_of_day(date(2020, 1, 1)), "Measured."
            row.save()


def main() -> None:
    prepare()
    nights = Nights()
    first = nights.by(nights.workers)
    with as_superuser() as bare:
        bare.execute(
            "VACUUM (ANALYZE) scoring_current, scoring_history, scoring_threat_alert, scoring_alert_firing"
        )
    print(f"the first night of this population: {first:.1f} s", flush=True)
    nights.spent = Spent()
    found = interleaved(
        ROUNDS,
        {
            LIMIT: lambda: limit(0),
            LIMIT_TWO: lambda: limit(1),
            ONE: lambda: nights.by(nights.worker),
            TWO: lambda: nights.by(nights.workers),
            AGAIN: lambda: nights.by(nights.workers, again=True),
            f"{TOUCHED} persons touched by a feed": nights.touched,
        },
    )
    rows = [
        (name, f"{median(times):.3f} s", f"{min(times):.3f}-{max(times):.3f}", ratio(times, found[LIMIT]))
        for name, times in found.items()
    ]
    persons, events = held()
    print(f"\n## Recompute: {persons:,} persons, {events:,} events, {MODELS} score models; {ROUNDS} rounds\n")
    print(table(("what", "median", "range", "x limit"), rows))
    spent, memories = nights.spent, list(nights.workers.map(memory, range(8)))
    print(
        f"\nA night: {median(spent.rows):,.0f} rows written, {median(spent.changed):,.0f} published scores changed,"
        f" {median(spent.wal) / 1e6:,.0f} MB of write-ahead log (most {max(spent.wal) / 1e6:,.0f});"
        f" {spent.hot / max(spent.updates, 1):.1%} of updates HOT; the table grew by"
        f" {median(spent.growth):.2%} a night after vacuum (most {max(spent.growth):.2%});"
        f" processor seconds: {median(spent.cpu):.2f} a night, {median(LIMIT_CPU):.2f} the limit;"
        f" two workers {median(found[ONE]) / median(found[TWO]):.2f} times one;"
        f" a worker {max(one.own for one in memories):.0f} MB of its own,"
        f" {max(one.resident for one in memories):.0f} with what it shares"
    )
    with as_service():
        for run in ScoreRun.objects.filter(as_of=nights.last, partial=False).select_related("score_model"):
            counts = figures(run)
            print(
                f"{run.score_model}: {counts['persons']:,} priced,"
                f" {counts['written']:,} written, {counts['alerts']} alerts"
            )
    readers = Readers()
    idle = readers.ask_for(READ_FOR)
    busy = readers.ask_while(lambda: [nights.by(nights.workers) for _ in range(READ_NIGHTS)])
    head = ("readers", "idle p95 ms", "during nights p95 ms", "x idle", "longest ms")
    print("\n" + table(head, readers.rows(idle, busy)), flush=True)
    for one in verify_night(nights.last, at=end_of_day(nights.last), sample=VERIFIED_CHUNKS):
        print(
            f"{one.model}: kernel and SQL {'identical' if one.is_same else 'DIFFERENT'} for {one.persons:,} people,"
            f" fingerprint {one.kernel_digest & 0xFFFFFFFFFFFFFFFF:016x}",
            flush=True,
        )


if __name__ == "__main__":
    main()
