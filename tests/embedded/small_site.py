"""A site of one small web server, run by the real supervisor with real PostgreSQL and Valkey.

`python -m tests.embedded.small_site PORT [PROGRAM ...]`; DATA_DIR says where. PROGRAM replaces the web server.
"""

import sys

import psycopg

from iom.embedded.children import Program
from iom.embedded.places import Place, place
from iom.embedded.problems import Problem
from iom.embedded.servers import Servers
from iom.embedded.supervisor import Site, run


def main(port: int, program: list[str]) -> int:
    web = program or [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
    site = Site(
        programs=lambda: [Program("web", web, stop_seconds=3)],
        prepare=write_a_row,
        welcome=lambda place, url: f"ready at {url}",
        ready_path="/pyproject.toml",
    )
    return run(place(), site, "127.0.0.1", port)


def write_a_row(place: Place, servers: Servers | None) -> None:
    assert servers
    with psycopg.connect(servers.owner_url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS starts (at timestamptz DEFAULT now())")
        connection.execute("INSERT INTO starts DEFAULT VALUES")


if __name__ == "__main__":
    try:
        sys.exit(main(int(sys.argv[1]), sys.argv[2:]))
    except Problem as problem:
        print(problem, flush=True)
        sys.exit(problem.code)
