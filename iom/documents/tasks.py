"""The doors of the workers: checking for viruses as soon as something is uploaded, the nightly look at the store."""

import logging
from typing import Any

from celery import shared_task
from kombu.exceptions import OperationalError

from iom.access.scope import as_service
from iom.documents.services import check_shard, scan_one
from iom.jobs.models import Chunk, Run
from iom.jobs.registry import JobKind
from iom.kernel import clock

logger = logging.getLogger("iom.documents")
AT_ONCE = 50


@shared_task(name="documents.scan")
def scan() -> None:
    """Check what waits. The tick does the same, so that a lost message delays a check and loses none."""
    for _ in range(AT_ONCE):
        with as_service():
            more = scan_one(clock.now())
        if not more:
            return


def wake() -> None:
    """Prompt the worker; without a broker the next tick makes it good."""
    try:
        scan.delay()
    except OperationalError:
        logger.warning("The broker does not answer; documents wait for the next tick.")


def plan_check(run: Run) -> list[dict[str, Any]]:
    """The store in sixteen parts."""
    return [{"first": first} for first in "0123456789abcdef"]


def do_check(run: Run, chunk: Chunk) -> None:
    """Rows without a file are noticed, files without a row removed."""
    with as_service():
        for second in "0123456789abcdef":
            check_shard(f"{chunk.payload['first']}{second}", at=clock.now())


def finish_check(run: Run) -> None:
    """Nothing is left to do: what was found stands in the rows."""


STORE_CHECK = JobKind("documents.store_check", plan_check, do_check, finish_check, nightly=True)
