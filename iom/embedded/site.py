"""The product as the supervisor runs it: migrate, fill on the first start, greet."""

import os
import subprocess

import psycopg

from iom.embedded.places import CHECKOUT, Place
from iom.embedded.problems import WrongSettings
from iom.embedded.processes import manage, programs
from iom.embedded.servers import Servers
from iom.embedded.supervisor import Site, run_once


def site() -> Site:
    """The site with embedded servers, or with the real ones that DATABASE_URL and REDIS_URL name."""
    given = [name for name in ("DATABASE_URL", "REDIS_URL") if os.environ.get(name)]
    if len(given) == 1:
        raise WrongSettings(f"Only {given[0]} is set: set DATABASE_URL and REDIS_URL both, or neither.")
    return Site(programs=programs, prepare=prepare, welcome=welcome, embedded=not given)


def prepare(place: Place, servers: Servers | None) -> None:
    """Bring the database to this version; an embedded one that is empty gets the demo force."""
    print("Migrating ...", flush=True)
    run_once(place, "migrate", manage("migrate", "--no-input"))
    if servers and os.environ.get("IOM_ENV", "demo") == "demo":
        _load_demo(place, servers)


def _load_demo(place: Place, servers: Servers) -> None:
    """Fill an empty database; a start that was stopped while filling goes on where it was."""
    unfinished = place.home / "demo-unfinished"
    if not (unfinished.exists() or _is_empty(servers)):
        return
    print("Loading the demo force (first start only; some minutes on a slow machine) ...", flush=True)
    unfinished.touch()
    run_once(place, "load_demo", manage("load_demo"), show=True)
    unfinished.unlink()


def welcome(place: Place, url: str) -> str:
    """The address, who can sign in, and how to stop."""
    told = subprocess.run(
        manage("demo_sign_ins", "--one-each"), capture_output=True, text=True, check=False, cwd=CHECKOUT
    ).stdout.strip()
    if told:
        told = f"\nDemo sign-ins (all of them: make sign-ins)\n{told}\n"
    return f"\nIOM is ready at {url}\n{told}\nLogs: {place.logs}. Stop with Ctrl-C or `make stop`.\n"


def _is_empty(servers: Servers) -> bool:
    with psycopg.connect(servers.database_as_superuser) as connection:
        return connection.execute("SELECT FROM persons_person LIMIT 1").rowcount == 0
