"""Work over the whole population outside the nights: a tick takes one range of persons, in one transaction (SCO-4).

A comparison or replay that was asked for is a row; a worker that dies leaves it where it was. After five errors it is
given up and its page says so.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from django.db import connection, transaction
from django.db.models import QuerySet

from iom.jobs.rules import MAX_ATTEMPTS
from iom.kernel.rights import rights_of
from scoring import pricing
from scoring.models.comparisons import PopulationWork
from scoring.pricing import People, Question, Row
from scoring.rules.config import ModelConfig
from scoring.services.runs import Range, ranges

Work = TypeVar("Work", bound=PopulationWork)


def take_one(
    waiting: QuerySet[Work],
    *,
    begin: Callable[[Work, datetime], None],
    do: Callable[[Work, Range], None],
    end: Callable[[Work, datetime], None],
    at: datetime,
) -> bool:
    """The next range of the oldest work that nobody else is doing; whether there may be more."""
    unfinished = [PopulationWork.Status.WAITING, PopulationWork.Status.RUNNING]
    free = waiting.filter(status__in=unfinished).select_for_update(skip_locked=True, of=("self",))
    work = free.order_by("asked_at", "pk").first()
    if work is None:
        return False
    try:
        with transaction.atomic():
            _step(work, begin=begin, do=do, end=end, at=at)
    except Exception as error:  # kept with the work and shown; what the step did is undone
        work.refresh_from_db()
        work.attempts += 1
        work.last_error = type(error).__name__
        if work.attempts >= MAX_ATTEMPTS:
            work.status, work.finished_at = PopulationWork.Status.FAILED, at
        work.save(update_fields=["attempts", "last_error", "status", "finished_at"])
        return False
    return True


def _step(
    work: Work,
    *,
    begin: Callable[[Work, datetime], None],
    do: Callable[[Work, Range], None],
    end: Callable[[Work, datetime], None],
    at: datetime,
) -> None:
    all_ranges = ranges()
    if work.status == PopulationWork.Status.WAITING:
        work.status, work.ranges = PopulationWork.Status.RUNNING, len(all_ranges)
        begin(work, at)
    left = [one for one in all_ranges if work.next_id is None or one.first_id >= work.next_id]
    if left:
        do(work, left[0])
        work.next_id, work.ranges_done = left[0].last_id + 1, work.ranges_done + 1
        work.ranges = max(work.ranges, work.ranges_done + len(left) - 1)
    if len(left) <= 1:
        end(work, at)
        work.status, work.finished_at = PopulationWork.Status.DONE, at
    work.attempts, work.last_error = 0, ""
    work.save()


def priced(config: ModelConfig, ask: Question, people: People) -> list[Row]:
    """The scores of these people, worked out with the rights of the class that reads events and nothing else."""
    with rights_of(pricing.SCORING_ROLE):
        with connection.cursor() as cursor:
            cursor.execute(pricing.PLAN_SQL)
        return pricing.scores(config, ask, people)


def fingerprint(rows: list[Row]) -> int:
    """What a run keeps of everybody's raw score, of these rows; ranges are joined by XOR."""
    scored = [row for row in rows if row["raw_hundredths"] > 0]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(bit_xor(hashint8extended(person_id, raw)), 0)"
            " FROM unnest(%s::bigint[], %s::bigint[]) AS given (person_id, raw)",
            [[row["person_id"] for row in scored], [row["raw_hundredths"] for row in scored]],
        )
        (found,) = cursor.fetchone() or (0,)
        return int(found)
