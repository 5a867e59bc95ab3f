"""`make run`: everything from one command, watched, and stopped together."""

import contextlib
import os
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import FrameType

from iom.embedded.checks import check_disk, check_libraries, check_port
from iom.embedded.children import Program, spawn, sweep
from iom.embedded.keeper import hold_alone, holder
from iom.embedded.places import Place
from iom.embedded.problems import AlreadyRunning, GaveUp, MigrationFailed, ServerFailed
from iom.embedded.servers import Servers, attach, ensure_keeper
from iom.embedded.watch import Watch, tail

POLL = 0.2  # seconds
READY_WITHIN = 90.0  # seconds


class Stopped(Exception):
    """Ctrl-C, or a signal that asks for the end."""


@dataclass(frozen=True)
class Site:
    """What a run consists of; tests run smaller ones."""

    programs: Callable[[], Sequence[Program]]
    prepare: Callable[[Place, Servers | None], None]
    welcome: Callable[[Place, str], str]
    ready_path: str = "/healthz/ready"
    embedded: bool = True


def run(place: Place, site: Site, address: str, port: int) -> int:
    """Run the site until it is told to stop; the exit code. Problems are raised with theirs."""
    url = f"http://{address}:{port}"
    lock = hold_alone(place.run / "supervisor.lock", f"{os.getpid()} {url}")
    if lock is None:
        pid, _, where = (holder(place.run / "supervisor.lock") or "? ?").partition(" ")
        raise AlreadyRunning(f"IOM already runs from {place.home}, at {where} (process {pid}).")
    watch = Watch(place, "programs")
    servers = None
    try:
        with _signals_stop():
            check_libraries()
            check_disk(place.home, first_start=not place.cluster.exists())
            sweep(watch.record)
            check_port(address, port)
            servers = _start_servers(place, site)
            site.prepare(place, servers)
            for program in site.programs():
                watch.start(program)
            welcome = site.welcome(place, url)
            _wait_until_ready(watch, url + site.ready_path)
            print(welcome, flush=True)
            _watch_for_ever(place, watch, servers)
    except Stopped:
        print("\nStopping ...", flush=True)
    finally:
        _ignore_signals()
        watch.stop()
        if servers:
            servers.stop(wait=30)
        lock.close()
    return 0


def run_once(place: Place, name: str, argv: Sequence[str], *, show: bool = False) -> None:
    """Run a command to its end, its words in the log of its name and, with `show`, here as they come."""
    log = place.logs / f"{name}.log"
    log.unlink(missing_ok=True)
    process = spawn(Program(name, argv, {"PYTHONUNBUFFERED": "1"}), log)
    try:
        with log.open() as words:
            while process.poll() is None:
                time.sleep(0.1)
                if show and (said := words.read()):
                    print("  " + said.strip().replace("\n", "\n  "), flush=True)
    finally:
        process.terminate()  # it ends with us when we are stopped
        process.wait()
    if process.returncode:
        raise MigrationFailed(f"{' '.join(argv[1:])} failed. The end of {log}:\n{tail(log)}")


def _start_servers(place: Place, site: Site) -> Servers | None:
    if not site.embedded:
        return None
    print("Starting PostgreSQL and Valkey ...", flush=True)
    servers = attach(place.home)
    os.environ.update(servers.environment())
    return servers


def _wait_until_ready(watch: Watch, url: str) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while not _answers(url):
        watch.tick()
        if time.monotonic() > deadline:
            log = watch.place.logs / "web.log"
            raise ServerFailed(f"The site did not become ready at {url}. The end of {log}:\n{tail(log)}")
        time.sleep(0.1)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _watch_for_ever(place: Place, watch: Watch, servers: Servers | None) -> None:
    while True:
        time.sleep(POLL)
        for name in watch.tick():
            print(f"{name} had ended and was started again; see {place.logs / name}.log", flush=True)
        if servers and holder(place.run / "keeper.lock") is None:
            _bring_back_servers(place, servers)


def _bring_back_servers(place: Place, servers: Servers) -> None:
    if servers.keeper and servers.keeper.poll() == GaveUp.code:
        log = place.logs / "keeper.log"
        raise GaveUp(f"The servers ended again and again. The end of {log}:\n{tail(log)}")
    servers.keeper = ensure_keeper(place)
    print("PostgreSQL and Valkey had ended and were started again.", flush=True)


@contextlib.contextmanager
def _signals_stop() -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        _ignore_signals()
        raise Stopped

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    yield


def _ignore_signals() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
