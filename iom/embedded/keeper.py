"""The keeper: one background process per data folder that runs the servers while anybody uses them.

Each user (the supervisor, a manage.py command, a test run) holds a shared lock on one file. The kernel frees
it however the user ends, even by SIGKILL; when the keeper can take the lock alone, it stops the servers.
"""

import contextlib
import fcntl
import json
import os
import signal
import time
from pathlib import Path
from typing import IO

from iom.embedded import postgres, valkey
from iom.embedded.children import sweep
from iom.embedded.places import Place
from iom.embedded.problems import Problem
from iom.embedded.watch import Watch

POLL = 0.2  # seconds


class Stopped(Exception):
    """Somebody asked the keeper to end."""


def keep(place: Place, *, stay: bool, tell: int) -> int:
    """Run the servers until nobody uses them (`stay`: until told to stop); the exit code.

    `tell` is a file descriptor: one line of JSON says "ready" or the problem.
    """
    mine = hold_alone(place.run / "keeper.lock", str(os.getpid()))
    if mine is None:
        return _tell(tell, {"ready": True})
    _listen_to_signals()
    watch = Watch(place, "servers")
    alone = None
    try:
        sweep(watch.record)
        _start(place, watch)
        _tell(tell, {"ready": True})
        alone = _wait_until_unused(place, watch, stay=stay)
    except Stopped:
        return 0
    except Problem as problem:
        print(problem, flush=True)
        _tell(tell, {"problem": str(problem), "code": problem.code})
        return problem.code
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        sweep(place.run / "programs.json")  # what a killed supervisor left
        watch.stop()
        mine.close()
        if alone:  # only now may others come and start a keeper of their own
            alone.close()
    return 0


def hold(file: Path, how: int) -> IO[str] | None:
    """Open and lock a file; None when somebody else holds it. Closing frees it."""
    opened = file.open("a+")
    try:
        fcntl.flock(opened, how)
    except BlockingIOError:
        opened.close()
        return None
    return opened


def hold_alone(file: Path, text: str) -> IO[str] | None:
    """Lock a file for this process and say in it who holds it; None when another process does."""
    for _ in range(20):  # somebody may just be looking whether it is free
        mine = hold(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if mine is not None:
            mine.truncate(0)
            mine.write(text)
            mine.flush()
            return mine
        time.sleep(0.05)
    return None


def holder(file: Path) -> str | None:
    """What the process that holds a lock wrote into it; None when it is free."""
    free = hold(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    if free is None:
        return file.read_text()
    free.close()
    return None


def _start(place: Place, watch: Watch) -> None:
    postgres.make_cluster(place)
    postgres.remove_stale_pid_file(place)
    server = watch.start(postgres.program(place))
    watch.start(valkey.program(place))
    postgres.wait_until_ready(place, server.process)
    postgres.make_roles_and_database(place)
    valkey.wait_until_ready(place)


def _wait_until_unused(place: Place, watch: Watch, *, stay: bool) -> IO[str]:
    """Restart what ends; return the lock of all users once nobody else holds it."""
    while stay or (alone := hold(place.run / "users.lock", fcntl.LOCK_EX | fcntl.LOCK_NB)) is None:
        time.sleep(POLL)
        for name in watch.tick():
            print(f"{name} had ended and was started again.", flush=True)
    return alone


def _listen_to_signals() -> None:
    def stop(number: int, frame: object) -> None:
        raise Stopped

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


def _tell(descriptor: int, message: dict[str, object]) -> int:
    with contextlib.suppress(OSError), os.fdopen(descriptor, "w", closefd=True) as pipe:
        pipe.write(json.dumps(message))
    return 0
