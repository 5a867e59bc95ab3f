"""The recompute of scores (SCO-4): set-based, in chunks of persons, each one transaction and safe to repeat.

A chunk prices its people in one statement, writes only what changed, and raises alerts. The night, the command and
the recompute after a feed differ only in which people they name.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib.metadata import PackageNotFoundError, version

from django.db import connection, transaction
from django.db.models import F, Max, Min

from iom.access.scope import as_service
from iom.jobs.models import Chunk, Run
from iom.kernel.errors import NotFound, Refused
from iom.kernel.rights import rights_of
from iom.persons.models import Person
from scoring import pricing
from scoring.models import ScoreModel, ScoreRun
from scoring.pricing import People, Question
from scoring.rules.bands import listed_from
from scoring.rules.config import ModelConfig, parse
from scoring.rules.emerging import fired_rules
from scoring.services.alerts import Firing, raise_alerts

PERSONS_A_CHUNK = 25_000
BUCKET_POINTS = 50
# First of the two keys of the advisory locks that keep two recomputes of the same people apart.
LOCK_SPACE = 7_101
# Second key, beside the numbers of the chunks: held by whoever opens a run of everybody.
BEGINNING = -1
# The class that may read the view `score_event` and the decay table alone.
SCORING_ROLE = "iom_scoring"
# What `score.sql` gives, in its order.
SCORED_COLUMNS = (
    "person_id bigint, raw_hundredths bigint, published bigint, latest_on date, highest_base int, crimes_90 int,"
    " occurrences bigint, victims bigint, news bigint[]"
)


@dataclass(frozen=True)
class Range:
    """Persons by id, both ends included; begins at a multiple of the chunk size."""

    first_id: int
    last_id: int


def config_of(score_model: ScoreModel) -> ModelConfig:
    """The model's document, checked against its hash."""
    return parse({**score_model.config, "config_hash": score_model.config_hash})


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


