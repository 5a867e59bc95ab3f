"""A job that writes rows one can count, and a database in which other connections see what was committed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from iom.jobs import registry
from iom.jobs.models import Chunk, Run
from iom.jobs.registry import JobKind


@dataclass
class Ledger:
    """What a test's job did: each effect once is what matters."""

    planned: list[date] = field(default_factory=list)
    done: list[tuple[date, int]] = field(default_factory=list)
    finished: list[date] = field(default_factory=list)
    during: Callable[[Run, Chunk], None] = lambda run, chunk: None
    parts: int = 3

    def plan(self, run: Run) -> list[dict[str, Any]]:
        self.planned.append(run.for_date)
        return [{"part": part} for part in range(self.parts)]

    def do(self, run: Run, chunk: Chunk) -> None:
        self.during(run, chunk)
        self.done.append((run.for_date, chunk.payload["part"]))

    def finish(self, run: Run) -> None:
        self.finished.append(run.for_date)
        run.summary = {"parts": len(self.done)}


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """The only jobs there are: "count" every night, and "other" when asked for."""
    kept = Ledger()
    monkeypatch.setattr(registry, "_kinds", {})
    monkeypatch.setattr(registry, "_steps", {})
    registry.register(JobKind("count", kept.plan, kept.do, kept.finish, nightly=True))
    registry.register(JobKind("other", kept.plan, kept.do, kept.finish, nightly=False))
    return kept


@pytest.fixture
def committed_runs(committed: None) -> None:
    """Runs are really committed, so that other connections see them."""
