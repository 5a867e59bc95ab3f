"""The embedded PostgreSQL: made once, started on a unix socket, given its roles and database."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from iom.embedded.children import Program
from iom.embedded.places import Place, write_private
from iom.embedded.problems import DiskFull, ServerFailed
from iom.embedded.watch import tail

DATABASE = "iom"
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "client_connection_check_interval": "5s",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u ",
    "log_lock_waits": "on",
}
FAST_AND_UNSAFE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def url(place: Place, login: str, database: str = DATABASE) -> str:
    return f"postgresql://{login}:{place.passwords[login]}@/{database}?host={quote(str(place.sockets))}"


def program(place: Place) -> Program:
    """How the server is started; a folder made for tests trades safety for speed."""
    settings = {**SETTINGS, "unix_socket_directories": str(place.sockets)}
    if place.is_for_tests and os.environ.get("IOM_ENV") == "test":
        settings |= FAST_AND_UNSAFE
    argv = [str(place.postgres_programs / "postgres"), "-D", str(place.cluster)]
    for name, value in settings.items():
        argv += ["-c", f"{name}={value}"]
    return Program(
        "postgres", argv, {"LC_ALL": "C"}, place.account, stop_signal=signal.SIGINT, stop_seconds=30
    )


def make_cluster(place: Place) -> None:
    """Make the cluster in a folder of its own and rename it: a broken attempt is never taken for one."""
    if place.cluster.exists():
        return
    passwords = place.passwords
    work = place.home / "postgres.making"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(mode=0o700)
    password_file = work / "password"
    write_private(password_file, passwords["postgres"])
    if place.account.uid is not None:
        for path in (work, password_file):
            os.chown(path, place.account.uid, place.account.gid or -1)
    made = subprocess.run(  # type: ignore[call-overload]
        [
            *(str(place.postgres_programs / "initdb"), "-D", str(work / "cluster"), "-U", "postgres"),
            *(f"--pwfile={password_file}", "--auth=scram-sha-256", "--data-checksums", "--encoding=UTF8"),
            *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"),
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env={**os.environ, "LC_ALL": "C"},
        **place.account.popen,
    )
    if made.returncode:
        shutil.rmtree(work, ignore_errors=True)
        problem = DiskFull if "No space left" in made.stderr else ServerFailed
        raise problem(f"PostgreSQL's folder could not be made: {made.stderr.strip()[-600:]}")
    (work / "cluster").rename(place.cluster)
    shutil.rmtree(work)


def remove_stale_pid_file(place: Place) -> None:
    """End a server of this very folder that nobody keeps any more, and remove what a dead one left locked.

    After a power cut postmaster.pid may name a number that by now belongs to another process; after a kill the dead
    server's number answers until somebody has collected it, and PostgreSQL would take that for life. The lock of
    the socket folder names the same server.
    """
    pid_file = place.cluster / "postmaster.pid"
    pid = _first_number(pid_file)
    if pid is not None and _works_in(pid, place.cluster):
        os.kill(pid, signal.SIGINT)
        _wait_until_gone(pid)
    else:
        pid_file.unlink(missing_ok=True)
    for lock in place.sockets.glob(".s.PGSQL.*.lock"):
        holder = _first_number(lock)
        if holder is None or not _works_in(holder, place.cluster):
            lock.unlink(missing_ok=True)
            lock.with_suffix("").unlink(missing_ok=True)


def _first_number(file: Path) -> int | None:
    try:
        return int(file.read_text().splitlines()[0])
    except (FileNotFoundError, ValueError, IndexError):
        return None


def _works_in(pid: int, folder: Path) -> bool:
    """Whether a living process has this folder as its own; the dead and not yet collected have none."""
    try:
        return Path(f"/proc/{pid}/cwd").resolve(strict=True) == folder.resolve()
    except OSError:
        return False


def answers(place: Place) -> bool:
    try:
        psycopg.connect(url(place, "postgres", "postgres"), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def wait_until_ready(place: Place, server: subprocess.Popen[bytes], seconds: float = 60) -> None:
    """Return when the server answers; a server that ends early is seen at once."""
    deadline = time.monotonic() + seconds
    while not answers(place):
        if server.poll() is not None or time.monotonic() > deadline:
            end_of_log = tail(place.logs / "postgres.log")
            problem = DiskFull if "No space left" in end_of_log else ServerFailed
            raise problem(f"PostgreSQL does not answer. The end of its log:\n{end_of_log}")
        time.sleep(0.05)


def make_roles_and_database(place: Place) -> None:
    """Bring roles, passwords and the database to what roles.sql says; nothing happens the second time."""
    roles = Path(__file__).with_name("roles.sql").read_text()
    with psycopg.connect(url(place, "postgres", "postgres"), autocommit=True) as connection:
        connection.execute(roles.encode())
        for login in ("iom_owner", "iom_web"):
            connection.execute(
                sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(login), place.passwords[login])
            )
        if not connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).rowcount:
            connection.execute(f"CREATE DATABASE {DATABASE} OWNER iom_owner")


def _wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 30
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
