"""What this app adds to `/healthz/work`, once the models are there."""

from datetime import datetime

from iom.jobs.selectors import worker_state
from iom.kernel.health import Work, register_work_check


def begin() -> None:
    register_work_check(worker_is_heard_of)


def worker_is_heard_of(at: datetime) -> Work:
    """When the workers were last heard of, and what waits for them."""
    state = worker_state(at)
    problems = []
    if state.silent:
        problems.append("The worker has not been heard of: scores and reminders wait.")
    if state.failed_runs:
        problems.append(f"{state.failed_runs} nightly runs could not be finished.")
    return Work(
        figures={
            "last_tick_at": state.last_tick_at,
            "open_runs": state.open_runs,
            "failed_runs": state.failed_runs,
            "oldest_pending_at": state.oldest_pending_at,
        },
        problems=problems,
    )
