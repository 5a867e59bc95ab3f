"""One version of a score beside the active one over everybody, before it is adopted (SCO-4, NEW-9, scoring.md 2.11)."""

import heapq
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Q

from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.audit.services import record
from iom.kernel.errors import NotFound, Refused
from iom.persons.models import Person
from scoring import audit, pricing
from scoring.models import ComparedScore, ScoreComparison, ScoreModel, ScoreRun
from scoring.permissions import access_model
from scoring.pricing import Row
from scoring.rules.bands import Standing, born_on_or_before, list_order, standing
from scoring.rules.config import ModelConfig
from scoring.rules.emerging import fired_rules
from scoring.rules.lifecycle import DRAFT, SHADOW
from scoring.rules.places import FIRST_PLACES
from scoring.services.fairness import fairness_of
from scoring.services.models import config_of, cover
from scoring.services.ranges import fingerprint, priced, take_one
from scoring.services.runs import Range, code_version

UNFINISHED = (ScoreComparison.Status.WAITING, ScoreComparison.Status.RUNNING)


@dataclass
class Side:
    """What one version says of a range of people: rows by person, and who would be told of."""

    rows: dict[int, Row] = field(default_factory=dict)
    fires: set[int] = field(default_factory=set)


@transaction.atomic
def ask_to_compare(model_id: int, *, by: Actor, on: date, at: datetime) -> ScoreComparison:
    """Ask for a draft or shadow version to be compared with the active one over everybody; the background does it."""
    by.require(Power.DRAFT_SCORE_MODEL)
    if by.user_id is None:
        raise NotFound
    row = access_model(by, model_id, lock=True)
    if row.status not in (DRAFT, SHADOW):
        raise Refused(
            f"{row} is {row.get_status_display().lower()}: only a draft or shadow version is compared."
        )
    if row.comparisons.filter(status__in=UNFINISHED).exists():
        raise Refused(f"{row} is being compared already.")
    comparison = ScoreComparison.objects.create(
        score_model=row,
        against=ScoreModel.objects.filter(code=row.code, status=ScoreModel.Status.ACTIVE).first(),
        config_hash=row.config_hash,
        as_of=on,
        asked_by_id=by.user_id,
        asked_at=at,
    )
    record(audit.MODEL_COMPARED, by=by, detail={"model": str(row), "comparison": comparison.pk})
    return comparison


def compare_next(at: datetime) -> bool:
    """A step of the tick: one range of the oldest comparison."""
    waiting = ScoreComparison.objects.select_related("score_model", "against", "new_run", "old_run")
    return take_one(waiting, begin=_begin, do=_do, end=_end, at=at)


def _begin(comparison: ScoreComparison, at: datetime) -> None:
    comparison.new_run = _run(comparison, comparison.score_model, at=at)
    if comparison.against:
        comparison.old_run = _run(comparison, comparison.against, at=at)


def _run(comparison: ScoreComparison, score_model: ScoreModel, *, at: datetime) -> ScoreRun:
    """A run that stores no score: it fixes what was known, and can be worked out again from its number."""
    cover(config_of(score_model))
    return ScoreRun.objects.create(
        score_model=score_model,
        config_hash=score_model.config_hash,
        code_version=code_version(),
        as_of=comparison.as_of,
        watermark=min(comparison.asked_at, pricing.end_of_day(comparison.as_of)),
        started_at=at,
        replay=True,
    )


def _do(comparison: ScoreComparison, persons: Range) -> None:
    if comparison.score_model.config_hash != comparison.config_hash:
        raise Refused("The draft was changed while it was compared.")
    assert comparison.new_run is not None
    new = _side(comparison.new_run, persons)
    old = _side(comparison.old_run, persons) if comparison.old_run else Side()
    children = set(
        Person.objects.filter(
            pk__range=(persons.first_id, persons.last_id),
            date_of_birth__gt=born_on_or_before(comparison.as_of),
        ).values_list("pk", flat=True)
    )
    configs = config_of(comparison.score_model), _old_config(comparison)
    adults = sorted((old.rows.keys() | new.rows.keys()) - children)
    found = (_compared(comparison, person_id, old, new, configs) for person_id in adults)
    kept = [row for row in found if row.old_raw or row.new_raw]
    ComparedScore.objects.bulk_create(kept, batch_size=5_000)


