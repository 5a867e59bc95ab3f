"""What the jobs and the calendar call: thin doors around services, in the service scope."""

from typing import Any

from cohorts.services.chasing import chase
from cohorts.services.deadlines import recompute_open_deadlines_for_new_holiday
from cohorts.services.tab_chasing import chase_reviews
from iom.access.scope import as_service
from iom.jobs.models import Chunk, Run
from iom.jobs.registry import JobKind
from iom.kernel import clock
from iom.working_days.registry import CalendarChange


def plan_chasing(run: Run) -> list[dict[str, Any]]:
    """One chunk: a round is one statement and a handful of messages."""
    return [{}]


def do_chasing(run: Run, chunk: Chunk) -> None:
    """Chase as at today, also for a night that was missed: what is late is told late, once, as one."""
    on, at = max(run.for_date, clock.today()), clock.now()
    with as_service():
        chase(on=on, at=at)
        chase_reviews(on=on, at=at)


def finish_chasing(run: Run) -> None:
    """Nothing is left to do: the messages were written with the reminders."""


CHASING = JobKind("cohorts.chase", plan_chasing, do_chasing, finish_chasing, nightly=True)


def move_deadlines(change: CalendarChange) -> None:
    """A holiday was proclaimed: open deadlines of every district move, whoever changed the calendar (CMP-6)."""
    with as_service():
        recompute_open_deadlines_for_new_holiday(change.after, at=change.at, reason=change.reason)