def score_range(run: ScoreRun, persons: Range) -> None:
    """One chunk, one transaction: a second time it writes nothing."""
    _score(
        run, pricing.people_between(persons.first_id, persons.last_id), [persons.first_id // PERSONS_A_CHUNK]
    )


def score_persons(run: ScoreRun, person_ids: Iterable[int]) -> None:
    """Only these people, after their events changed: the same pricing, the same writes."""
    ids = sorted(set(person_ids))
    _score(run, pricing.people_in(ids), sorted({person_id // PERSONS_A_CHUNK for person_id in ids}))


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
    for run in runs:
        for chunk in chunks:
            with as_service():
                score_range(run, chunk)
        with as_service():
            finish(run, at=at)
    return runs


def recompute_persons(person_ids: Sequence[int], as_of: date, *, at: datetime) -> list[ScoreRun]:
    """The people whose events changed, under every model in use, in the running scope."""
    runs = []
    with transaction.atomic():
        for score_model in models_in_use(as_of):
            run = start(score_model, as_of, at=at, partial=True)
            score_persons(run, person_ids)
            runs.append(finish(run, at=at))
    return runs


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
    config, digest = config_of(run.score_model), 0
    for persons in chunks:
        with as_service():
            _price(config, _question(run), pricing.people_between(persons.first_id, persons.last_id))
            digest ^= _figures()[1]
    return digest == run.digest


# The job "scoring.nightly"


def plan_night(job_run: Run) -> list[dict[str, int]]:
    """One chunk for each model in use and range of persons."""
    chunks = [(persons.first_id, persons.last_id) for persons in ranges()]
    runs = [
        start(score_model, job_run.for_date, at=job_run.created_at, job_run=job_run)
        for score_model in models_in_use(job_run.for_date)
    ]
    return [
        {"score_run": run.pk, "first_id": first_id, "last_id": last_id}
        for run in runs
        for first_id, last_id in chunks
    ]


def do_night_chunk(job_run: Run, chunk: Chunk) -> None:
    """The persons of one chunk under one model."""
    run = ScoreRun.objects.select_related("score_model").get(pk=chunk.payload["score_run"])
    score_range(run, Range(chunk.payload["first_id"], chunk.payload["last_id"]))


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


# One chunk


def _score(run: ScoreRun, people: People, lock_keys: Sequence[int]) -> None:
    config = config_of(run.score_model)
    with transaction.atomic():
        for key in lock_keys:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_SPACE, key])
        ask = _question(run)
        _price(config, ask, people)
        persons, digest = _figures()
        changed = written = alerts = 0
        if not run.replay:
            _add_those_who_fell_to_nothing(run, people)
            changed, written = _write(run, config)
            alerts = raise_alerts(run, list(_firings(config, ask)), active=_is_active(run))
        _count(run, persons=persons, changed=changed, written=written, alerts=alerts, digest=digest)


def _is_active(run: ScoreRun) -> bool:
    return run.score_model.status == ScoreModel.Status.ACTIVE


def _question(run: ScoreRun) -> Question:
    return pricing.question(
        config_of(run.score_model),
        run.as_of,
        watermark=run.watermark,
        news_from=run.score_model.news_from or pricing.ALWAYS,
    )


def _price(config: ModelConfig, ask: Question, people: People) -> None:
    """The scores of these people into the temporary table `scored`, by the one pricing statement."""
    with connection.cursor() as cursor:
        cursor.execute(PLAN_SQL)
        cursor.execute("DROP TABLE IF EXISTS pg_temp.scored")
        cursor.execute(f"CREATE TEMPORARY TABLE scored ({SCORED_COLUMNS}) ON COMMIT DROP")
        cursor.execute(f"GRANT INSERT ON scored TO {SCORING_ROLE}")
        # With the rights of the class that reads the events and nothing else (scoring.md 2.13).
        with rights_of(SCORING_ROLE):
            cursor.execute(
                "INSERT INTO scored " + pricing.statement(config, ask, people, tail="score.sql"),
                pricing.parameters(config, ask, people),
            )
        cursor.execute("ANALYZE scored (person_id, published)")


def _figures() -> tuple[int, int]:
    """Persons priced, and the fingerprint of their raw scores: the same whatever the order or the chunks."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), coalesce(bit_xor(hashint8extended(person_id, raw_hundredths))"
            " FILTER (WHERE raw_hundredths > 0), 0) FROM scored"
        )
        persons, digest = cursor.fetchone() or (0, 0)
        return persons, digest


def _add_those_who_fell_to_nothing(run: ScoreRun, people: People) -> None:
    """People with a stored score and no event left that counts: their score is 0."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO scored (person_id, raw_hundredths, published, latest_on, highest_base, crimes_90, news)"
            " SELECT e.person_id, 0, 0, NULL, 0, 0, '{}' FROM scoring_current e"
            f" WHERE e.score_model_id = %(score_model)s AND {people.condition} AND e.published > 0"
            " AND NOT EXISTS (SELECT FROM scored s WHERE s.person_id = e.person_id)",
            {"score_model": run.score_model_id, **people.parameters},
        )


def _write(run: ScoreRun, config: ModelConfig) -> tuple[int, int]:
    """History where the published score changed, then the current scores that changed; both counts."""
    values: dict[str, int | date] = {
        "score_model": run.score_model_id,
        "run": run.pk,
        "as_of": run.as_of,
        "bucket": BUCKET_POINTS,
        "exact_from": listed_from(config) if config.banded else config.emerging.entry_floor,
    }
    band = _band_sql(config)
    with connection.cursor() as cursor:
        cursor.execute(HISTORY_SQL.format(band=band), values)
        changed = cursor.rowcount
        cursor.execute(CURRENT_SQL.format(band=band), values)
        return changed, cursor.rowcount


# The model comes in as parameters, whose sizes the planner cannot know: left alone it loops over every event for every
# weight. Workers share out the chunks, so one chunk does not start helpers of its own.
PLAN_SQL = "SET LOCAL enable_nestloop = off; SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL work_mem = '64MB'"

HISTORY_SQL = """
INSERT INTO scoring_history (score_model_id, person_id, as_of, run_id, published, raw_hundredths, band)
SELECT %(score_model)s, s.person_id, %(as_of)s, %(run)s, s.published, s.raw_hundredths, {band}
FROM scored s
LEFT JOIN scoring_current c ON c.score_model_id = %(score_model)s AND c.person_id = s.person_id
WHERE s.published <> coalesce(c.published, 0)
ORDER BY s.person_id
ON CONFLICT (score_model_id, person_id, as_of) DO UPDATE
SET run_id = excluded.run_id, published = excluded.published, raw_hundredths = excluded.raw_hundredths,
    band = excluded.band
"""

CURRENT_SQL = """
INSERT INTO scoring_current AS own
    (score_model_id, person_id, published, raw_hundredths, band, latest_on, highest_base, crimes_90, bucket)
SELECT %(score_model)s, s.person_id, s.published, s.raw_hundredths, {band}, s.latest_on, s.highest_base, s.crimes_90,
       least(s.published / %(bucket)s, 32767)
FROM scored s
LEFT JOIN scoring_current c ON c.score_model_id = %(score_model)s AND c.person_id = s.person_id
WHERE s.published <> coalesce(c.published, 0)
   OR (s.published >= %(exact_from)s
       AND (s.raw_hundredths, s.latest_on, s.highest_base, s.crimes_90)
           IS DISTINCT FROM (c.raw_hundredths, c.latest_on, c.highest_base, c.crimes_90))
ORDER BY s.person_id
ON CONFLICT (score_model_id, person_id) DO UPDATE
SET published = excluded.published, raw_hundredths = excluded.raw_hundredths, band = excluded.band,
    latest_on = excluded.latest_on, highest_base = excluded.highest_base, crimes_90 = excluded.crimes_90,
    bucket = excluded.bucket
"""


def _band_sql(config: ModelConfig) -> str:
    if not config.banded:
        return "''"
    whens = " ".join(f"WHEN s.published >= {lower:d} THEN '{name}'" for name, lower in reversed(config.bands))
    return f"CASE {whens} END"


def _firings(config: ModelConfig, ask: Question) -> Iterator[Firing]:
    """Who rose significantly: the score of 28 days before is worked out only for those who could fire."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id, published, news FROM scored WHERE published >= %s AND news <> '{}' ORDER BY person_id",
            [config.emerging.entry_floor],
        )
        candidates = cursor.fetchall()
    if not candidates:
        return
    people = pricing.people_in(person_id for person_id, _, _ in candidates)
    with rights_of(SCORING_ROLE):
        rows = pricing.scores(config, ask.looking_back(), people)
    before = {row["person_id"]: row["published"] for row in rows}
    for person_id, score, news in candidates:
        baseline = before.get(person_id, 0)
        fired = fired_rules(config, score=score, baseline=baseline, has_new_event=True)
        if fired:
            yield Firing(person_id, score, baseline, tuple(fired), tuple(sorted(news)))


def _count(run: ScoreRun, *, persons: int, changed: int, written: int, alerts: int, digest: int) -> None:
    """Add the chunk's figures to the run; last in the chunk, so that workers wait for each other only briefly."""
    ScoreRun.objects.filter(pk=run.pk).update(
        persons=F("persons") + persons,
        changed=F("changed") + changed,
        written=F("written") + written,
        alerts=F("alerts") + alerts,
        digest=F("digest").bitxor(digest),
    )
