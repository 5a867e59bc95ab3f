"""What is measured on: the demo force of 20,000 persons, kept between runs, and a throw-away copy for each measurement.

A measurement writes (scores, events, acts of looking), so each gets its own copy and the kept one never changes.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from iom.embedded.places import CHECKOUT
from iom.embedded.servers import Servers

SEED = 2026
COPY = "iom_bench"
SUPERUSER_URL = "BENCH_SUPERUSER_URL"


def environment_of(servers: Servers) -> dict[str, str]:
    """What the product's commands need to use these servers."""
    return {
        **os.environ,
        **servers.environment(),
        "IOM_ENV": "demo",
        "DEMO_SCALE": "full",
        SUPERUSER_URL: servers.database_as_superuser,
    }


def prepare(servers: Servers) -> None:
    """Migrate and load the demo; a second time there is nothing to load."""
    for command in (
        ["migrate", "--verbosity", "0"],
        ["load_demo", "--scale", "full", "--seed", str(SEED)],
    ):
        subprocess.run(
            [sys.executable, "manage.py", *command], cwd=CHECKOUT, env=environment_of(servers), check=True
        )
    with psycopg.connect(servers.database_as_superuser, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")


@contextmanager
def copy_for_one(servers: Servers) -> Iterator[dict[str, str]]:
    """A copy of the kept database; yields the environment in which everything leads to it."""
    with psycopg.connect(servers.superuser_url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {COPY} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {COPY} TEMPLATE iom OWNER iom_owner STRATEGY file_copy")
        connection.execute("CHECKPOINT")
    environment = environment_of(servers)
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", SUPERUSER_URL):
        environment[name] = environment[name].replace("/iom?", f"/{COPY}?")
    try:
        yield environment
    finally:
        with psycopg.connect(servers.superuser_url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {COPY} WITH (FORCE)")


def as_superuser() -> psycopg.Connection:
    """The measuring side's own connection, past the row policies: for limits, never for what is measured."""
    return psycopg.connect(os.environ[SUPERUSER_URL], autocommit=True)
