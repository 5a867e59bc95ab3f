"""The prioritised list, a person's scores, counts by band (SCO-2)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet

from iom.access.actor import Actor
from iom.persons.models import Person
from scoring.models import CurrentScore, Event, ScoreModel, ScoreRun, ThreatAlert
from scoring.permissions import events_visible_to, scores_visible_to, sees_scores
from scoring.rules.bands import BAND_NAMES, born_on_or_before, listed_from
from scoring.selectors.history import published_on
from scoring.services.models import config_of

LIST_ORDER = (
    F("published").desc(),
    F("raw_hundredths").desc(),
    F("latest_on").desc(nulls_last=True),
    F("highest_base").desc(),
    F("crimes_90").desc(),
    F("person_id").asc(),
)


@dataclass(frozen=True)
class ModelInUse:
    """A model as pages name it."""

    id: int
    code: str
    version: str
    banded: bool
    bands: tuple[tuple[str, str], ...]  # (code, name), lowest first
    listed_from: int
    entry_floor: int


@dataclass(frozen=True)
class ScoresFrom:
    """The day the stored scores are as at, and the moment by which events were known; None before the first run."""

    as_of: date
    watermark: datetime
    finished_at: datetime


@dataclass(frozen=True)
class Ranked:
    """One place of the prioritised list; equal scores share a rank."""

    rank: int
    person: Person
    published: int
    band: str
    band_name: str
    latest_on: date | None
    crimes_90: int
    change_in_28_days: int


@dataclass(frozen=True)
class PersonScore:
    """A person's score under one active model."""

    model_code: str
    model_version: str
    published: int
    band: str
    band_name: str


def active_rows() -> QuerySet[ScoreModel]:
    """The versions in use, in no order."""
    return ScoreModel.objects.filter(status=ScoreModel.Status.ACTIVE)


def models_in_use(rows: Iterable[ScoreModel] | None = None) -> list[ModelInUse]:
    """The active models by code: ROR first, as the policy's own; `rows`: the `active_rows`, if they have been read."""
    held = active_rows() if rows is None else rows
    return [_model(row) for row in sorted(held, key=lambda row: (row.code != "ROR", row.code))]


def _model(row: ScoreModel) -> ModelInUse:
    config = config_of(row)
    return ModelInUse(
        id=row.pk,
        code=row.code,
        version=row.version,
        banded=config.banded,
        bands=tuple((name, BAND_NAMES.get(name, name)) for name, _ in config.bands),
        listed_from=listed_from(config),
        entry_floor=config.emerging.entry_floor,
    )


def latest_run(code: str) -> QuerySet[ScoreRun]:
    """The latest finished night or recompute of a model's active version, if there is one."""
    runs = ScoreRun.objects.filter(
        score_model__code=code,
        score_model__status=ScoreModel.Status.ACTIVE,
        finished_at__isnull=False,
        replay=False,
    )
    return runs.order_by("-as_of", "-id")[:1]


def scores_from(code: str, runs: QuerySet[ScoreRun] | None = None) -> ScoresFrom | None:
    """From when the stored scores of a model are, by its `latest_run` when that has been read already."""
    run = next(iter(latest_run(code) if runs is None else runs), None)
    return ScoresFrom(run.as_of, run.watermark, run.finished_at) if run and run.finished_at else None


def prioritised(
    actor: Actor,
    *,
    code: str,
    on: date,
    unit_ids: Iterable[int] | None = None,
    band: str = "",
    managed: bool | None = None,
    everyone: bool = False,
    active: Iterable[ScoreModel] | None = None,
) -> QuerySet[CurrentScore]:
    """The list of one model in the order of scoring.md 2.7, greatest first; a page is cut from it and ranked.

    Who is under 18 on the day is left out (scope, scoring.md 2.13). Below the first band stand only those who are
    managed or have an open alert, unless `everyone` is asked for. Works on `person` through select_related.
    `active`: the `active_rows`, where they have been read already.
    """
    if not sees_scores(actor):
        return CurrentScore.objects.none()
    held = active_rows() if active is None else active
    row = next((one for one in held if one.code == code), None)
    if row is None:
        return CurrentScore.objects.none()
    listed = scores_visible_to(actor).filter(score_model=row, published__gt=0)
    listed = listed.exclude(person__date_of_birth__gt=born_on_or_before(on))
    if not everyone:
        alerts = ThreatAlert.objects.filter(
            person=OuterRef("person"), model_code=code, status=ThreatAlert.Status.OPEN
        )
        floor = Q(published__gte=listed_from(config_of(row)))
        listed = listed.filter(floor | Q(person__is_managed=True) | Exists(alerts))
    if unit_ids is not None:
        units = list(unit_ids)
        listed = listed.filter(Q(person__home_unit__in=units) | Q(person__managing_unit__in=units))
    if band:
        listed = listed.filter(band=band)
    if managed is not None:
        listed = listed.filter(person__is_managed=managed)
    return listed.select_related("person__home_unit", "person__managing_unit").order_by(*LIST_ORDER)


