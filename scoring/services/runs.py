"""The recompute of scores (SCO-4): set-based, in chunks of persons, each one transaction and safe to repeat.

The night, the command and the recompute after a feed differ only in which people they name; what is done with the
people of one chunk stands in `chunks.py`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Min

from iom.access.scope import as_service
from iom.jobs.models import Chunk, Run
from iom.kernel.errors import NotFound, Refused
from iom.persons.models import Person
from scoring import pricing
from scoring.models import CurrentScore, ScoreModel, ScoreRun
from scoring.rules.bands import exact_at_least
from scoring.services.chunks import LOCK_SPACE, digest_of, score_chunk
from scoring.services.models import config_of

# So many that the events of a chunk, ten years of them, stay within the memory of a small worker.
PERSONS_A_CHUNK = 8_000
# What orders equal scores is kept exact of so many at the top of each list; a night writes their rows.
EXACT_AT_MOST = 10_000
# Second key, beside the numbers of the chunks: held by whoever opens a run of everybody.
BEGINNING = -1


@dataclass(frozen=True)
class Range:
    """Persons by id, both ends included; begins at a multiple of the chunk size."""

    first_id: int
    last_id: int


def models_in_use(on: date, code: str | None = None) -> list[ScoreModel]:
    """The active version of each model and any shadow beside it, by code."""
    used = ScoreModel.objects.filter(status__in=[ScoreModel.Status.ACTIVE, ScoreModel.Status.SHADOW])
    if code:
        used = used.filter(code=code)
    return [
        row for row in used.order_by("code", "version") if not row.effective_from or row.effective_from <= on
    ]


def start(
    score_model: ScoreModel,
    as_of: date,
    *,
    at: datetime,
    job_run: Run | None = None,
    partial: bool = False,
) -> ScoreRun:
    """Open a run: fixes what it may know. A day before the latest one is only replayed, it overwrites nothing."""
    if not partial:
        _let_none_begin_beside()
    pricing.require_decay(config_of(score_model))
    watermark = min(at, pricing.end_of_day(as_of))
    _note_succession(score_model, watermark)
    if job_run:
        ScoreRun.objects.filter(job_run=job_run, score_model=score_model).update(job_run=None)
    later = ScoreRun.objects.filter(score_model=score_model, as_of__gt=as_of, finished_at__isnull=False)
    return ScoreRun.objects.create(
        score_model=score_model,
        job_run=job_run,
        config_hash=score_model.config_hash,
        code_version=code_version(),
        as_of=as_of,
        watermark=watermark,
        started_at=at,
        exact_from=_exact_from(score_model, as_of, partial=partial),
        partial=partial,
        replay=later.filter(replay=False).exists(),
    )


def _let_none_begin_beside() -> None:
    """Wait for a recompute after a feed to end, and let no other begin until this run can be seen."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_SPACE, BEGINNING])


def _note_succession(score_model: ScoreModel, watermark: datetime) -> None:
    """Under a version that follows another, only what comes in after its first night is news (scoring.md 2.8)."""
    before = ScoreRun.objects.filter(score_model__code=score_model.code).exclude(score_model=score_model)
    if score_model.news_from is None and not score_model.runs.exists() and before.exists():
        score_model.news_from = watermark
        score_model.save(update_fields=["news_from"])


def _exact_from(score_model: ScoreModel, as_of: date, *, partial: bool) -> int:
    """The published score from which a run keeps what orders equal scores exact: of the listed, and so many at most.

    The same night again keeps to what it began with. Of a few people after a feed it is kept of all who are listed.
    """
    floor = exact_at_least(config_of(score_model))
    if partial:
        return floor
    before = ScoreRun.objects.filter(score_model=score_model, as_of=as_of, partial=False).first()
    return before.exact_from if before else max(floor, _published_at(score_model, EXACT_AT_MOST))


def _published_at(score_model: ScoreModel, place: int) -> int:
    """The stored score in this place of the list; 0 where the list is shorter."""
    listed = CurrentScore.objects.filter(score_model=score_model, bucket__gt=0).order_by(
        "-bucket", "-published"
    )
    return next(iter(listed.values_list("published", flat=True)[place - 1 : place]), 0)


def code_version() -> str:
    """The version of the product that worked a run out."""
    try:
        return version("iom")
    except PackageNotFoundError:
        return "source"


