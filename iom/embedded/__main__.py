"""`python -m iom.embedded run|stop|status`, and `web|worker|beat` for containers: the commands behind make."""

import argparse
import contextlib
import os
import shutil
import signal
import sys
import time

from iom.embedded.children import end_with_parent
from iom.embedded.keeper import holder, keep
from iom.embedded.places import CHECKOUT, Place, place
from iom.embedded.problems import Problem, WrongSettings
from iom.embedded.processes import ARGV
from iom.embedded.site import site
from iom.embedded.supervisor import run


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m iom.embedded")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="run everything until told to stop")
    commands.add_parser("stop", help="stop what runs from this data folder")
    commands.add_parser("status", help="say what runs from this data folder")
    commands.add_parser("discard-test-data", help="stop the servers of tests and remove their folder")
    for name in ARGV:
        commands.add_parser(name, help=f"become the {name} process (containers, systemd)")
    keeping = commands.add_parser("keep", help="run the servers while they are used (started by attach)")
    keeping.add_argument("tell", type=int)
    keeping.add_argument("--stay", action="store_true")
    chosen = parser.parse_args()
    if chosen.command in ARGV:
        argv = ARGV[chosen.command]()
        os.chdir(CHECKOUT)
        os.execv(argv[0], argv)
    if chosen.command == "run":
        if os.environ.get("MAKELEVEL"):
            end_with_parent()  # a make that is killed leaves nothing behind
        return run(place(), site(), os.environ.get("ADDRESS", "127.0.0.1"), _port())
    if chosen.command == "keep":
        return keep(place(), stay=chosen.stay, tell=chosen.tell)
    if chosen.command == "status":
        return status(place())
    return stop(place(), discard=chosen.command == "discard-test-data")


def stop(where: Place, *, discard: bool = False) -> int:
    """Stop the supervisor and the servers; returns when they have gone. Only tests' data can be discarded."""
    for lock in (where.run / "supervisor.lock", where.run / "keeper.lock"):
        while held := holder(lock):
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(held.split()[0]), signal.SIGTERM)
            deadline = time.monotonic() + 60
            while holder(lock) == held and time.monotonic() < deadline:
                time.sleep(0.05)
    if discard and where.is_for_tests:
        shutil.rmtree(where.home)
    return 0


def status(where: Place) -> int:
    supervisor, keeper = holder(where.run / "supervisor.lock"), holder(where.run / "keeper.lock")
    print(f"Data: {where.home}")
    print(f"PostgreSQL and Valkey: {f'running (kept by process {keeper})' if keeper else 'not running'}")
    print(f"IOM: {'running (process {}) at {}'.format(*supervisor.split()) if supervisor else 'not running'}")
    return 0 if supervisor else 1


def _port() -> int:
    given = os.environ.setdefault("PORT", "8000")
    if not (given.isdecimal() and 0 < int(given) < 65536):
        raise WrongSettings(f"PORT={given} is not a port: give a number from 1 to 65535.")
    return int(given)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Problem as problem:
        print(problem, file=sys.stderr)
        sys.exit(problem.code)
