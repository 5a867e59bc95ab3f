"""What the supervisor watches besides a process's end, and what it checks before it starts anything."""

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from iom.embedded import checks, watch
from iom.embedded.children import Program, spawn, started_at, sweep
from iom.embedded.places import Account, Place
from iom.embedded.problems import DiskFull, LibraryMissing, PortTaken
from iom.embedded.watch import Watch
from tests.embedded.conftest import is_gone, wait_for

SLEEP = [sys.executable, "-c", "import time; print('x' * 2000, flush=True); time.sleep(60)"]


@pytest.fixture
def here(tmp_path: Path) -> Place:
    for name in ("run", "logs"):
        (tmp_path / name).mkdir()
    return Place(tmp_path, Account())


@pytest.fixture
def watched(here: Place) -> Iterator[Watch]:
    made = Watch(here, "programs")
    yield made
    made.stop()


def test_a_worker_silent_for_a_minute_is_started_again(watched: Watch, tmp_path: Path) -> None:
    heartbeat = tmp_path / "heartbeat"
    heartbeat.touch()
    frozen = watched.start(Program("worker", SLEEP, heartbeat=heartbeat))
    first = frozen.process.pid
    assert watched.tick() == []

    long_ago = time.time() - watch.SILENT_AFTER - 1
    frozen.began = long_ago
    os.utime(heartbeat, (long_ago, long_ago))

    assert watched.tick() == ["worker"]
    assert is_gone(first)
    assert frozen.process.pid != first


def test_a_log_that_has_grown_is_put_aside_while_its_process_goes_on(
    watched: Watch, here: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "LOG_LIMIT", 1000)
    watched.start(Program("web", SLEEP))
    log = here.logs / "web.log"
    wait_for(lambda: log.exists() and log.stat().st_size > 1000)

    watched.tick()

    assert log.stat().st_size == 0
    assert (here.logs / "web.log.1").stat().st_size > 1000


def test_a_sweep_ends_what_was_left_and_nobody_who_has_inherited_its_number(
    watched: Watch, here: Place
) -> None:
    left = watched.start(Program("web", SLEEP)).process
    stranger = spawn(Program("stranger", SLEEP), here.logs / "stranger.log")
    record = watched.record
    record.write_text(
        record.read_text().replace(
            "]", f', {{"name": "worker", "pid": {stranger.pid}, "started_at": 1, "stop_signal": 15}}]'
        )
    )

    assert sweep(record) == ["web"]

    assert left.wait(5) is not None
    assert started_at(stranger.pid)
    stranger.kill()
    stranger.wait()


def test_a_missing_library_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "LIBRARIES", {"libnowhere.so.9": "libnowhere9", "libc.so.6": "libc6"})

    with pytest.raises(LibraryMissing, match=r"apt-get install libnowhere9$"):
        checks.check_libraries()


def test_a_full_disk_is_told_before_anything_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "ROOM_TO_GO_ON", 10**9)

    with pytest.raises(DiskFull, match="make room"):
        checks.check_disk(tmp_path, first_start=False)


def test_a_port_out_of_range_is_refused() -> None:
    with pytest.raises(PortTaken):
        checks.check_port("127.0.0.1", 70000)
