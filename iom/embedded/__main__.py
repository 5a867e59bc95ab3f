"""`python -m iom.embedded keep|stop|status`: the commands behind make."""

import argparse
import os
import signal
import sys
import time

from iom.embedded.keeper import holder, keep
from iom.embedded.places import place
from iom.embedded.problems import Problem


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m iom.embedded")
    commands = parser.add_subparsers(dest="command", required=True)
    keeping = commands.add_parser("keep", help="run the servers while they are used (started by attach)")
    keeping.add_argument("tell", type=int)
    keeping.add_argument("--stay", action="store_true")
    commands.add_parser("stop", help="stop the servers of this data folder")
    commands.add_parser("status", help="say what runs")
    chosen = parser.parse_args()
    where = place()
    if chosen.command == "keep":
        return keep(where, stay=chosen.stay, tell=chosen.tell)
    pid = holder(where.run / "keeper.lock")
    if chosen.command == "status":
        print(f"PostgreSQL and Valkey of {where.home} " + (f"run (keeper {pid})." if pid else "do not run."))
        return 0 if pid else 1
    if pid:
        os.kill(int(pid), signal.SIGTERM)
        while holder(where.run / "keeper.lock"):
            time.sleep(0.05)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Problem as problem:
        print(problem, file=sys.stderr)
        sys.exit(problem.code)
