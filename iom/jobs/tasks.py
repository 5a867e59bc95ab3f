"""The doors of the workers: each opens its own transactions as the service and calls one service."""

import logging
from datetime import datetime

from celery import shared_task
from kombu.exceptions import OperationalError

from iom.access.scope import as_service
from iom.jobs import services
from iom.jobs.registry import TickStep, steps
from iom.kernel import clock

logger = logging.getLogger("iom.jobs")
PIECES_A_TICK = 500


@shared_task(name="jobs.tick")
def tick() -> None:
    """The round that beat asks for every half minute; missing one, or doing one twice, changes nothing."""
    at = clock.now()
    with as_service():
        chunk_ids = services.tick(at=at)
    wake(chunk_ids)
    take_steps(at)


@shared_task(name="jobs.do_chunk")
def do_chunk(chunk_id: int) -> None:
    """Do one chunk; the last of a run closes it and begins the next without waiting for the tick."""
    with as_service():
        done = services.do_chunk(chunk_id, at=clock.now())
    if done:
        with as_service():
            chunk_ids = services.after_chunk(chunk_id, at=clock.now())
        wake(chunk_ids)


def wake(chunk_ids: list[int]) -> None:
    """Send a prompt for each chunk; without a broker the next tick makes it good."""
    try:
        for chunk_id in chunk_ids:
            do_chunk.delay(chunk_id)
    except OperationalError:
        logger.warning("The broker does not answer; %d chunks wait for a later tick.", len(chunk_ids))


def take_steps(at: datetime) -> None:
    """Every step of the tick, piece by piece, each in its own transaction; one that fails does not stop the others."""
    for step in steps():
        try:
            _take_all(step, at)
        except Exception:
            logger.exception("The step %s failed.", step.name)


def _take_all(step: TickStep, at: datetime) -> None:
    for _ in range(PIECES_A_TICK):
        with as_service():
            more = step.take(at)
        if not more:
            return


def tick_here(at: datetime) -> int:
    """A whole round in this process, chunks included, without a broker. Returns the number of chunks done."""
    done = 0
    with as_service():
        chunk_ids = services.tick(at=at)
    while chunk_ids:
        for chunk_id in chunk_ids:
            with as_service():
                done += services.do_chunk(chunk_id, at=at)
        with as_service():
            chunk_ids = services.tick(at=at)
    take_steps(at)
    return done
