"""A PostgreSQL of a test's own, with the durability of a real one, that the test may stop as hard as it likes."""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection

from iom.embedded import postgres
from iom.embedded.places import CHECKOUT, Place, place
from iom.embedded.servers import attach


@dataclass(frozen=True)
class OwnServer:
    """The embedded servers of a folder that nobody else uses; their keeper starts again what ends."""

    place: Place

    def new_database(self) -> str:
        """A database with the tables of the test database and nothing else; its name."""
        name = f"night_{secrets.token_hex(4)}"
        with psycopg.connect(postgres.url(self.place, "postgres", "postgres"), autocommit=True) as line:
            line.execute(f"CREATE DATABASE {name} OWNER iom_owner TEMPLATE {postgres.DATABASE}")
        return name

    def stop_immediately(self) -> None:
        """What a crash does: no checkpoint, no goodbye to any client. Returns when the server is gone."""
        subprocess.run(  # type: ignore[call-overload]
            [
                self.place.postgres_programs / "pg_ctl",
                "stop",
                "-m",
                "immediate",
                "-w",
                "-D",
                self.place.cluster,
            ],
            check=True,
            capture_output=True,
            cwd="/",
            **self.place.account.popen,
        )

    def wait_until_it_answers(self) -> None:
        attach(self.place.home, keep=True).stop()


@contextmanager
def own_server() -> Iterator[OwnServer]:
    """Servers in a new folder, with the tables of the test database; stopped and removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="iom-own-"))
    folder.chmod(0o711)
    home = place(folder / "data")
    (home.home / "test-data-only").unlink(missing_ok=True)  # it would be started without fsync
    try:
        attach(home.home, keep=True).stop()
        _copy_tables(home)
        yield OwnServer(home)
    finally:
        subprocess.run(
            [sys.executable, "-m", "iom.embedded", "stop"],
            env={**os.environ, "DATA_DIR": str(home.home)},
            cwd=CHECKOUT,
            check=True,
        )
        shutil.rmtree(folder)


def _copy_tables(target: Place) -> None:
    """The test database as migrations left it, under the owner that it has."""
    source = place(settings.DATA_DIR)
    name = connection.settings_dict["NAME"]
    told = [str(source.postgres_programs / "pg_dump"), "-d", postgres.url(source, "postgres", name)]
    with subprocess.Popen(told, stdout=subprocess.PIPE) as dump:
        subprocess.run(
            [
                *(str(target.postgres_programs / "psql"), "-d", postgres.url(target, "postgres")),
                *("--quiet", "--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--single-transaction"),
            ],
            stdin=dump.stdout,
            stdout=subprocess.DEVNULL,
            check=True,
        )
    assert dump.returncode == 0


@contextmanager
def connected_to(server: OwnServer) -> Iterator[None]:
    """Everything this process asks the database goes to a new one on the test's own server."""
    there: dict[str, Any] = {
        "NAME": server.new_database(),
        "USER": "iom_owner",
        "PASSWORD": server.place.passwords["iom_owner"],
        "HOST": str(server.place.sockets),
    }
    here = {name: connection.settings_dict[name] for name in there}
    connection.close()
    connection.settings_dict.update(there)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(here)
