"""The processes that score a night: as Celery's they are forked from one that has loaded what they have in common.

A process loads what a worker loads and nothing of the measuring side.
"""

import os
import resource
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import process_time

import iom.celery

iom.celery.app.loader.import_default_modules()
iom.celery.load_before_making_processes()

from django.db import connection  # noqa: E402

from benchmarks.timing import cpu_of  # noqa: E402
from iom.access.scope import as_service  # noqa: E402
from iom.jobs.services import do_chunk  # noqa: E402
from scoring.pricing import end_of_day  # noqa: E402


@dataclass(frozen=True)
class Memory:
    """Megabytes of a process: the most it had at once, what it shares with its parent included; and its own part.

    Own is the proportional set size: what is shared is divided among those who share it.
    """

    resident: float
    own: float


def one_chunk(asked: tuple[int, date]) -> float:
    """Do a chunk as at the end of a night (0: none, only connect); processor seconds of worker and database."""
    chunk_id, night = asked
    began = process_time()
    with as_service():
        backend = connection.connection.info.backend_pid
        theirs = cpu_of(backend)
        done = chunk_id == 0 or do_chunk(chunk_id, at=end_of_day(night))
    assert done, "a chunk failed"
    return process_time() - began + (cpu_of(backend) - theirs) / 1000


def memory(_: int) -> Memory:
    own = next(
        int(line.split()[1])
        for line in Path(f"/proc/{os.getpid()}/smaps_rollup").read_text().splitlines()
        if line.startswith("Pss:")
    )
    return Memory(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, own / 1024)
