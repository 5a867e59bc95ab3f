"""The night's work of retention, and what each tick settles (SHR-4)."""

from datetime import datetime, timedelta
from typing import Any

from iom.jobs.models import Chunk, Run
from iom.jobs.registry import JobKind
from iom.jobs.rules import NIGHT_STARTS
from iom.kernel.clock import LONDON
from iom.retention.selectors.facts import schedule_for
from iom.retention.services import requests, review
from iom.retention.services.queue import open_due_reviews
from iom.retention.services.reminders import remind
from iom.retention.services.returned import note_returned

NAME = "retention.night"
# People recorded since so long are looked at for references that were disposed of: a missed night loses nobody.
LOOK_BACK = timedelta(days=31)


def plan(run: Run) -> list[dict[str, Any]]:
    return [{}]


def do(run: Run, chunk: Chunk) -> None:
    """Open and take back reviews, tell of holds and requests that fall due, recognise who came back."""
    done: dict[str, Any] = dict(open_due_reviews(schedule_for(run.for_date), on=run.for_date))
    at = datetime.combine(run.for_date, NIGHT_STARTS, LONDON)
    done["returned"] = note_returned(since=at - LOOK_BACK, on=run.for_date)
    done["reminded"] = remind(on=run.for_date, at=at)
    chunk.payload = {**chunk.payload, "done": done}
    chunk.save(update_fields=["payload"])


def finish(run: Run) -> None:
    for chunk in run.chunks.all():
        run.summary = {**(run.summary or {}), **chunk.payload.get("done", {})}


def settle_refused(at: datetime) -> bool:
    """What was asked of a second person and refused is open again."""
    review.reopen_refused()
    requests.reopen_refused()
    return False


NIGHT = JobKind(NAME, plan, do, finish, nightly=True)
