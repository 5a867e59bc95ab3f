"""What the jobs call: a thin door around a service. The jobs run it in the service scope."""

from typing import Any

from iom.agencies.services import remind_keepers
from iom.jobs.models import Chunk, Run
from iom.jobs.registry import JobKind
from iom.kernel import clock


def plan(run: Run) -> list[dict[str, Any]]:
    return [{}]


def do(run: Run, chunk: Chunk) -> None:
    """Remind as at today, also for a night that was missed."""
    remind_keepers(on=max(run.for_date, clock.today()), at=clock.now())


def finish(run: Run) -> None:
    """Nothing is left to do."""


REMINDING = JobKind("agencies.remind", plan, do, finish, nightly=True)
