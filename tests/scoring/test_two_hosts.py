"""One night between two workers on two hosts, real programs over a real network (SCO-4, performance.md)."""

import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.db import connection, connections, transaction

from iom.access.scope import as_owner
from iom.celery import app
from iom.embedded import processes
from iom.embedded.places import CHECKOUT, Place, place
from iom.jobs import tasks
from iom.jobs.models import Chunk, Run
from iom.persons.models import Person
from scoring.rules.nights import NIGHTLY
from scoring.services import runs
from tests.scoring.factories import model_in_use, riser
from tests.scoring.hosts import POSTGRES, VALKEY, Host, hosts, why_there_are_none
from tests.scoring.test_lost_workers import models_may_go, planned, the_whole_night_is_there_once  # noqa: F401

PEOPLE, A_CHUNK = 24, 2
QUEUE = 9
"""A queue of the test's own on the shared Valkey."""
PATIENCE = 60.0
NONE = why_there_are_none()
pytestmark = pytest.mark.skipif(bool(NONE), reason=f"{NONE} (issue 4)")


@pytest.fixture
def people(
    models_may_go: None,  # noqa: F811
    committed: None,
    monkeypatch: pytest.MonkeyPatch,
) -> list[Person]:
    monkeypatch.setattr(runs, "PERSONS_A_CHUNK", A_CHUNK)
    model_in_use()
    return [riser() for _ in range(PEOPLE)]


@pytest.fixture
def servers() -> Iterator[Place]:
    """Where the tests' servers are; the queue of this test is empty before and after."""
    here = place(settings.DATA_DIR)
    queue = redis.Redis(unix_socket_path=str(here.sockets / "valkey.sock"), db=QUEUE)
    queue.flushdb()
    yield here
    queue.flushdb()
    queue.close()


@pytest.fixture
def workers(servers: Place, people: list[Person], tmp_path: Path) -> Iterator[list[Path]]:
    """A worker on each of two hosts, ready; the file into which each says what it does."""
    sockets = {POSTGRES: servers.sockets / ".s.PGSQL.5432", VALKEY: servers.sockets / "valkey.sock"}
    with hosts(2, sockets=sockets) as two:
        logs = [tmp_path / f"{host.namespace}.log" for host in two]
        started = [begin(host, servers, log) for host, log in zip(two, logs, strict=True)]
        try:
            until(lambda: all(" ready." in log.read_text() for log in logs), logs)
            yield logs
        finally:
            for worker in started:
                worker.send_signal(signal.SIGTERM)
            for worker in started:
                worker.wait(PATIENCE)


def begin(host: Host, servers: Place, log: Path) -> subprocess.Popen[bytes]:
    """The product's own worker, which knows the servers by their address in the network alone."""
    name = connection.settings_dict["NAME"]
    login = f"iom_web:{servers.passwords['iom_web']}"
    env = {
        "DATABASE_URL": f"postgresql://{login}@{host.servers}:{POSTGRES}/{name}",
        "DATABASE_OWNER_URL": "",
        "REDIS_URL": f"redis://{host.servers}:{VALKEY}/{QUEUE}",
        "DJANGO_SETTINGS_MODULE": "iom.settings",
        "PYTHONPATH": str(CHECKOUT),
    }
    return host.start(processes.worker(), env=env, log=log)


def until(so: Callable[[], bool], logs: list[Path]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not so():
        assert time.monotonic() < deadline, "\n".join(log.read_text() for log in logs)
        time.sleep(0.05)


def test_two_hosts_do_one_night_and_every_chunk_once(workers: list[Path], servers: Place) -> None:
    chunk_ids = planned()
    at_work = 2 * processes.CONCURRENCY
    assert len(chunk_ids) >= PEOPLE // A_CHUNK > at_work

    with transaction.atomic():
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE jobs_chunk IN ACCESS EXCLUSIVE MODE")
        wake_twice(chunk_ids, servers)
        until(lambda: waiting() == at_work, workers)
    until(lambda: the_run().status == Run.Status.DONE, workers)

    did = [set(done_by(log)) for log in workers]
    assert all(did)
    with as_owner():
        assert set(Chunk.objects.values_list("status", flat=True)) == {Chunk.Status.DONE}
    the_whole_night_is_there_once(PEOPLE)


def wake_twice(chunk_ids: list[int], servers: Place) -> None:
    """A prompt for each chunk, and each once more, as a broker may deliver it."""
    address = f"redis+socket://{servers.sockets / 'valkey.sock'}?virtual_host={QUEUE}"
    with app.connection_for_write(address) as line:
        for chunk_id in chunk_ids * 2:
            tasks.do_chunk.apply_async([chunk_id], connection=line)


def waiting() -> int:
    """How many of the workers' processes have a prompt in hand: they stand before the chunks, which are locked."""
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("RESET ROLE")
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'jobs_chunk'::regclass"
            )
            return int(cursor.fetchone()[0])
    finally:
        other.close()


def the_run() -> Run:
    with as_owner():
        return Run.objects.get(kind=NIGHTLY)


def done_by(log: Path) -> list[str]:
    """The prompts that a worker took and answered."""
    return re.findall(r"Task jobs\.do_chunk\[([\w-]+)\] succeeded", log.read_text())