def ranges() -> list[Range]:
    """All persons in ranges of ids; the ends do not move when persons are added."""
    ids = Person.objects.aggregate(first=Min("pk"), last=Max("pk"))
    if ids["first"] is None:
        return []
    step = PERSONS_A_CHUNK
    return [
        Range(first, first + step - 1) for first in range(ids["first"] // step * step, ids["last"] + 1, step)
    ]


def score_range(runs: Sequence[ScoreRun], persons: Range) -> None:
    """One chunk under every model, one transaction: a second time it writes nothing."""
    score_chunk(
        runs, pricing.people_between(persons.first_id, persons.last_id), [persons.first_id // PERSONS_A_CHUNK]
    )


def score_persons(runs: Sequence[ScoreRun], person_ids: Iterable[int]) -> None:
    """Only these people, after their events changed: the same pricing, the same writes."""
    ids = sorted(set(person_ids))
    score_chunk(runs, pricing.people_in(ids), sorted({person_id // PERSONS_A_CHUNK for person_id in ids}))


def finish(run: ScoreRun, *, at: datetime) -> ScoreRun:
    """Close the run; its figures stand."""
    ScoreRun.objects.filter(pk=run.pk, finished_at__isnull=True).update(finished_at=at)
    run.refresh_from_db()
    return run


def recompute(as_of: date, *, at: datetime, code: str | None = None) -> list[ScoreRun]:
    """All persons under every model in use (or one), in this process, a transaction a chunk (for commands)."""
    with as_service():
        runs = [start(score_model, as_of, at=at) for score_model in models_in_use(as_of, code)]
        chunks = ranges()
    for chunk in chunks:
        with as_service():
            score_range(runs, chunk)
    with as_service():
        return [finish(run, at=at) for run in runs]


def recompute_persons(person_ids: Sequence[int], as_of: date, *, at: datetime) -> list[ScoreRun]:
    """The people whose events changed, under every model in use, in the running scope."""
    with transaction.atomic():
        runs = [start(score_model, as_of, at=at, partial=True) for score_model in models_in_use(as_of)]
        score_persons(runs, person_ids)
        return [finish(run, at=at) for run in runs]


def same_again(run_id: int) -> bool:
    """Whether working an old run out again, from what was known at its watermark, gives identical scores.

    For commands: each chunk is its own transaction. NotFound when there is no such run, Refused for a partial one.
    """
    with as_service():
        run = ScoreRun.objects.select_related("score_model").filter(pk=run_id).first()
        chunks = ranges()
    if run is None:
        raise NotFound
    if run.partial:
        raise Refused("This run was of the people about whom a feed brought something new, not of everybody.")
    digest = 0
    for persons in chunks:
        with as_service():
            digest ^= digest_of(run, pricing.people_between(persons.first_id, persons.last_id))
    return digest == run.digest


# The job "scoring.nightly"


def plan_night(job_run: Run) -> list[dict[str, Any]]:
    """One chunk for each range of persons, for every model in use: their events are read once."""
    chunks = [(persons.first_id, persons.last_id) for persons in ranges()]
    runs = [
        start(score_model, job_run.for_date, at=job_run.created_at, job_run=job_run)
        for score_model in models_in_use(job_run.for_date)
    ]
    numbers = [run.pk for run in runs]
    return [
        {"score_runs": numbers, "first_id": first_id, "last_id": last_id}
        for first_id, last_id in chunks
        if numbers
    ]


def do_night_chunk(job_run: Run, chunk: Chunk) -> None:
    """The persons of one chunk under every model of the night."""
    with connection.cursor() as cursor:
        # The chunk is marked done in the same transaction: what a crash takes back is done again. The closing of the
        # night waits until all is on the disk, and so for these.
        cursor.execute("SET LOCAL synchronous_commit = off")
    # A night planned before an upgrade has a chunk for each model.
    numbers = chunk.payload.get("score_runs") or [chunk.payload["score_run"]]
    runs = ScoreRun.objects.select_related("score_model").filter(pk__in=numbers).order_by("pk")
    score_range(list(runs), Range(chunk.payload["first_id"], chunk.payload["last_id"]))


def finish_night(job_run: Run) -> None:
    """Close the runs of the night and put their figures into the job's summary."""
    runs = ScoreRun.objects.filter(job_run=job_run).select_related("score_model")
    job_run.summary = {
        str(run.score_model): figures(finish(run, at=job_run.finished_at or job_run.created_at))
        for run in runs
    }


def figures(run: ScoreRun) -> dict[str, int | bool]:
    """What a run did, for summaries."""
    return {
        "persons": run.persons,
        "changed": run.changed,
        "written": run.written,
        "alerts": run.alerts,
        "replay": run.replay,
    }
