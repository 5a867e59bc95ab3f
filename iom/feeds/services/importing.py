"""Loading a file from a force system: all of it that is right, or nothing (INT-1)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, DataError, IntegrityError, connection, transaction

from iom.access.actor import Actor
from iom.audit.services import record
from iom.feeds import audit, registry, sql
from iom.feeds.kinds import PERSON_KEY, FeedKind
from iom.feeds.models import FeedFile, FeedReject, FeedRejectedRow
from iom.feeds.rules import ALREADY_LOADED, BrokenFile, FileStatus, Stage, is_parked
from iom.feeds.staging import Inspected, copy_row_by_row, copy_whole, fingerprint, inspect, make_stage
from iom.feeds.store import keep_copy

Tell = Callable[[Stage, int], None]
"""Told how far a load has come: the stage, and how many rows it is about."""


@dataclass(frozen=True)
class Outcome:
    """What became of a file. For a loaded one `read = inserted + updated + unchanged + rejected`.

    `withdrawn` says how many of the updated rows were taken back by the source.
    """

    file_id: int | None
    kind: str
    name: str
    status: str
    problem: str = ""
    read: int = 0
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    withdrawn: int = 0

    @property
    def is_good(self) -> bool:
        """Loaded now, or loaded before."""
        return self.status in {FileStatus.LOADED, ALREADY_LOADED}


@dataclass(frozen=True)
class Terms:
    """The terms under which a file is loaded, and the values that the statements of a kind may name."""

    at: datetime
    on: date
    accept_rejects: bool
    bulk_load: bool = False
    tell: Tell = lambda stage, rows: None

    def values(self, file: FeedFile, previous: datetime | None) -> dict[str, Any]:
        return {
            "file": file.pk,
            "at": self.at,
            "today": self.on.isoformat(),
            "bulk": self.bulk_load,
            "known_since": None if self.bulk_load else previous,
        }


def import_file(
    kind_name: str,
    path: Path,
    *,
    by: Actor,
    at: datetime,
    on: date,
    name: str = "",
    accept_rejects: bool = False,
    bulk_load: bool = False,
) -> Outcome:
    """Load one file of a kind in one transaction (INT-1).

    A second copy of a loaded file changes nothing. A broken file, or one with more than 5 % rejected rows, loads
    nothing; `accept_rejects` loads the good rows of the latter. `bulk_load` marks events as a back-record conversion,
    which raises no emerging threat. `name` is shown instead of the path's own.
    """
    kind = registry.find(kind_name)
    terms = Terms(at, on, accept_rejects, bulk_load)
    shown = name or path.name
    try:
        digest, size = fingerprint(path, limit_bytes=settings.FEED_FILE_LIMIT_BYTES)
    except BrokenFile as broken:
        return Outcome(None, kind.name, shown, FileStatus.BROKEN, broken.sentence)
    with transaction.atomic(), london_time():
        lock_kind(kind)
        file = FeedFile.objects.filter(kind=kind.name, sha256=digest).first()
        if file is not None and file.status == FileStatus.LOADED:
            return outcome_of(file, already=True)
        file = _received(file, kind, shown, digest, size, by=by, terms=terms)
        load(file, kind, path, by=by, terms=terms)
        if not file.is_stored and file.status == FileStatus.PARKED:
            keep_copy(path, file.pk)
            file.is_stored = True
            file.save(update_fields=["is_stored"])
    return outcome_of(file)


def load(file: FeedFile, kind: FeedKind, path: Path, *, by: Actor, terms: Terms) -> None:
    """Load the rows of a received file in the running transaction: all that are right, or none; record which."""
    try:
        with transaction.atomic():
            found = inspect(path, kind, sha256=file.sha256, size_bytes=file.size_bytes)
            terms.tell(Stage.READING, max(found.line_ends - 1, 0))
            _stage_and_load(file, kind, path, found, terms)
    except BrokenFile as broken:
        refuse(file, broken.sentence)
    except (DataError, IntegrityError) as error:
        refuse(file, f"The database refuses these rows: {_first_line(error)}.")
    action = {FileStatus.LOADED: audit.FILE_LOADED, FileStatus.PARKED: audit.FILE_PARKED}.get(
        FileStatus(file.status), audit.FILE_REFUSED
    )
    detail = {"file": file.pk, "kind": kind.name, "name": file.name, "read": file.read}
    record(action, by=by, reason=file.reason, detail=detail)


def take_touched(*, people: int, before: datetime) -> list[int]:
    """Take a number of people off the list of those about whom files loaded before a moment brought something new.

    They are off it when the running transaction is committed, and stay on it when that is undone. Who is being taken
    by another process is passed over.
    """
    with connection.cursor() as cursor:
        cursor.execute(sql.TAKE_TOUCHED, {"people": people, "before": before})
        return sorted({person_id for (person_id,) in cursor.fetchall()})


def lock_kind(kind: FeedKind, *, wait: bool = True) -> bool:
    """Two files of one kind are loaded one after the other, so that the same file sent twice at once is loaded once.

    Without `wait`, whether no other is being loaded.
    """
    function = "pg_advisory_xact_lock" if wait else "pg_try_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtext('iom.feeds'), hashtext(%s))", [kind.name])
        return wait or bool(cursor.fetchone()[0])


@contextmanager
def london_time() -> Iterator[None]:
    """Moments without an offset are London time; put back what was, also inside a longer transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('TimeZone'), set_config('TimeZone', 'Europe/London', true)")
        before = cursor.fetchone()[0]
        yield
        if not connection.needs_rollback:
            cursor.execute("SELECT set_config('TimeZone', %s, true)", [before])


