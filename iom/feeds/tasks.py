"""The workers' door to files that wait: a prompt may be lost or come twice, the rows are what counts (INT-1)."""

import logging
from datetime import datetime
from functools import partial

from django.db import transaction
from kombu.exceptions import OperationalError

from iom.access.scope import as_service
from iom.celery import app
from iom.feeds import services
from iom.feeds.services.folder import sweep, take_next
from iom.jobs.registry import TickStep
from iom.kernel import clock

logger = logging.getLogger("iom.feeds")
LONGEST_LOAD_SECONDS = 2 * 60 * 60


@app.task(name="feeds.load", time_limit=LONGEST_LOAD_SECONDS, soft_time_limit=LONGEST_LOAD_SECONDS - 60)
def load_file(file_id: int) -> None:
    """Load one file, then ask for the next without waiting for the tick."""
    if services.load_waiting(file_id, at=clock.now(), on=clock.today()) is not None:
        prompt()


def prompt() -> None:
    """Wake a worker for the next file; without a broker the tick makes it good."""
    with as_service():
        wake(clock.now())


def wake(at: datetime) -> bool:
    """Wake a worker for the next file that waits, once the claim is committed. A step of the tick."""
    for file_id in services.claim(at):
        transaction.on_commit(partial(_send, file_id))
    return False


def _send(file_id: int) -> None:
    try:
        load_file.delay(file_id)
    except OperationalError:
        logger.warning("The broker does not answer; a file waits for a later tick.")
        with as_service():
            services.unclaim(file_id)


STEPS = (
    TickStep("feeds.folder", take_next),
    TickStep("feeds.wake", wake),
    TickStep("feeds.overdue", services.tell_overdue),
    TickStep("feeds.sweep", sweep),
)
