"""What the night of retention takes at 200,000 persons: who falls due, in two statements for everybody (SHR-4).

The limit is one hash GROUP BY over one sequential scan of the events, as for the nightly scoring. Beside the clock
stands the processor's time in the database, since neighbours change it less.
"""

from collections.abc import Callable
from datetime import timedelta
from statistics import median

import django

django.setup()

from django.db import connection, transaction  # noqa: E402

from benchmarks import reach  # noqa: E402
from benchmarks.population import as_superuser  # noqa: E402
from benchmarks.timing import cpu_of, seconds, table  # noqa: E402
from iom.access.scope import as_service  # noqa: E402
from iom.kernel import clock  # noqa: E402
from iom.retention.selectors.facts import schedule_for  # noqa: E402
from iom.retention.services.queue import open_due_reviews  # noqa: E402
from iom.retention.services.reminders import remind  # noqa: E402
from iom.retention.services.returned import note_returned  # noqa: E402

ROUNDS = 5
YEARS_OLDER = 8
FILL = f"""
WITH old AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS n FROM persons_person
             WHERE nominal_ref NOT LIKE 'RE%'),
fresh AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM persons_person WHERE nominal_ref LIKE 'RE%'),
pairs AS (SELECT f.id AS to_id, o.id AS from_id, f.place / o.n AS copy
          FROM fresh f JOIN old o ON o.place = f.place % o.n)
INSERT INTO scoring_event (person_id, family, category, da_category, occurred_on, occurred_on_unknown, recorded_at,
    role, status, status_on, occurrence_ref, offence_ref, intel_grade, victim_key, bulk_load, unmapped, source,
    source_ref, summary)
SELECT p.to_id, e.family, e.category, e.da_category,
    (e.occurred_on - make_interval(years => (p.copy % {YEARS_OLDER})::integer))::date, e.occurred_on_unknown,
    e.recorded_at, e.role, e.status, e.status_on, e.occurrence_ref, e.offence_ref, e.intel_grade, e.victim_key,
    e.bulk_load, e.unmapped, 'reach', p.copy || ':' || e.id, e.summary
FROM pairs p JOIN scoring_event e ON e.person_id = p.from_id AND e.id % 2 = 0
"""
LIMIT = (
    "SELECT count(*) FROM"
    " (SELECT person_id, count(*), max(occurred_on) FROM public.scoring_event GROUP BY person_id) g"
)


def fill() -> None:
    """The people of the reach, each with half the events of somebody of the demo, moved back by some years."""
    reach.fill()
    with as_superuser() as bare:
        if not bare.execute("SELECT 1 FROM scoring_event WHERE source = 'reach' LIMIT 1").fetchone():
            with bare.transaction():
                bare.execute("SET session_replication_role = replica")
                bare.execute(FILL.encode())
                bare.execute("RESET session_replication_role")
            bare.execute("VACUUM (ANALYZE)")


def asked(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock, and seconds of the database's processor; what was written is taken back."""
    with transaction.atomic(), as_service():
        backend = connection.connection.info.backend_pid
        before = cpu_of(backend)
        taken = seconds(work)
        spent = (cpu_of(backend) - before) / 1000
        transaction.set_rollback(True)
    return taken, spent


def limit() -> None:
    with as_superuser() as bare:
        bare.execute("SET max_parallel_workers_per_gather = 0")
        bare.execute(LIMIT)


def main() -> None:
    fill()
    today = clock.today()
    schedule = schedule_for(today)
    found: dict[str, int] = {}

    def first() -> None:
        found.update(open_due_reviews(schedule, on=today))

    with as_service():
        open_due_reviews(schedule, on=today - timedelta(days=1))
    ways: dict[str, Callable[[], object]] = {
        "a night later: who falls due, and who no longer does": first,
        "who came back": lambda: note_returned(since=clock.now() - timedelta(days=31), on=today),
        "what is reminded of": lambda: remind(on=today, at=clock.now()),
    }
    limits, taken = [], {name: [] for name in ways}  # type: ignore[var-annotated]
    for _ in range(ROUNDS):
        limits.append(seconds(limit))
        for name, work in ways.items():
            taken[name].append(asked(work))
    with as_superuser() as bare:
        row = bare.execute(
            "SELECT (SELECT count(*) FROM persons_person), (SELECT count(*) FROM scoring_event),"
            " (SELECT count(*) FROM retention_review WHERE status = 'open')"
        ).fetchone()
    assert row is not None
    print(f"\n## Retention: {row[0]:,} persons, {row[1]:,} events, {row[2]:,} reviews open; {found}\n")
    rows = [("scan and group the events, one process: the limit", f"{median(limits):.2f}", "", "1.0")]
    rows += [
        (
            name,
            f"{median(one for one, _ in both):.2f}",
            f"{median(cpu for _, cpu in both):.2f}",
            f"{median(one for one, _ in both) / median(limits):.1f}",
        )
        for name, both in taken.items()
    ]
    print(table(("what", "seconds, median", "db CPU s", "x limit"), rows))


if __name__ == "__main__":
    main()
