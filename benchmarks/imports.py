"""A file of crimes through the import, against a bare COPY of the rows it gave into the same indexed table (INT-1).

Each round imports a file of new rows, keeps them aside, takes them out again, and COPYs them back in as they are. The
table is vacuumed and the log flushed before each, so that both find it in the same state.
"""

import csv
import resource
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import django
import psycopg

django.setup()

from django.conf import settings  # noqa: E402

from benchmarks.population import as_superuser  # noqa: E402
from benchmarks.timing import seconds, table  # noqa: E402
from iom.access.actor import SYSTEM  # noqa: E402
from iom.access.scope import as_service  # noqa: E402
from iom.feeds.services import Outcome, import_file  # noqa: E402
from iom.kernel import clock  # noqa: E402

ROUNDS = 5
ROWS = 50_000
BLOCK_BYTES = 1 << 20


class Bench:
    """One folder of files, one table, and where its own rows began."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.source = settings.DATA_DIR / "demo-extracts" / "crimes.csv"
        with as_superuser() as bare:
            self.first_id = _number(bare.execute("SELECT max(id) + 1 FROM scoring_event").fetchone())
            columns = bare.execute(
                "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute"
                " WHERE attrelid = 'scoring_event'::regclass AND attnum > 0 AND NOT attisdropped"
                " AND attgenerated = ''"
            ).fetchone()
            self.columns = columns[0] if columns else ""

    def file(self, number: int) -> Path:
        """The first rows of the demo's crimes under references nobody has seen."""
        path = self.folder / f"crimes-{number}.csv"
        with self.source.open(newline="", encoding="utf-8") as old, path.open("w", newline="") as new:
            rows, writer = csv.reader(old), csv.writer(new, lineterminator="\n")
            writer.writerow(next(rows))
            writer.writerows([f"B{number}{row[0]}", *row[1:]] for row in islice(rows, ROWS))
        return path

    def settle(self) -> None:
        """Take the rows of the round before out, leave no dead ones, nothing to be flushed."""
        with as_superuser() as bare:
            bare.execute("DELETE FROM scoring_event WHERE id >= %s", [self.first_id])
            bare.execute("VACUUM (ANALYZE) scoring_event")
            bare.execute("CHECKPOINT")

    def by_import(self, path: Path) -> float:
        answers: list[Outcome] = []

        def work() -> None:
            with as_service():
                answers.append(import_file("crimes", path, by=SYSTEM, at=clock.now(), on=clock.today()))

        taken = seconds(work)
        assert answers[0].inserted >= ROWS * 0.99, f"{answers[0]}"
        return taken

    def keep_aside(self) -> Path:
        rows = self.folder / "rows.copy"
        chosen = f"SELECT {self.columns} FROM scoring_event WHERE id >= {self.first_id:d} ORDER BY id"
        statement = f"COPY ({chosen}) TO STDOUT".encode()
        with rows.open("wb") as file, as_superuser() as bare, bare.cursor().copy(statement) as out:
            for block in out:
                file.write(block)
        return rows

    def by_copy(self, rows: Path) -> float:
        with as_superuser() as bare:
            return seconds(lambda: _copy(bare, f"COPY scoring_event ({self.columns}) FROM STDIN", rows))


def _copy(bare: psycopg.Connection, statement: str, rows: Path) -> None:
    with rows.open("rb") as source, bare.cursor().copy(statement.encode()) as into:
        while block := source.read(BLOCK_BYTES):
            into.write(block)


def _number(row: tuple[int, ...] | None) -> int:
    assert row is not None
    return row[0]


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    imported, copied, peak_before = [], [], 0.0
    with TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        for number in range(ROUNDS + 1):
            path = bench.file(number)
            bench.settle()
            peak_before = peak_before or _peak_mb()
            by_import = bench.by_import(path)
            rows = bench.keep_aside()
            bench.settle()
            by_copy = bench.by_copy(rows)
            if number:  # the first warms up
                imported.append(by_import)
                copied.append(by_copy)
    print(f"\n## Import of {ROWS:,} crimes into the table that holds the demo's events\n")
    rows_of_table = [
        (name, f"{median(times):.2f} s", f"{min(times):.2f}-{max(times):.2f}", f"{ROWS / median(times):,.0f}",
         f"{median(times) / median(copied):.2f}")
        for name, times in (("bare COPY of the same rows: the limit", copied), ("import_feed", imported))
    ]  # fmt: skip
    print(table(("what", "median", "range", "rows a second", "x limit"), rows_of_table))
    print(
        f"Peak memory of the importing process: {_peak_mb():.0f} MB (before the first file {peak_before:.0f})."
    )


if __name__ == "__main__":
    main()
