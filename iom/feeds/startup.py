"""What this app adds to the tick, to my day and to `/healthz/work`, once the models are there."""

from datetime import datetime

from iom.feeds.services.folder import inbox
from iom.feeds.services.loading import waiting
from iom.feeds.tasks import STEPS
from iom.jobs.registry import register_step
from iom.kernel.day import DayPart, register_day_part
from iom.kernel.health import Work, register_work_check


def begin() -> None:
    for step in STEPS:
        register_step(step)
    register_day_part(DayPart("Feeds that are overdue", "iom.feeds.day.overdue"))
    register_work_check(files_come_through)


def files_come_through(at: datetime) -> Work:
    """How many files wait, since when, and whether the folder can be used."""
    rows = waiting()
    problems = []
    try:
        inbox()
    except OSError as error:
        problems.append(f"The folder for feeds cannot be used: {error.strerror}.")
    oldest = min((row.received_at for row in rows), default=None)
    return Work({"feeds_waiting": len(rows), "oldest_feed_waiting_at": oldest}, problems)
