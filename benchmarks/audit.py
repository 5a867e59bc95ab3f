"""What sealing costs: adding rows with and without leaves, sealing and verifying a million, reading pages (SHR-3)."""

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import django

django.setup()

import psycopg  # noqa: E402
from django.db import connection  # noqa: E402

from benchmarks.population import as_superuser  # noqa: E402
from benchmarks.timing import p95, seconds, table  # noqa: E402
from iom.access.actor import SYSTEM  # noqa: E402
from iom.access.scope import as_actor, as_service  # noqa: E402
from iom.accounts.rules import DbClass, Role  # noqa: E402
from iom.audit.keys import make_key  # noqa: E402
from iom.audit.selectors import Filters, page_of_acts  # noqa: E402
from iom.audit.services import seal_next, verify  # noqa: E402
from iom.audit.services.sealing import stamp_older  # noqa: E402

ROWS = 1_000_000
SAMPLE = 50_000
PAGES = 15
ROUNDS = 4
_ADD = """
    INSERT INTO audit_act (at, kind, action, user_id, user_name, role, agency, subjects, reason, detail, request_id)
    SELECT now() - make_interval(secs => n),
           (ARRAY['consult', 'consult', 'consult', 'search', 'alter', 'export'])[1 + n %% 6],
           'look:case', 1 + n %% 200, 'User ' || n %% 200, 'supervisor', 'Northmoor Police',
           ARRAY[(n::bigint * 7919) %% 200000 + 1]::bigint[], CASE WHEN n %% 50 = 0 THEN 'Reason ' || n ELSE '' END,
           '{"path": "/cases/1/"}', gen_random_uuid()
      FROM generate_series(1, %s) AS n
"""


def add(rows: int) -> None:
    """As the owner of the tables, one statement."""
    with as_superuser() as one:
        one.execute(_ADD, [rows])


def without_stamp(rows: int) -> None:
    with as_superuser() as one, one.transaction(force_rollback=True):
        one.execute("ALTER TABLE audit_act DISABLE TRIGGER stamp")
        one.execute(_ADD, [rows])


def with_stamp(rows: int) -> None:
    with as_superuser() as one, one.transaction(force_rollback=True):
        one.execute("ALTER TABLE audit_act ENABLE TRIGGER stamp")
        one.execute(_ADD, [rows])


def one_by_one(*, stamped: bool, rows: int = 2_000) -> None:
    """As a request adds them: one statement each, in one transaction."""
    with as_superuser() as one, one.transaction(force_rollback=True):
        one.execute(f"ALTER TABLE audit_act {'ENABLE' if stamped else 'DISABLE'} TRIGGER stamp")
        for _ in range(rows):
            one.execute(_ADD, [1])


def inserts() -> None:
    found: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for name, work in (
            ("in bulk, without leaves", lambda: without_stamp(SAMPLE)),
            ("in bulk, with leaves", lambda: with_stamp(SAMPLE)),
        ):
            found.setdefault(name, []).append(seconds(work) / SAMPLE * 1e6)
        for name, stamped in (("one by one, without leaves", False), ("one by one, with leaves", True)):
            took = seconds(lambda stamped=stamped: one_by_one(stamped=stamped))  # type: ignore[misc]
            found.setdefault(name, []).append(took / 2_000 * 1e6)
    print(
        table(["adding a row", "microseconds, median"], [(k, f"{median(v):.1f}") for k, v in found.items()])
    )


def seals() -> None:
    rows = [(f"adding {ROWS:,} rows", f"{seconds(lambda: add(ROWS)):.1f}")]
    with as_superuser() as one:
        one.execute("ANALYZE audit_act")
    with TemporaryDirectory() as folder:
        key = make_key(Path(folder) / "key.pem")
        while True:
            with as_service():
                if not stamp_older():
                    break

        def seal() -> None:
            with as_service():
                made = seal_next(at=datetime.now(tz=UTC), key=key, below=_below())
                assert made is not None
                assert made.acts >= ROWS

        rows.append((f"one seal over {ROWS:,} rows", f"{seconds(seal):.1f}"))

        def check() -> None:
            with as_service():
                found = verify(key_id=key.key_id)
            assert found.problems == [], found.problems

        rows.append((f"verifying {ROWS:,} rows", f"{seconds(check):.1f}"))
    print(table(["sealing", "seconds"], rows))


def _below() -> int:
    """All that was added is finished; other databases of the cluster may hold the usual end back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint + (SELECT shift FROM audit_origin)")
        return int(cursor.fetchone()[0])


def pages() -> None:
    auditor = replace(SYSTEM, role=Role.AUDITOR, db_class=DbClass.AUDITOR, user_id=1, membership_id=1)
    asked = {
        "newest": Filters(),
        "one user": Filters(user="User 77"),
        "exports": Filters(kinds=("export",)),
        "break-glass, of which there is none": Filters(kinds=("break_glass",)),
        "part of a reason": Filters(reason="Reason 4950"),
        "a reason that nobody gave": Filters(reason="nobody gave this"),
    }
    rows = []
    for name, filters in asked.items():
        times = []
        for _ in range(PAGES):
            with as_actor(auditor):
                times.append(seconds(lambda filters=filters: page_of_acts(auditor, filters)) * 1000)  # type: ignore[misc]
        rows.append((name, f"{median(times):.1f}", f"{p95(times):.1f}"))
    print(table([f"a page of the audit at {ROWS:,} rows", "ms, median", "ms, p95"], rows))


def main() -> None:
    print(f"\nAudit; load {os.getloadavg()[0]:.1f}; psycopg {psycopg.__version__}")
    inserts()
    seals()
    pages()


if __name__ == "__main__":
    main()
