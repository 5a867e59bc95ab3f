"""What pages and health checks say about the work behind them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min

from iom.jobs.models import Chunk, Heartbeat, Run
from iom.jobs.rules import TICK, is_silent


@dataclass(frozen=True, slots=True)
class WorkerState:
    """Whether the workers are heard of, and what waits for them."""

    last_tick_at: datetime | None
    silent: bool
    open_runs: int
    failed_runs: int
    oldest_pending_at: datetime | None


def last_finished(kind: str) -> Run | None:
    """The finished run with the latest date: "scores are from ..."."""
    return Run.objects.filter(kind=kind, status=Run.Status.DONE).order_by("-for_date").first()


def worker_state(at: datetime) -> WorkerState:
    last_tick_at = Heartbeat.objects.filter(name=TICK).values_list("at", flat=True).first()
    return WorkerState(
        last_tick_at=last_tick_at,
        silent=is_silent(last_tick_at, at),
        open_runs=Run.objects.filter(status=Run.Status.OPEN).count(),
        failed_runs=Run.objects.filter(status=Run.Status.FAILED).count(),
        oldest_pending_at=Chunk.objects.filter(status=Chunk.Status.PENDING).aggregate(
            oldest=Min("created_at")
        )["oldest"],
    )


def failed_chunks() -> list[Chunk]:
    """The parts that were given up, latest date first, for the page of an administrator."""
    return list(
        Chunk.objects.filter(status=Chunk.Status.FAILED)
        .select_related("run")
        .order_by("-run__for_date", "seq")[:100]
    )
