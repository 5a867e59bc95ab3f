"""Child processes that end with their parent, and the record by which a later run finds what was left."""

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from iom.embedded.places import CHECKOUT, Account

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Program:
    """One process to run: how it is started, and which signal asks it to end."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    account: Account = field(default_factory=Account)
    stop_signal: int = signal.SIGTERM
    stop_seconds: float = 10
    heartbeat: Path | None = None  # touched by the process while it is well


def spawn(program: Program, log: Path) -> subprocess.Popen[bytes]:
    """Start a program in a process session of its own; it gets its stop signal when the parent dies."""
    with log.open("ab") as output:
        return subprocess.Popen(  # type: ignore[call-overload, no-any-return]
            list(program.argv),
            cwd="/" if program.account.uid is not None else CHECKOUT,
            env={**os.environ, **program.env},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=_dies_with_parent(program.stop_signal, os.getpid()),
            **program.account.popen,
        )


def end_with_parent(number: int = signal.SIGTERM) -> None:
    """Ask the kernel to send us a signal when our parent dies."""
    _libc.prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)


def _dies_with_parent(stop_signal: int, parent: int) -> Callable[[], None]:
    """Run in the child after the change of user, which would undo it."""

    def set_death_signal() -> None:
        end_with_parent(stop_signal)
        if os.getppid() != parent:
            os._exit(1)

    return set_death_signal


def started_at(pid: int) -> int | None:
    """The kernel's start time of a process in clock ticks: with the pid it names one process for ever."""
    stat = _stat(pid)
    return int(stat[19]) if stat and stat[0] != "Z" else None


def session_of(leader: int) -> list[int]:
    """The processes of a leader's process session, the leader itself perhaps gone."""
    found = [
        (int(entry.name), _stat(int(entry.name))) for entry in Path("/proc").iterdir() if entry.name.isdigit()
    ]
    return [pid for pid, stat in found if stat and stat[0] != "Z" and int(stat[3]) == leader]


def signal_group(leader: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)


def sweep(record: Path) -> list[str]:
    """End what an earlier run left behind, and only that: pid and start time must both match."""
    try:
        entries = json.loads(record.read_text())
    except (FileNotFoundError, ValueError):
        return []
    left = [entry for entry in entries if _is_left(entry["pid"], entry["started_at"])]
    for entry in left:
        signal_group(entry["pid"], entry["stop_signal"])
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and any(session_of(entry["pid"]) for entry in left):
        time.sleep(0.05)
    for entry in left:
        signal_group(entry["pid"], signal.SIGKILL)
    record.unlink(missing_ok=True)
    return [entry["name"] for entry in left]


def _is_left(pid: int, started: int) -> bool:
    now_leading = started_at(pid)
    if now_leading is not None:
        return now_leading == started
    return bool(session_of(pid))  # the leader is gone; its number is not given out while its session lives


def _stat(pid: int) -> list[str]:
    """Fields of /proc/<pid>/stat after the name, which may itself hold spaces: state is the first."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []
