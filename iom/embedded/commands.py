"""Servers for a manage.py command: given by the environment, else the embedded ones for its duration."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from iom.embedded.problems import Problem
from iom.embedded.servers import attach

NEED_NO_SERVERS = {
    *("help", "--help", "-h", "version", "--version", "diffsettings", "startapp", "demo_sign_ins"),
    *("collectstatic", "findstatic", "makemessages", "compilemessages", "spectacular"),
    *("check_identifier", "price_instrument"),
}


@contextmanager
def prepare_servers(argv: Sequence[str]) -> Iterator[None]:
    """Set the addresses in the environment and hold the servers up while the command runs."""
    command = argv[1] if len(argv) > 1 else "help"
    if os.environ.get("DATABASE_URL") or command in NEED_NO_SERVERS:
        yield
        return
    try:
        servers = attach()
    except Problem as problem:
        print(problem, file=sys.stderr)
        sys.exit(problem.code)
    os.environ.update(servers.environment())
    try:
        yield
    finally:
        servers.stop()