def _received(
    file: FeedFile | None, kind: FeedKind, name: str, digest: str, size: int, *, by: Actor, terms: Terms
) -> FeedFile:
    """The record of this file: new, or the earlier one that was parked or broken, emptied for another try."""
    if file is None:
        file = FeedFile(kind=kind.name, sha256=digest, size_bytes=size)
    file.name, file.received_at, file.loaded_by_id = name, terms.at, by.user_id
    file.bulk_load, file.accept_rejects = terms.bulk_load, terms.accept_rejects
    empty(file)
    return file


def empty(file: FeedFile) -> None:
    """Take off a file what an earlier try found, before it is tried again."""
    file.status, file.problem = FileStatus.BROKEN, ""
    file.read = file.rejected = file.withdrawn = 0
    file.save()
    FeedReject.objects.filter(file=file).delete()
    FeedRejectedRow.objects.filter(file=file).delete()


def refuse(file: FeedFile, sentence: str) -> None:
    """Nothing of the file is loaded, and why."""
    file.status, file.problem = FileStatus.BROKEN, sentence
    file.read = file.inserted = file.updated = file.unchanged = file.rejected = file.withdrawn = 0
    file.loaded_at = file.newest_on = None
    file.save()


def _stage_and_load(file: FeedFile, kind: FeedKind, path: Path, found: Inspected, terms: Terms) -> None:
    previous = (
        FeedFile.objects.filter(kind=kind.name, status=FileStatus.LOADED).order_by("-loaded_at").first()
    )
    values = terms.values(file, previous.loaded_at if previous else None)
    file.read, file.withdraws = _stage(path, kind, found), found.withdraws
    terms.tell(Stage.CHECKING, file.read)
    with connection.cursor() as cursor:
        repeats = _judge(cursor, kind, values, found.withdraws)
        file.rejected = _keep_rejects(cursor, kind, values, found.withdraws)
        if is_parked(read=file.read, rejected=file.rejected) and not terms.accept_rejects:
            file.status = FileStatus.PARKED
            file.problem = (
                f"{file.rejected:,} of {file.read:,} rows are rejected, more than 5 %. Nothing was loaded."
            )
        else:
            terms.tell(Stage.WRITING, file.read - file.rejected)
            _write(cursor, file, kind, values, found.withdraws)
            file.status, file.loaded_at = FileStatus.LOADED, terms.at
            file.unchanged = file.read - file.rejected - file.inserted - file.updated
    assert file.unchanged >= repeats or file.status == FileStatus.PARKED
    file.save()


