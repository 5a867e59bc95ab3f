"""Measure the product's speed on embedded servers of their own: `python -m benchmarks [WHAT ...]`."""

import argparse
import os
import subprocess
import sys
import time
from datetime import UTC, datetime

import psycopg

from benchmarks.population import copy_for_one, prepare
from iom.embedded.places import CHECKOUT
from iom.embedded.problems import Problem
from iom.embedded.servers import Servers, attach

MEASUREMENTS = ("imports", "recompute", "pages", "reach", "audit", "retention")
DATA_DIR = CHECKOUT / ".data-bench"
SETTINGS = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("what", nargs="*", help=f"some of {', '.join(MEASUREMENTS)}; all when none is named")
    parser.add_argument(
        "--size",
        default="",
        choices=["demo", "100k", "200k", "1m"],
        help="people with 20 events each; 100k to recompute and the demo to look at pages when nothing is said",
    )
    asked = parser.parse_args()
    chosen = asked.what or list(MEASUREMENTS)
    if unknown := set(chosen) - set(MEASUREMENTS):
        parser.error(f"there is no measurement called {', '.join(sorted(unknown))}")
    began = time.monotonic()
    try:
        servers = attach(os.environ.get("DATA_DIR") or DATA_DIR)
    except Problem as problem:
        print(problem, file=sys.stderr)
        return problem.code
    try:
        prepare(servers)
        print(_heading(servers), flush=True)
        for name in chosen:
            with copy_for_one(servers) as environment:
                subprocess.run(
                    [sys.executable, "-m", f"benchmarks.{name}"],
                    cwd=CHECKOUT,
                    env={
                        **environment,
                        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
                        "BENCH_SIZE": asked.size,
                    },
                    check=True,
                )
        load = os.getloadavg()
        print(
            f"\nDone in {time.monotonic() - began:.0f} s; load now {load[0]:.1f}, 15-minute mean {load[2]:.1f}."
        )
    except subprocess.CalledProcessError as error:
        return error.returncode
    finally:
        servers.stop(wait=60)
    return 0


def _heading(servers: Servers) -> str:
    with psycopg.connect(servers.database_as_superuser) as connection:
        said = ", ".join(
            f"{name} {connection.execute(f'SHOW {name}').fetchone()[0]}"  # type: ignore[index]
            for name in SETTINGS
        )
        counts = connection.execute(
            "SELECT (SELECT count(*) FROM persons_person), (SELECT count(*) FROM scoring_event),"
            " (SELECT count(*) FROM cohorts_case), (SELECT max(as_of) FROM scoring_run)"
        ).fetchone()
    assert counts is not None
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n"
        f"PostgreSQL: {said}\n"
        f"{counts[0]:,} persons, {counts[1]:,} events, {counts[2]:,} cases; made on {counts[3]}"
    )


if __name__ == "__main__":
    sys.exit(main())
