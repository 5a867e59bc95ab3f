"""One command runs everything, and nothing it can meet leaves the next start blocked."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import psycopg
import pytest

from iom.embedded import Problem, attach
from iom.embedded.places import CHECKOUT
from iom.embedded.problems import AlreadyRunning, GaveUp, PortTaken, ServerFailed, WrongSettings
from tests.embedded.conftest import Start, command, environment, is_gone, processes_of, wait_for


def count_of_starts(folder: Path) -> int:
    servers = attach(folder)
    try:
        with psycopg.connect(servers.owner_url) as connection:
            return int(connection.execute("SELECT count(*) FROM starts").fetchone()[0])
    finally:
        servers.stop()


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/pyproject.toml", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_a_second_start_from_the_same_folder_is_told_where_the_first_one_runs(start: Start) -> None:
    first = start()
    first.wait_until_it_says("ready at")

    second = start()

    assert second.end() == AlreadyRunning.code
    assert f"at http://127.0.0.1:{first.port} (process {first.process.pid})" in second.said
    assert answers(first.port)


def test_a_taken_port_is_refused_with_the_name_of_its_holder(start: Start) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]

        site = start(port=port)

        assert site.end() == PortTaken.code
    assert f"Port {port} is in use by process {os.getpid()}" in site.said


def test_being_asked_to_stop_ends_every_process_in_a_few_seconds(start: Start, folder: Path) -> None:
    site = start()
    site.wait_until_it_says("ready at")
    running = processes_of(folder)

    assert site.stop() == 0

    assert {"web", "postgres", "valkey"} <= running.keys()
    assert all(is_gone(pid) for pid in running.values())
    assert not (folder / "postgres" / "postmaster.pid").exists()


def test_killing_the_supervisor_leaves_no_orphans_and_the_next_start_keeps_the_data(
    start: Start, folder: Path
) -> None:
    site = start()
    site.wait_until_it_says("ready at")
    running = processes_of(folder)
    site.process.kill()
    site.process.wait()

    wait_for(lambda: all(is_gone(pid) for pid in running.values()), seconds=15)

    again = start(port=site.port)
    again.wait_until_it_says("ready at")
    assert again.stop() == 0
    assert count_of_starts(folder) >= 2


def test_killing_everything_at_once_is_survived_too(start: Start, folder: Path) -> None:
    site = start()
    site.wait_until_it_says("ready at")
    keeper = int((folder / "run" / "keeper.lock").read_text())
    for pid in (site.process.pid, keeper, *processes_of(folder).values()):
        os.kill(pid, signal.SIGKILL)
    site.process.wait()

    again = start(port=site.port)

    again.wait_until_it_says("ready at")
    assert answers(again.port)


@pytest.mark.parametrize("name", ["web", "postgres", "valkey"])
def test_a_killed_process_is_started_again(start: Start, folder: Path, name: str) -> None:
    site = start()
    site.wait_until_it_says("ready at")
    before = processes_of(folder)[name]

    os.kill(before, signal.SIGKILL)

    wait_for(lambda: processes_of(folder)[name] != before, seconds=15)
    wait_for(lambda: answers(site.port))
    if name == "postgres":
        wait_for(lambda: is_gone(before))
        wait_for(lambda: can_count(folder))


def can_count(folder: Path) -> bool:
    try:
        return count_of_starts(folder) > 0
    except (psycopg.OperationalError, Problem):
        return False


def test_a_killed_keeper_is_replaced_and_the_servers_come_back(start: Start, folder: Path) -> None:
    site = start()
    site.wait_until_it_says("ready at")
    keeper = int((folder / "run" / "keeper.lock").read_text())

    os.kill(keeper, signal.SIGKILL)

    site.wait_until_it_says("PostgreSQL and Valkey had ended and were started again")
    assert count_of_starts(folder) > 0


def test_a_process_that_ends_again_and_again_is_given_up_with_the_end_of_its_log(start: Start) -> None:
    site = start(sys.executable, "-c", "raise SystemExit('no such thing as a kettle')")

    assert site.end() == GaveUp.code

    assert "web ended 5 times within a minute" in site.said
    assert "no such thing as a kettle" in site.said


def test_a_stale_pid_file_that_names_a_living_stranger_blocks_nothing(start: Start, folder: Path) -> None:
    start().wait_until_it_says("ready at")
    subprocess.run(command("stop"), env=environment(folder), cwd=CHECKOUT, check=True)
    stale = folder / "postgres" / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{folder / 'postgres'}\n0\n0\n\n\n\nready\n")
    socket_lock = folder / "sockets" / ".s.PGSQL.5432.lock"
    socket_lock.write_text(f"{os.getpid()}\n{folder / 'postgres'}\n0\n5432\n{folder / 'sockets'}\n")

    site = start()

    site.wait_until_it_says("ready at")
    assert stale.read_text().splitlines()[0] == str(processes_of(folder)["postgres"])


def test_a_missing_password_file_is_named(start: Start, folder: Path) -> None:
    start().wait_until_it_says("ready at")
    subprocess.run(command("stop"), env=environment(folder), cwd=CHECKOUT, check=True)
    kept = (folder / "passwords.json").rename(folder / "elsewhere.json")

    site = start()

    assert site.end() == ServerFailed.code
    assert re.search(r"passwords\.json is missing", site.said)
    kept.rename(folder / "passwords.json")


def test_one_real_server_without_the_other_is_refused(folder: Path) -> None:
    told = subprocess.run(
        command("run"),
        env=environment(folder, REDIS_URL="redis://localhost/0"),
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert told.returncode == WrongSettings.code
    assert "Only REDIS_URL is set" in told.stderr
