"""Keeps a handful of processes running: restarts what ended, gives up on what ends again and again."""

import json
import shutil
import signal
import subprocess
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

from iom.embedded.children import Program, session_of, signal_group, spawn, started_at
from iom.embedded.places import Place, write_private
from iom.embedded.problems import GaveUp

RESTARTS_PER_MINUTE = 5
LONGEST_PAUSE = 8.0  # seconds
SILENT_AFTER = 60.0  # seconds without a heartbeat
LOG_LIMIT = 10 * 1024 * 1024  # bytes
LOGS_KEPT = 3


@dataclass
class Watched:
    program: Program
    process: subprocess.Popen[bytes]
    began: float  # by the wall clock, as file times are
    ends: deque[float] = field(default_factory=lambda: deque(maxlen=RESTARTS_PER_MINUTE))
    restart_at: float | None = None


class Watch:
    """The processes of one parent, in the order they were started."""

    def __init__(self, place: Place, name: str) -> None:
        self.place = place
        self.record = place.run / f"{name}.json"
        self.watched: list[Watched] = []

    def start(self, program: Program) -> Watched:
        watched = Watched(program, spawn(program, self.log(program)), time.time())
        self.watched.append(watched)
        self._write_record()
        return watched

    def tick(self) -> list[str]:
        """Look at every process once; names of those started again."""
        restarted = []
        for watched in self.watched:
            self._rotate(watched.program)
            if watched.restart_at is None and (
                watched.process.poll() is not None or self._is_silent(watched)
            ):
                self._ended(watched)
            if watched.restart_at is not None and time.monotonic() >= watched.restart_at:
                watched.process = spawn(watched.program, self.log(watched.program))
                watched.began, watched.restart_at = time.time(), None
                restarted.append(watched.program.name)
        if restarted:
            self._write_record()
        return restarted

    def stop(self) -> None:
        """Stop everything, last started first, and leave nobody of their sessions behind."""
        for watched in reversed(self.watched):
            watched.process.send_signal(watched.program.stop_signal)
            try:
                watched.process.wait(watched.program.stop_seconds)
            except subprocess.TimeoutExpired:
                signal_group(watched.process.pid, signal.SIGKILL)
                watched.process.wait()
            signal_group(watched.process.pid, signal.SIGKILL)
        self.watched.clear()
        self.record.unlink(missing_ok=True)

    def log(self, program: Program) -> Path:
        return self.place.logs / f"{program.name}.log"

    def _ended(self, watched: Watched) -> None:
        now = time.monotonic()
        signal_group(watched.process.pid, signal.SIGKILL)
        watched.process.wait()
        _wait_for_session(watched.process.pid)
        watched.ends.append(now)
        recent = [end for end in watched.ends if now - end < 60]
        if len(recent) >= RESTARTS_PER_MINUTE:
            name, log = watched.program.name, self.log(watched.program)
            raise GaveUp(f"{name} ended {len(recent)} times within a minute. The end of {log}:\n{tail(log)}")
        watched.restart_at = now + (0 if len(recent) == 1 else min(LONGEST_PAUSE, 2.0 ** (len(recent) - 2)))

    def _is_silent(self, watched: Watched) -> bool:
        beat = watched.program.heartbeat
        if beat is None or not beat.exists():
            return False
        return time.time() - max(beat.stat().st_mtime, watched.began) > SILENT_AFTER

    def _write_record(self) -> None:
        entries = [
            {
                "name": watched.program.name,
                "pid": watched.process.pid,
                "started_at": started_at(watched.process.pid),
                "stop_signal": int(watched.program.stop_signal),
            }
            for watched in self.watched
        ]
        write_private(self.record, json.dumps(entries))

    def _rotate(self, program: Program) -> None:
        """Copy and empty a log that has grown: the process goes on writing to the same file."""
        log = self.log(program)
        if not log.exists() or log.stat().st_size < LOG_LIMIT:
            return
        for number in range(LOGS_KEPT - 1, 0, -1):
            older = log.with_suffix(f".log.{number}")
            if older.exists():
                older.rename(log.with_suffix(f".log.{number + 1}"))
        shutil.copyfile(log, log.with_suffix(".log.1"))
        log.write_bytes(b"")


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log, indented."""
    if not log.exists():
        return "    (nothing was written)"
    with log.open("rb") as opened:
        opened.seek(max(0, log.stat().st_size - 8192))
        text = opened.read().decode(errors="replace")
    return "\n".join(f"    {line}" for line in text.splitlines()[-lines:])


def _wait_for_session(leader: int) -> None:
    deadline = time.monotonic() + 2
    while session_of(leader) and time.monotonic() < deadline:
        time.sleep(0.02)
