"""The demo force grown to a size: people with ten years of events, cases of the managed, and a night's scores."""

import os
from datetime import date, timedelta

import psycopg
from django.core.management import call_command

from benchmarks.population import as_superuser
from benchmarks.timing import seconds
from iom.access.scope import as_service
from iom.jobs.models import Chunk, Run
from iom.jobs.registry import kind_named
from iom.jobs.services import do_chunk
from scoring.models import ScoreRun
from scoring.pricing import end_of_day
from scoring.rules.nights import NIGHTLY

SIZES = {
    "demo": None,
    "100k": (100_000, 2_000_000),
    "200k": (200_000, 4_000_000),
    "1m": (1_000_000, 20_000_000),
}
# Of a million persons 50,000 are managed.
MANAGED_OF = 20
APART = 1_000_000

# Every case of the demo once more for each copy, about somebody of the same district who is not managed.
_PAIRS = """
CREATE TEMP TABLE pair AS
WITH asked AS (
    SELECT c.id AS case_id, c.person_id AS of_person, copy, p.home_unit_id,
           row_number() OVER (PARTITION BY p.home_unit_id ORDER BY copy, c.id) AS place
    FROM cohorts_case c JOIN persons_person p ON p.id = c.person_id, generate_series(1, {copies}) AS copy),
free AS (
    SELECT p.id, p.home_unit_id,
           row_number() OVER (PARTITION BY p.home_unit_id ORDER BY md5(p.nominal_ref)) AS place
    FROM persons_person p
    WHERE NOT p.is_restricted AND NOT EXISTS (SELECT FROM cohorts_case c WHERE c.person_id = p.id))
SELECT case_id, copy, of_person, free.id AS person_id FROM asked JOIN free USING (home_unit_id, place)
"""
_MANAGED = (
    "UPDATE persons_person p SET is_managed = true FROM pair JOIN cohorts_case c ON c.id = pair.case_id"
    " WHERE p.id = pair.person_id AND c.status <> 'closed'"
)
_COLUMNS = (
    "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
    " AND attgenerated = '' ORDER BY attnum"
)
_HANG_ON_CASES = (
    "SELECT conrelid::regclass::text FROM pg_constraint"
    " WHERE contype = 'f' AND confrelid = 'cohorts_case'::regclass"
)
REFERRALS = "cohorts_referral"
_LINKS = (
    "SELECT a.attname, c.confrelid::regclass::text FROM pg_constraint c"
    " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]"
    " WHERE c.contype = 'f' AND c.conrelid = %s::regclass"
)


def held() -> tuple[int, int]:
    """Persons and events that are there."""
    with as_superuser() as bare:
        row = bare.execute(
            "SELECT (SELECT count(*) FROM persons_person), (SELECT count(*) FROM scoring_event)"
        ).fetchone()
    assert row is not None
    return row


def newest_night() -> date:
    with as_service():
        newest = ScoreRun.objects.order_by("-as_of").values_list("as_of", flat=True).first()
    assert newest is not None
    return newest


def fill(size: tuple[int, int] | None, *, until: date) -> None:
    """Add what is missing to so many persons and events, the last of them the day before `until`."""
    persons, events = held()
    if not size or size[0] <= persons:
        return
    made = seconds(
        lambda: call_command(
            "generate_population",
            persons=size[0] - persons,
            events=size[1] - events,
            as_of=until,
            verbosity=0,
        )
    )
    print(f"\n{size[0] - persons:,} persons and {size[1] - events:,} events made in {made:.0f} s", flush=True)


def manage_more(persons: int) -> int:
    """Cases with all that hangs on them for one person in `MANAGED_OF`, copied from the demo's; how many there are."""
    with as_superuser() as bare, bare.transaction():
        cases = bare.execute("SELECT count(*) FROM cohorts_case").fetchone()
        assert cases is not None
        copies = persons // MANAGED_OF // cases[0]
        bare.execute("SET LOCAL session_replication_role = replica")
        bare.execute(_PAIRS.format(copies=max(copies - 1, 0)).encode())
        hanging = [row[0] for row in bare.execute(_HANG_ON_CASES).fetchall()]
        tables = [REFERRALS, "cohorts_case", *hanging]
        for table in tables:
            _copy(bare, table, tables)
        bare.execute(_MANAGED)
        return int(cases[0]) * max(copies, 1)


def _copy(bare: psycopg.Connection, table: str, copied: list[str]) -> None:
    """The rows of a table for each copy of their case: numbers far apart, and links among what is copied follow."""
    links: dict[str, str] = dict(bare.execute(_LINKS, [table]).fetchall())
    columns = [row[0] for row in bare.execute(_COLUMNS, [table]).fetchall()]
    case = "id" if table == "cohorts_case" else "case_id"
    of_case = f"pair.case_id = r.{case}"
    if table == REFERRALS:
        of_case = "pair.case_id = (SELECT c.id FROM cohorts_case c WHERE c.referral_id = r.id)"
    values = {
        name: f"r.{name} + pair.copy * {APART}"
        if name == "id" or links.get(name, "") in copied
        else "CASE WHEN r.person_id = pair.of_person THEN pair.person_id ELSE r.person_id END"
        if name == "person_id"
        else f"r.{name}"
        for name in columns
    }
    bare.execute(
        f"INSERT INTO {table} ({', '.join(values)}) OVERRIDING SYSTEM VALUE"
        f" SELECT {', '.join(values.values())} FROM {table} r JOIN pair ON {of_case}".encode()
    )


def score(night: date) -> None:
    """One night for everybody, by this process."""
    with as_service():
        at = end_of_day(night)
        run, _ = Run.objects.get_or_create(kind=NIGHTLY, for_date=night, defaults={"created_at": at})
        run.chunks.all().delete()
        kind = kind_named(NIGHTLY)
        chunks = Chunk.objects.bulk_create(
            Chunk(run=run, seq=seq, payload=payload, created_at=at)
            for seq, payload in enumerate(kind.plan(run))
        )
    for chunk in chunks:
        with as_service():
            assert do_chunk(chunk.pk, at=at), "a chunk failed"
    with as_service():
        kind.finish(run)


def settle() -> None:
    with as_superuser() as bare:
        print(f"vacuumed in {seconds(lambda: bare.execute('VACUUM (ANALYZE)')):.0f} s", flush=True)


def asked_size(default: str) -> str:
    """What the command was asked for."""
    return os.environ.get("BENCH_SIZE") or default


def grow(size: tuple[int, int] | None) -> None:
    """The population of a size, a twentieth of it managed, scored on the day after the newest night."""
    if size is None:
        return
    night = newest_night() + timedelta(days=1)
    fill(size, until=night)
    cases = manage_more(size[0])
    settle()
    print(f"{cases:,} cases; scored in {seconds(lambda: score(night)):.0f} s", flush=True)
    settle()
