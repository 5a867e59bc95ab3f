"""The Celery application: a wake-up for the work that the database keeps (`iom.jobs`)."""

import os
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "iom.settings")
# The checks load every page; they run where the web starts (`migrate`), and a worker saves the memory.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

from celery import Celery, bootsteps
from celery.signals import worker_init, worker_process_init
from django.conf import settings

from iom.kernel.late import late

app = Celery("iom")
app.config_from_object(settings.CELERY)
app.autodiscover_tasks()


class Heartbeat(bootsteps.StartStopStep):
    """Touches a file while the worker is well, so that a frozen one is noticed and started again."""

    requires = {"celery.worker.components:Timer"}

    def __init__(self, worker: Any, **options: Any) -> None:
        self.file = os.environ.get("IOM_HEARTBEAT_FILE")

    def start(self, worker: Any) -> None:
        if self.file:
            worker.timer.call_repeatedly(5.0, Path(self.file).touch)


app.steps["worker"].add(Heartbeat)

# How far the work behind the pages stands back for them where both want the processor (SCO-4).
NICENESS = 10


@worker_process_init.connect
def stand_back_for_pages(**signal: object) -> None:
    os.nice(NICENESS)


@worker_init.connect
def load_before_making_processes(**signal: object) -> None:
    """What the processes of a worker then have in common; the apps are there by now, and not before."""
    late("iom.jobs.registry").warm_up()