def _old_config(comparison: ScoreComparison) -> ModelConfig | None:
    return config_of(comparison.against) if comparison.against else None


def _side(run: ScoreRun, persons: Range) -> Side:
    """Everybody of a range under one version, and whose rise would be told if all of 28 days were news."""
    config = config_of(run.score_model)
    ask = pricing.question(config, run.as_of, watermark=run.watermark)
    rows = priced(config, ask, pricing.people_between(persons.first_id, persons.last_id))
    run.persons += len(rows)
    run.digest ^= fingerprint(rows)
    run.save(update_fields=["persons", "digest"])
    might = [r for r in rows if r["published"] >= config.emerging.entry_floor and r["news"]]
    before = {
        row["person_id"]: row["published"]
        for row in priced(config, ask.looking_back(), pricing.people_in(r["person_id"] for r in might))
    }
    fires = {
        row["person_id"]
        for row in might
        if fired_rules(
            config,
            score=row["published"],
            baseline=before.get(row["person_id"], 0),
            has_new_event=True,
        )
    }
    return Side({row["person_id"]: row for row in rows}, fires)


def _compared(
    comparison: ScoreComparison,
    person_id: int,
    old: Side,
    new: Side,
    configs: tuple[ModelConfig, ModelConfig | None],
) -> ComparedScore:
    sides = {**_as_fields("new", new, person_id, configs[0]), **_as_fields("old", old, person_id, configs[1])}
    return ComparedScore(comparison=comparison, person_id=person_id, **sides)


def _as_fields(before: str, side: Side, person_id: int, config: ModelConfig | None) -> dict[str, Any]:
    """What one side says of a person; who has no event that counts scores nothing."""
    said = side.rows.get(person_id)
    found: dict[str, Any] = {
        "band": standing(config, said["published"] if said else 0) if config else "",
        "fires": person_id in side.fires,
    }
    if said:
        found |= {
            "published": said["published"],
            "raw": said["raw_hundredths"],
            "latest_on": said["latest_on"],
            "base": said["highest_base"],
            "crimes": said["crimes_90"],
        }
    return {f"{before}_{name}": value for name, value in found.items()}


def _end(comparison: ScoreComparison, at: datetime) -> None:
    """The figures of the whole; what earlier comparisons of this version said of single people is let go."""
    for run in (comparison.new_run, comparison.old_run):
        if run:
            run.finished_at = at
            run.save(update_fields=["finished_at"])
    for side in ("old", "new"):
        _place(comparison, side)
    moves = comparison.rows.values_list("old_band", "new_band").annotate(people=Count("pk"))
    comparison.moves = [list(move) for move in moves.order_by("old_band", "new_band")]
    comparison.alerts = comparison.rows.aggregate(
        old=Count("pk", filter=Q(old_fires=True)),
        new=Count("pk", filter=Q(new_fires=True)),
        gained=Count("pk", filter=Q(new_fires=True, old_fires=False)),
        lost=Count("pk", filter=Q(new_fires=False, old_fires=True)),
    )
    comparison.overlaps = {str(first): _overlap(comparison, first) for first in FIRST_PLACES}
    comparison.fairness = fairness_of(comparison)
    earlier = ComparedScore.objects.filter(comparison__score_model=comparison.score_model)
    earlier.exclude(comparison=comparison).delete()


def _overlap(comparison: ScoreComparison, first: int) -> list[int]:
    old, new = Q(old_place__lte=first), Q(new_place__lte=first)
    return [comparison.rows.filter(which).count() for which in (old, new, old & new)]


def _place(comparison: ScoreComparison, side: str) -> None:
    """The first places of the list of one side, in the order of the prioritised list."""
    names = [f"{side}_{name}" for name in ("published", "raw", "latest_on", "base", "crimes")]
    listed = comparison.rows.filter(**{f"{side}_published__gt": 0}).values_list("pk", "person_id", *names)
    first = heapq.nsmallest(
        max(FIRST_PLACES), listed.iterator(chunk_size=10_000), key=lambda r: list_order(Standing(*r[1:]))
    )
    rows = [ComparedScore(pk=row[0], **{f"{side}_place": place}) for place, row in enumerate(first, start=1)]
    ComparedScore.objects.bulk_update(rows, [f"{side}_place"])
