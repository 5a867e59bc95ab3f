"""The recompute after a feed: only the people about whom a file brought something new (SCO-4)."""

from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Max

from iom.feeds.services import take_touched
from iom.jobs.models import Run
from iom.jobs.rules import night_due
from iom.jobs.selectors import last_finished
from scoring.models import ScoreRun
from scoring.rules.nights import NIGHTLY
from scoring.services.chunks import LOCK_SPACE
from scoring.services.runs import BEGINNING, recompute_persons

PEOPLE_A_PIECE = 2_000
# A recompute by command that was killed stays unfinished; it is not waited for longer than this.
UNFINISHED_COUNTS_FOR = timedelta(hours=1)


def rescore_touched(at: datetime) -> bool:
    """One piece of work of the tick, in its transaction and scope: whether there may be more.

    People are taken off the list and scored in one transaction, so that a worker that dies leaves them on it. While
    everybody is being scored, or last night is still owed, all of them wait: an older day or an older knowledge
    must not be written over a newer one.
    """
    day = _day_of_scores(at)
    if day is None:
        return False
    people = take_touched(people=PEOPLE_A_PIECE, before=at)
    if people:
        recompute_persons(people, day, at=at)
    return len(people) == PEOPLE_A_PIECE


def _day_of_scores(at: datetime) -> date | None:
    """The day as at which the stored scores are; None while a run of everybody is owed or under way."""
    if not _nobody_begins_a_run():
        return None
    night = last_finished(NIGHTLY)
    if night is None or night.for_date < night_due(at):
        return None
    if Run.objects.filter(kind=NIGHTLY, status=Run.Status.OPEN).exists():
        return None
    of_everybody = ScoreRun.objects.filter(partial=False, replay=False)
    if of_everybody.filter(finished_at=None, started_at__gt=at - UNFINISHED_COUNTS_FOR).exists():
        return None
    newest: date | None = of_everybody.filter(finished_at__isnull=False).aggregate(on=Max("as_of"))["on"]
    return max(night.for_date, newest or night.for_date)


def _nobody_begins_a_run() -> bool:
    """Keep runs of everybody from beginning until this transaction ends; False when one is just beginning."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock_shared(%s, %s)", [LOCK_SPACE, BEGINNING])
        (free,) = cursor.fetchone() or (False,)
        return bool(free)
