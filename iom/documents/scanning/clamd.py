"""ClamAV's daemon, asked over its socket: the file is sent in pieces (INSTREAM) and one line comes back.

`CLAMD_ADDRESS` is `unix:/path` or `tcp:host:port`. The protocol is in clamd(8).
"""

import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from iom.documents.rules import ScanState
from iom.documents.scanning.verdicts import Verdict

PIECE = 64 * 1024
LONGEST_ANSWER = 4096


class Clamd:
    """Clean only for the one answer that says so; a silence, a cut line or anything unknown is no answer."""

    def scan(self, path: Path) -> Verdict:
        try:
            engine = _plain(self._ask(b"zVERSION\0"))
            if not engine.startswith("ClamAV"):
                return Verdict(ScanState.FAILED, "ClamAV", "The scanner does not say who it is.")
            said = _plain(self._ask(b"zINSTREAM\0", path))
        except TimeoutError:
            return Verdict(ScanState.FAILED, "ClamAV", "The scanner did not answer in time.")
        except OSError as error:
            return Verdict(
                ScanState.FAILED, "ClamAV", f"The scanner could not be asked ({type(error).__name__})."
            )
        if said == "stream: OK":
            return Verdict(ScanState.CLEAN, engine[:120])
        if said.startswith("stream: ") and said.endswith(" FOUND"):
            return Verdict(ScanState.INFECTED, engine[:120], said[len("stream: ") : -len(" FOUND")][:200])
        return Verdict(ScanState.FAILED, engine[:120], "The scanner gave an answer that is not understood.")

    def _ask(self, command: bytes, path: Path | None = None) -> bytes:
        ends = time.monotonic() + settings.CLAMD_TIMEOUT_SECONDS
        with _connection(ends) as link:
            link.sendall(command)
            if path is not None:
                _send(link, path, ends)
            return _answer(link, ends)


@contextmanager
def _connection(ends: float) -> Iterator[socket.socket]:
    kind, _, rest = settings.CLAMD_ADDRESS.partition(":")
    if kind == "unix":
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
            link.settimeout(_left(ends))
            link.connect(rest)
            yield link
    else:
        host, _, port = rest.rpartition(":")
        with socket.create_connection((host, int(port)), timeout=_left(ends)) as link:
            yield link


def _send(link: socket.socket, path: Path, ends: float) -> None:
    try:
        with path.open("rb") as stream:
            while piece := stream.read(PIECE):
                link.settimeout(_left(ends))
                link.sendall(struct.pack(">I", len(piece)) + piece)
        link.sendall(struct.pack(">I", 0))
    except (BrokenPipeError, ConnectionResetError):
        """The daemon has already said what it has to say, such as that the file is beyond its limit."""


def _answer(link: socket.socket, ends: float) -> bytes:
    said = b""
    while b"\0" not in said and len(said) < LONGEST_ANSWER:
        link.settimeout(_left(ends))
        more = link.recv(1024)
        if not more:
            break
        said += more
    head, mark, _ = said.partition(b"\0")
    return head if mark else b""


def _left(ends: float) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _plain(said: bytes) -> str:
    return "".join(c for c in said.decode("utf-8", "replace").strip() if c.isprintable())
