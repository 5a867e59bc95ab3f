"""The kinds of job and the steps of the tick, registered by the apps that own them in `ready()`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from iom.jobs.models import Chunk, Run


@dataclass(frozen=True)
class JobKind:
    """How one kind of job is cut into chunks, done and finished; a nightly one gets a run for every night.

    `plan` returns the payload of each chunk, `do` works one off inside its transaction, `finish` runs once, in the
    transaction that closes the run, and may put figures into `run.summary`.
    """

    name: str
    plan: Callable[[Run], list[dict[str, Any]]]
    do: Callable[[Run, Chunk], None]
    finish: Callable[[Run], None]
    nightly: bool


@dataclass(frozen=True)
class TickStep:
    """Something every tick does besides the jobs, such as sending what is owed.

    `take` does one piece of work in one transaction and says whether there is more.
    """

    name: str
    take: Callable[[datetime], bool]


_kinds: dict[str, JobKind] = {}
_steps: dict[str, TickStep] = {}
_warm_ups: list[Callable[[], None]] = []


def register(kind: JobKind) -> None:
    """Add a kind of job; another one under the same name is a programming error."""
    if _kinds.setdefault(kind.name, kind) != kind:
        raise ValueError(f"The job {kind.name} is registered twice.")


def register_step(step: TickStep) -> None:
    """Add a step to the tick; steps run in the order they were added."""
    if _steps.setdefault(step.name, step) != step:
        raise ValueError(f"The step {step.name} is registered twice.")


def kind_named(name: str) -> JobKind:
    """The job of a run; a run of a kind that no longer exists is an error that its page shows."""
    if name not in _kinds:
        raise LookupError(f"There is no job called {name}.")
    return _kinds[name]


def kinds() -> tuple[JobKind, ...]:
    return tuple(_kinds.values())


def steps() -> tuple[TickStep, ...]:
    return tuple(_steps.values())


def register_warm_up(prepare: Callable[[], None]) -> None:
    """Add what a worker loads before it makes its processes, so that they share the memory of it."""
    _warm_ups.append(prepare)


def warm_up() -> None:
    for prepare in _warm_ups:
        prepare()