def ranked(
    actor: Actor,
    listed: QuerySet[CurrentScore],
    page: Sequence[CurrentScore],
    *,
    on: date,
    first: bool = False,
) -> list[Ranked]:
    """A page of `prioritised` with competition ranks within that list (1, 2, 2, 2, 5) and the change in 28 days.

    On the `first` page everybody above somebody stands on the page as well, and nobody needs to be counted.
    """
    if not page:
        return []
    scores = [row.published for row in page]
    above = (
        {points: scores.index(points) for points in scores}
        if first
        else _people_above(listed, sorted(set(scores)))
    )
    before = published_on(actor, page, date.fromordinal(on.toordinal() - 28))
    return [
        Ranked(
            rank=above[row.published] + 1,
            person=row.person,
            published=row.published,
            band=row.band,
            band_name=BAND_NAMES.get(row.band, ""),
            latest_on=row.latest_on,
            crimes_90=row.crimes_90,
            change_in_28_days=row.published - before.get(row.person_id, 0),
        )
        for row in page
    ]


def _people_above(listed: QuerySet[CurrentScore], published: list[int]) -> dict[int, int]:
    """Published score -> how many of the list are above it; all of a page (in ascending order) in one query."""
    counts = {f"above_{points}": Count("person_id", filter=Q(published__gt=points)) for points in published}
    found = listed.filter(published__gt=published[0]).order_by().aggregate(**counts)
    return {points: found[f"above_{points}"] for points in published}


def score_rows(actor: Actor, person_ids: Iterable[int]) -> QuerySet[CurrentScore]:
    """The scores of these people under the active models, as far as the actor may see them."""
    rows = scores_visible_to(actor).filter(
        person_id__in=list(person_ids), score_model__status=ScoreModel.Status.ACTIVE
    )
    return rows.select_related("score_model").defer("score_model__config", "score_model__reasons")


def scores_of(actor: Actor, person_ids: Iterable[int]) -> dict[int, dict[str, PersonScore]]:
    """Person id -> model code -> score under the active models, for list pages, profiles and the API."""
    return scores_in(score_rows(actor, person_ids))


def scores_in(rows: Iterable[CurrentScore]) -> dict[int, dict[str, PersonScore]]:
    """The same, of `score_rows` that have been read."""
    found: dict[int, dict[str, PersonScore]] = {}
    for row in rows:
        found.setdefault(row.person_id, {})[row.score_model.code] = PersonScore(
            row.score_model.code,
            row.score_model.version,
            row.published,
            row.band,
            BAND_NAMES.get(row.band, ""),
        )
    return found


def band_counts(actor: Actor, *, code: str, on: date) -> dict[int, dict[str, int]]:
    """Home unit id -> band -> people of 18 and over with a score; the model's active version."""
    rows = (
        scores_visible_to(actor)
        .filter(score_model__code=code, score_model__status=ScoreModel.Status.ACTIVE, published__gt=0)
        .exclude(person__date_of_birth__gt=born_on_or_before(on))
        .values("person__home_unit", "band")
        .annotate(people=Count("person_id"))
        .order_by()
    )
    found: dict[int, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row["person__home_unit"], {})[row["band"]] = row["people"]
    return found


def timeline(actor: Actor, person_id: int) -> QuerySet[Event]:
    """A person's events, latest first; intelligence only says that there is a log."""
    return events_visible_to(actor).filter(person_id=person_id).order_by("-occurred_on", "-id")


def latest_event_on(actor: Actor, person_ids: Iterable[int]) -> Mapping[int, date]:
    """Person id -> day of the latest event as suspect or offender."""
    if not sees_scores(actor):
        return {}
    rows = events_visible_to(actor).filter(person_id__in=list(person_ids), role__in=["suspect", "offender"])
    return dict(
        rows.values("person_id").annotate(latest=Max("occurred_on")).values_list("person_id", "latest")
    )
