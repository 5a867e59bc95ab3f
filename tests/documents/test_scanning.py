"""The client of ClamAV's daemon, against a little daemon that speaks its protocol (SHR-5)."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as product
from django.core.exceptions import ImproperlyConfigured

from iom.documents.rules import ScanState
from iom.documents.scanning.clamd import Clamd
from iom.documents.scanning.none import NOT_SCANNED, NotScanned
from iom.documents.scanning.verdicts import scanner

# The industry's harmless test pattern, in two parts so that no scanner trips over this file.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD" + rb"-ANTIVIRUS-TEST-FILE!$H+H*"
VERSION = b"ClamAV 1.4.2/27600/Mon Jun 29 08:00:00 2026\0"


class Daemon:
    """Reads INSTREAM as clamd does; `answer` may be bytes to say instead, or a silence."""

    def __init__(self, family: int, address: Any) -> None:
        self.link = socket.socket(family, socket.SOCK_STREAM)
        self.link.bind(address)
        self.link.listen()
        self.received: list[bytes] = []
        self.answer: bytes | None = None
        self.version = VERSION
        self.limit = 10**9
        self.silent = threading.Event()
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        while True:
            try:
                one, _ = self.link.accept()
            except OSError:
                return
            with one:
                try:
                    self.talk(one)
                except OSError:
                    continue

    def talk(self, one: socket.socket) -> None:
        command = self.take(one, b"\0")
        if command == b"zVERSION":
            one.sendall(self.version)
            return
        assert command == b"zINSTREAM"
        content = b""
        while length := struct.unpack(">I", self.exactly(one, 4))[0]:
            content += self.exactly(one, length)
            if len(content) > self.limit:
                one.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.received.append(content)
        if self.silent.is_set():
            one.recv(1)
            return
        found = b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0"
        one.sendall(found if self.answer is None else self.answer)

    @staticmethod
    def take(one: socket.socket, end: bytes) -> bytes:
        said = b""
        while not said.endswith(end):
            said += one.recv(1)
        return said[:-1]

    @staticmethod
    def exactly(one: socket.socket, length: int) -> bytes:
        said = b""
        while len(said) < length:
            more = one.recv(length - len(said))
            if not more:
                raise ConnectionResetError
            said += more
        return said


@pytest.fixture(params=["unix", "tcp"])
def daemon(request: Any, tmp_path: Path, settings: Any) -> Iterator[Daemon]:
    if request.param == "unix":
        made = Daemon(socket.AF_UNIX, str(tmp_path / "clamd.sock"))
        settings.CLAMD_ADDRESS = f"unix:{tmp_path / 'clamd.sock'}"
    else:
        made = Daemon(socket.AF_INET, ("127.0.0.1", 0))
        settings.CLAMD_ADDRESS = f"tcp:127.0.0.1:{made.link.getsockname()[1]}"
    settings.CLAMD_TIMEOUT_SECONDS = 2.0
    yield made
    made.link.close()


@pytest.fixture
def file(tmp_path: Path) -> Callable[[bytes], Path]:
    def make(content: bytes) -> Path:
        path = tmp_path / "file"
        path.write_bytes(content)
        return path

    return make


def test_a_clean_file_is_sent_whole_and_passed(daemon: Daemon, file: Any) -> None:
    content = bytes(range(256)) * 1000

    verdict = Clamd().scan(file(content))

    assert daemon.received == [content]
    assert (verdict.state, verdict.engine) == (ScanState.CLEAN, VERSION[:-1].decode())


def test_the_test_virus_is_found_and_named(daemon: Daemon, file: Any) -> None:
    verdict = Clamd().scan(file(b"A text with " + EICAR))

    assert (verdict.state, verdict.note) == (ScanState.INFECTED, "Eicar-Test-Signature")


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\0",
        b"OK\0",
        b"stream: OK",
        b"stream: OK or perhaps not\0",
        b"stream: ERROR\0",
        b"stream: lstat() failed ERROR\0",
        b"x" * 10_000 + b"\0",
        b"HTTP/1.1 200 OK\r\n\r\nstream: OK\0",
        b"\xff\xfe\0",
    ],
)
def test_nothing_but_the_one_answer_opens_a_document(daemon: Daemon, file: Any, said: bytes) -> None:
    daemon.answer = said

    assert Clamd().scan(file(b"text")).state == ScanState.FAILED


def test_a_daemon_that_is_no_clamav_passes_nothing(daemon: Daemon, file: Any) -> None:
    daemon.version = b"UNKNOWN COMMAND\0"

    assert Clamd().scan(file(b"text")).state == ScanState.FAILED


def test_a_silence_ends_in_time_and_passes_nothing(daemon: Daemon, file: Any, settings: Any) -> None:
    daemon.silent.set()
    settings.CLAMD_TIMEOUT_SECONDS = 0.5

    verdict = Clamd().scan(file(b"text"))

    assert (verdict.state, verdict.note) == (ScanState.FAILED, "The scanner did not answer in time.")


def test_a_file_beyond_the_daemons_limit_is_not_passed(daemon: Daemon, file: Any) -> None:
    daemon.limit = 1000

    assert Clamd().scan(file(b"x" * 5_000_000)).state == ScanState.FAILED


@pytest.mark.parametrize(
    "address", ["unix:/nowhere/clamd.sock", "tcp:127.0.0.1:1", "tcp:nowhere.invalid:3310"]
)
def test_without_a_daemon_nothing_is_passed(file: Any, settings: Any, address: str) -> None:
    settings.CLAMD_ADDRESS, settings.CLAMD_TIMEOUT_SECONDS = address, 2.0

    verdict = Clamd().scan(file(b"text"))

    assert verdict.state == ScanState.FAILED
    assert "could not be asked" in verdict.note or "in time" in verdict.note


def test_the_demo_says_honestly_that_nothing_was_scanned(file: Any) -> None:
    assert isinstance(scanner(), NotScanned)
    assert scanner().scan(file(EICAR)).engine == NOT_SCANNED


def test_production_refuses_to_go_without_a_scanner_unless_told_so(monkeypatch: Any) -> None:
    path = Path(product.BASE_DIR) / "iom/settings/__init__.py"
    for name, value in {
        "IOM_ENV": "production",
        "SECRET_KEY": "x" * 60,
        "DEMO_WITHOUT_SECOND_FACTOR": "0",
        "AUDIT_KEY_FILE": "key",
        "RETENTION_KEY": "r" * 60,
        "ALLOWED_HOSTS": "iom.example",
        "DOCUMENT_SCANNER": product.NO_DOCUMENT_SCANNER,
    }.items():
        monkeypatch.setenv(name, value)

    def read() -> dict[str, Any]:
        found: dict[str, Any] = {"__file__": str(path), "__name__": "trial"}
        exec(compile(path.read_text(), str(path), "exec"), found)
        return found

    with pytest.raises(ImproperlyConfigured, match="scanned for viruses"):
        read()
    monkeypatch.setenv("DOCUMENT_SCANNER_NONE_ACCEPTED", "1")
    assert read()["DOCUMENT_SCANNER"] == product.NO_DOCUMENT_SCANNER
    monkeypatch.delenv("DOCUMENT_SCANNER")
    assert read()["DOCUMENT_SCANNER"] == "iom.documents.scanning.clamd.Clamd"
