"""Opening, planning, doing and closing runs. Every function may be called twice, or by two processes at once."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from iom.jobs.models import Chunk, Heartbeat, Run
from iom.jobs.registry import JobKind, kind_named, kinds
from iom.jobs.rules import HAND_OUT_AGAIN_AFTER, HANDED_OUT_AT_MOST, MAX_ATTEMPTS, TICK, nights_owed
from iom.kernel import clock
from iom.kernel.errors import NotFound, Refused


def tick(*, at: datetime) -> list[int]:
    """One round: open a run for every missed night, plan and close what can be, and claim chunks to hand out.

    Returns the ids of the chunks that a worker should be woken for once this transaction is committed.
    """
    beat(TICK, at=at)
    for kind in kinds():
        if kind.nightly:
            open_missed_nights(kind, at=at)
    for name in Run.objects.filter(status=Run.Status.OPEN).values_list("kind", flat=True).distinct():
        advance(name, at=at)
    return hand_out(at=at)


def beat(name: str, *, at: datetime) -> None:
    """Write down that a part of the machinery is at work."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name, at=at)], update_conflicts=True, unique_fields=["name"], update_fields=["at"]
    )


def open_missed_nights(kind: JobKind, *, at: datetime) -> None:
    """A run for every night since the last one, each to be done as at that night (SCO-4)."""
    last = Run.objects.filter(kind=kind.name).aggregate(last=Max("for_date"))["last"]
    nights = nights_owed(last, at)
    Run.objects.bulk_create(
        [Run(kind=kind.name, for_date=night, created_at=at) for night in nights], ignore_conflicts=True
    )


def request_run(kind: str, for_date: date, *, at: datetime) -> None:
    """Ask for a run; the next tick plans it. Asking twice is asking once. Needs no broker."""
    kind_named(kind)
    Run.objects.bulk_create([Run(kind=kind, for_date=for_date, created_at=at)], ignore_conflicts=True)


def advance(kind: str, *, at: datetime) -> None:
    """Plan and close the runs of one kind in the order of their dates: a night waits for the night before it."""
    while True:
        oldest = (
            Run.objects.filter(kind=kind, status=Run.Status.OPEN).order_by("for_date").values("pk").first()
        )
        if oldest is None or not _step(oldest["pk"], at=at):
            return


def _step(run_id: int, *, at: datetime) -> bool:
    """Plan or close one run; whether it is out of the way of the next."""
    run = Run.objects.select_for_update(skip_locked=True).filter(pk=run_id, status=Run.Status.OPEN).first()
    if run is None:
        return False
    try:
        with transaction.atomic():
            _plan(run, at=at)
            return _close(run, at=at)
    except Exception as error:  # a fault of one job must not stop the others; it is kept and shown
        run.refresh_from_db()
        _note_failure(run, error)
        run.save(update_fields=["attempts", "last_error", "status"])
        return run.status == Run.Status.FAILED


def _plan(run: Run, *, at: datetime) -> None:
    if run.planned_at is not None:
        return
    payloads = kind_named(run.kind).plan(run)
    Chunk.objects.bulk_create(
        Chunk(run=run, seq=seq, payload=payload, created_at=at) for seq, payload in enumerate(payloads)
    )
    run.planned_at = at
    run.save(update_fields=["planned_at"])


def _close(run: Run, *, at: datetime) -> bool:
    """One UPDATE decides who closes the run and so who announces it."""
    unfinished = Chunk.objects.filter(run=OuterRef("pk"), status=Chunk.Status.PENDING)
    given_up = Chunk.objects.filter(run=OuterRef("pk"), status=Chunk.Status.FAILED)
    ended = Run.objects.filter(
        ~Exists(unfinished), pk=run.pk, status=Run.Status.OPEN, planned_at__isnull=False
    )
    if ended.filter(~Exists(given_up)).update(status=Run.Status.DONE, finished_at=at):
        run.refresh_from_db()
        kind_named(run.kind).finish(run)
        run.save(update_fields=["summary"])
        return True
    return bool(ended.update(status=Run.Status.FAILED, last_error="Parts of this run failed."))


