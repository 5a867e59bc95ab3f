"""The whole product as `make run` starts it, on a free port with a small demo force, for stories in a browser."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 420.0
# What a story may ask about by its name alone.
RECORDS = ("iom.agencies.models", "iom.approvals.models", "iom.persons.models", "cohorts.models")
NOT_PASSED_ON = (
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "REDIS_URL",
    "DJANGO_SETTINGS_MODULE",
    "IOM_TEST_SERVERS",
)


@dataclass(frozen=True)
class Stack:
    """A running product: its address and how to give it a command."""

    address: str
    environment: dict[str, str]

    def manage(self, *words: str) -> str:
        """Run a `manage.py` command beside the running product and give back what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=CHECKOUT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=180,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def asked(stack: Stack, code: str) -> Any:
    """Ask the product's own records something, by a one-line command that prints JSON."""
    brought = "\n".join(f"from {module} import *" for module in RECORDS)
    wrapped = (
        f"import json\nfrom iom.access.scope import as_service\nfrom iom.kernel import clock\n{brought}\n"
        f"with as_service():\n    print('ANSWER', json.dumps({code}, default=str))"
    )
    printed = stack.manage("shell", "--no-imports", "-c", wrapped)
    return json.loads(printed.split("ANSWER", 1)[1])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_stack() -> Iterator[Stack]:
    """Start everything, wait until it is ready, stop everything.

    While a story is being written, `JOURNEYS_AT=http://127.0.0.1:8000 JOURNEYS_DATA=folder` uses a product that runs.
    """
    if os.environ.get("JOURNEYS_AT"):
        kept = {name: value for name, value in os.environ.items() if name not in NOT_PASSED_ON}
        yield Stack(
            os.environ["JOURNEYS_AT"], kept | {"IOM_ENV": "demo", "DATA_DIR": os.environ["JOURNEYS_DATA"]}
        )
        return
    home = Path(tempfile.mkdtemp(prefix="iom-journeys-"))
    home.chmod(0o755)
    environment = {name: value for name, value in os.environ.items() if name not in NOT_PASSED_ON}
    environment |= {
        "IOM_ENV": "demo",
        "DATA_DIR": str(home / "data"),
        "PORT": str(free_port()),
        "DEMO_SCALE": "small",
        "AUTHENTICATOR_CLOCK_STEPS": "1",
    }
    log = home / "run.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "iom.embedded", "run"],
            cwd=CHECKOUT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield Stack(_address_when_ready(process, log), environment)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
        shutil.rmtree(home, ignore_errors=True)


def _address_when_ready(process: "subprocess.Popen[bytes]", log: Path) -> str:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        text = log.read_text()
        found = re.search(r"IOM is ready at (\S+)", text)
        if found:
            return found[1].rstrip("/")
        if process.poll() is not None:
            break
        time.sleep(0.5)
    raise AssertionError(f"The product did not start:\n{log.read_text()[-4000:]}")
