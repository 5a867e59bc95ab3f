"""Real supervisors on free ports, in folders of their own that are removed afterwards."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from iom.embedded.children import session_of
from iom.embedded.places import CHECKOUT

WAIT = 60.0  # seconds, for a machine that is busy with other tests


@dataclass
class SmallSite:
    """One supervisor under test."""

    process: subprocess.Popen[str]
    port: int
    said: str = ""

    def wait_until_it_says(self, words: str) -> str:
        assert self.process.stdout
        deadline = time.monotonic() + WAIT
        while words not in self.said:
            line = self.process.stdout.readline()
            assert line, f"ended with {self.process.wait()} after saying: {self.said}"
            assert time.monotonic() < deadline, self.said
            self.said += line
        return self.said

    def end(self) -> int:
        """Its exit code, once it has ended by itself; what it said is complete then."""
        assert self.process.stdout
        self.said += self.process.stdout.read()
        return self.process.wait(WAIT)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.end()


Start = Callable[..., SmallSite]


def environment(folder: Path, **more: str) -> dict[str, str]:
    """What a command sees that knows no other servers than those of this folder."""
    hidden = {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "MAKELEVEL", "PORT"}
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    return {**kept, "DATA_DIR": str(folder), "IOM_ENV": "test", **more}


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A data folder that the account of PostgreSQL can enter, shared by the tests of a module."""
    made = Path(tempfile.mkdtemp(prefix="iom-test-"))
    made.chmod(0o711)
    yield made / "data"
    subprocess.run(command("stop"), env=environment(made / "data"), cwd=CHECKOUT, check=True)
    shutil.rmtree(made)


@pytest.fixture
def start(folder: Path) -> Iterator[Start]:
    """Start a small site; whatever a test leaves running is stopped after it."""
    started: list[SmallSite] = []

    def begin(*program: str, port: int | None = None) -> SmallSite:
        chosen = port or free_port()
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.embedded.small_site", str(chosen), *program],
            cwd=CHECKOUT,
            env=environment(folder),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(SmallSite(process, chosen))
        return started[-1]

    yield begin
    for site in started:
        if site.process.poll() is None:
            site.stop()
        assert site.process.stdout
        site.process.stdout.close()


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "iom.embedded", *arguments]


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def processes_of(folder: Path) -> dict[str, int]:
    """Names and process ids of what the supervisor and the keeper have started."""
    records = [json.loads(file.read_text()) for file in (folder / "run").glob("*.json")]
    return {entry["name"]: entry["pid"] for record in records for entry in record}


def wait_for(condition: Callable[[], bool], seconds: float = WAIT) -> float:
    """Seconds until the condition held."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds
        time.sleep(0.05)
    return time.monotonic() - began


def is_gone(leader: int) -> bool:
    return not session_of(leader)
