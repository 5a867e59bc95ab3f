"""Pages come before the work behind them where both want the processor (SCO-4)."""

import subprocess
import sys

WORKER = (
    "import os; import iom.celery; from celery.signals import worker_process_init;"
    " before = os.nice(0); worker_process_init.send(sender=None); print(os.nice(0) - before)"
)


def test_a_process_of_the_worker_stands_back_for_pages() -> None:
    """In a process of its own, which begins as Celery begins one."""
    told = subprocess.run([sys.executable, "-c", WORKER], capture_output=True, text=True, check=True)

    assert told.stdout.split() == ["10"]