def hand_out(*, at: datetime) -> list[int]:
    """Claim pending chunks that nobody was woken for lately; a lost message is made good by a later tick."""
    lately = Q(dispatched_at__gt=at - HAND_OUT_AGAIN_AFTER)
    pending = Chunk.objects.filter(status=Chunk.Status.PENDING, run__status=Run.Status.OPEN)
    free = max(0, HANDED_OUT_AT_MOST - pending.filter(lately).count())
    waiting: QuerySet[Chunk, Any] = pending.filter(Q(dispatched_at__isnull=True) | ~lately)
    ids = list(
        waiting.select_for_update(skip_locked=True, of=("self",))
        .order_by("run__for_date", "run_id", "seq")
        .values_list("pk", flat=True)[:free]
    )
    Chunk.objects.filter(pk__in=ids).update(dispatched_at=at)
    return ids


def do_chunk(chunk_id: int, *, at: datetime) -> bool:
    """Do one chunk and mark it done in one transaction; whether this call did it.

    A chunk that is done, or that another process is doing, is left alone. After an error it stays pending with its
    attempts counted, and after five it is failed and shown.
    """
    with transaction.atomic():
        chunk = (
            Chunk.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("run")
            .filter(pk=chunk_id, status=Chunk.Status.PENDING)
            .first()
        )
        if chunk is None:
            return False
        try:
            with transaction.atomic():
                kind_named(chunk.run.kind).do(chunk.run, chunk)
        except Exception as error:  # kept with the chunk and shown; the effects are undone
            _note_failure(chunk, error)
            chunk.dispatched_at = None
            chunk.save(update_fields=["attempts", "last_error", "status", "dispatched_at"])
            return False
        _mark_done(chunk, at=at)
        return True


def after_chunk(chunk_id: int, *, at: datetime) -> list[int]:
    """When a chunk was the last of its run, close it, begin the next night's and claim its chunks."""
    run = Run.objects.get(chunks=chunk_id)
    if run.chunks.filter(status=Chunk.Status.PENDING).exists():
        return []
    advance(run.kind, at=at)
    return hand_out(at=at)


def run_now(kind: str, for_date: date, *, at: datetime | None = None, again: bool = False) -> Run:
    """Do a whole run in this process, for commands; an error undoes all of it and is passed on.

    A run that is done is returned as it is, unless it shall be done again.
    """
    at = at or clock.now()
    with transaction.atomic():
        request_run(kind, for_date, at=at)
        run = Run.objects.select_for_update().get(kind=kind, for_date=for_date)
        if run.status == Run.Status.FAILED or (again and run.status == Run.Status.DONE):
            _reopen(run)
        if run.status == Run.Status.OPEN:
            _plan(run, at=at)
            for chunk in Chunk.objects.select_for_update().filter(run=run).exclude(status=Chunk.Status.DONE):
                kind_named(kind).do(run, chunk)
                _mark_done(chunk, at=at)
            if not _close(run, at=at):
                raise Refused(f"The job {kind} for {for_date.isoformat()} is still being worked on.")
        return run


def retry_failed(run_id: int) -> Run:
    """Give the failed parts of a run another five attempts, once their cause is mended."""
    with transaction.atomic():
        run = Run.objects.select_for_update().filter(pk=run_id).first()
        if run is None:
            raise NotFound
        if run.status != Run.Status.FAILED:
            raise Refused("Only a failed run can be tried again.")
        run.chunks.filter(status=Chunk.Status.FAILED).update(
            status=Chunk.Status.PENDING, attempts=0, last_error="", dispatched_at=None
        )
        run.status, run.attempts, run.last_error = Run.Status.OPEN, 0, ""
        run.save(update_fields=["status", "attempts", "last_error"])
        return run


def _reopen(run: Run) -> None:
    run.chunks.all().delete()
    run.status, run.planned_at, run.finished_at = Run.Status.OPEN, None, None
    run.attempts, run.last_error = 0, ""
    run.save(update_fields=["status", "planned_at", "finished_at", "attempts", "last_error"])


def _mark_done(chunk: Chunk, *, at: datetime) -> None:
    chunk.status, chunk.done_at, chunk.last_error = Chunk.Status.DONE, at, ""
    chunk.save(update_fields=["status", "done_at", "last_error"])


def _note_failure(work: Run | Chunk, error: Exception) -> None:
    """Count an attempt and keep the kind of error and its place, never its text: that may hold a person's data."""
    work.attempts += 1
    work.last_error = _where(error)
    if work.attempts >= MAX_ATTEMPTS:
        work.status = "failed"


def _where(error: Exception) -> str:
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f" in {place.tb_frame.f_code.co_name}, line {place.tb_lineno}" if place else ""
    return f"{type(error).__name__}{where}"
