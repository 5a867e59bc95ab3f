"""How each process of the product is started: the one place for make run, containers and systemd alike."""

import os
import sys
from pathlib import Path

from iom.embedded.children import Program

WORKERS, THREADS, CONCURRENCY = 2, 4, 2
HEARTBEAT = "IOM_HEARTBEAT_FILE"  # the worker touches this file while it is well
_PYTHON = (sys.executable, "-m")


def web() -> list[str]:
    """The web server; ADDRESS and PORT say where it listens."""
    bind = f"{os.environ.get('ADDRESS', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
    return [
        *(*_PYTHON, "gunicorn", "iom.wsgi:application", "--bind", bind, "--worker-class", "gthread"),
        *("--workers", str(WORKERS), "--threads", str(THREADS), "--timeout", "60"),
        *("--graceful-timeout", "5", "--no-control-socket", "--preload"),
    ]


def worker() -> list[str]:
    """The Celery worker; with --without-mingle and --without-gossip it needs no other worker's answer."""
    return [
        *(*_PYTHON, "celery", "--app", "iom.celery", "worker", "--concurrency", str(CONCURRENCY)),
        *("--queues", "control,bulk", "--without-mingle", "--without-gossip", "--loglevel", "INFO"),
    ]


def beat() -> list[str]:
    """The Celery clock; its schedule is a file, so that it survives the loss of Redis."""
    schedule = data_dir() / "run" / "beat-schedule"
    return [
        *(
            *_PYTHON,
            "celery",
            "--app",
            "iom.celery",
            "beat",
            "--scheduler",
            "celery.beat:PersistentScheduler",
        ),
        *("--schedule", str(schedule), "--pidfile=", "--loglevel", "INFO"),
    ]


ARGV = {"web": web, "worker": worker, "beat": beat}


def manage(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", *arguments]


def programs() -> list[Program]:
    """What runs beside the servers, in the order of starting."""
    heartbeat = data_dir() / "run" / "worker-heartbeat"
    return [
        Program("web", web(), stop_seconds=8),
        Program("worker", worker(), {HEARTBEAT: str(heartbeat)}, stop_seconds=8, heartbeat=heartbeat),
        Program("beat", beat(), stop_seconds=5),
    ]


def data_dir() -> Path:
    return Path(os.environ.get("DATA_DIR", ".data")).absolute()