def _stage(path: Path, kind: FeedKind, found: Inspected) -> int:
    """Fill the staging table; fall back to the careful way when rows and lines do not agree. Returns the rows read."""
    try:
        with transaction.atomic():
            make_stage(kind, extras=found.extras)
            rows = copy_whole(path, kind, found)
        if rows + 1 == found.line_ends:
            return rows
    except DatabaseError as error:
        if not isinstance(error, DataError):
            raise
    make_stage(kind, extras=found.extras)
    return copy_row_by_row(path, kind, found)


def _judge(cursor: Any, kind: FeedKind, values: dict[str, Any], withdraws: bool) -> int:
    """Fill `feed_bad` with what is wrong; returns how many exact repeats were passed over."""
    if withdraws:
        cursor.execute(sql.NOT_WITHDRAWN_IS_EMPTY)
    cursor.execute("ANALYZE feed_stage")
    cursor.execute(sql.find_repeated_keys(kind), values)
    repeated, dropped = cursor.rowcount, 0
    if repeated:
        cursor.execute(sql.drop_exact_repeats(kind, withdraws=withdraws), values)
        dropped = cursor.rowcount
    cursor.execute(sql.validation(kind, withdraws=withdraws), values)
    for select in (*((sql.contradictions(kind),) if repeated else ()), *kind.set_checks):
        cursor.execute(f'INSERT INTO feed_bad (line_no, "column", reason) {select}', values)
    return dropped


def _keep_rejects(cursor: Any, kind: FeedKind, values: dict[str, Any], withdraws: bool) -> int:
    """Store every rejected row with its reasons and take it out of the staging table; returns how many rows."""
    cursor.execute(sql.KEEP_REASONS, values)
    if cursor.rowcount == 0:
        return 0
    cursor.execute(sql.keep_rejected_rows(kind, withdraws=withdraws), values)
    rejected = int(cursor.rowcount)
    cursor.execute("DELETE FROM feed_stage WHERE line_no IN (SELECT line_no FROM feed_bad)")
    return rejected


def _write(cursor: Any, file: FeedFile, kind: FeedKind, values: dict[str, Any], withdraws: bool) -> None:
    """Write the good rows, and take away the withdrawn ones; what hangs on either follows."""
    for statement in kind.first:
        cursor.execute(statement, values)
    if withdraws:
        for load in (kind.load, *kind.follow_ons):
            cursor.execute(sql.withdraw(load), values)
            file.withdrawn = cursor.fetchone()[0] if load is kind.load else file.withdrawn
        cursor.execute(sql.DROP_WITHDRAWN)
    cursor.execute(sql.merge(kind, kind.load), values)
    file.inserted, file.updated, file.newest_on = cursor.fetchone()
    file.updated += file.withdrawn
    for statement in kind.then:
        cursor.execute(statement, values)
    for load in kind.follow_ons:
        if load.where:
            cursor.execute(sql.take_away(load), values)
        cursor.execute(sql.merge(kind, load), values)
    if "nominal_ref" in kind.column_names:
        for load in (kind.load, *kind.follow_ons):
            if load.person == PERSON_KEY:
                cursor.execute(sql.goes_back(load), values)


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0].rstrip(".")


def outcome_of(file: FeedFile, *, already: bool = False) -> Outcome:
    """The answer about a file; for a second copy everything good counts as unchanged."""
    if already:
        unchanged = file.read - file.rejected
        return Outcome(
            file.pk, file.kind, file.name, ALREADY_LOADED, "", file.read, 0, 0, unchanged, file.rejected
        )
    return Outcome(
        file.pk,
        file.kind,
        file.name,
        file.status,
        file.problem,
        file.read,
        file.inserted,
        file.updated,
        file.unchanged,
        file.rejected,
        file.withdrawn,
    )


def forget_rejected(nominal_ref: str) -> int:
    """Throw away the rejected rows, as they came, that name the person of this reference (SHR-4); how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM feeds_feedrejectedrow WHERE EXISTS (SELECT 1 FROM jsonb_array_elements_text(raw) AS value"
            " WHERE upper(btrim(value)) = %s)",
            [nominal_ref.upper()],
        )
        return int(cursor.rowcount)
