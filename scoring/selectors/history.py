"""The history of a person's score: what each version said while it was in force (SCO-4, scoring.md 2.11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from iom.access.actor import Actor
from scoring.models import CurrentScore, ScoreModel, ScoreRun
from scoring.permissions import history_visible_to, sees_scores
from scoring.rules.bands import band
from scoring.selectors.tenures import Tenure, tenures, version_on
from scoring.services.models import config_of

ONE_DAY = timedelta(days=1)
DAILY_UP_TO = timedelta(days=60)
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class HistoryPoint:
    """A night the published score changed, or the first of a new version; versions are never joined."""

    as_of: date
    version: str
    published: int
    band: str


def history(actor: Actor, person_id: int, *, code: str, since: date | None = None) -> list[HistoryPoint]:
    """Every night the score changed under the version in force that night, oldest first.

    A version that ran beside another before it came into force is told from its first night in force, with the
    score that it said by then.
    """
    held = tenures(code)
    rows = (
        history_visible_to(actor)
        .filter(person_id=person_id, score_model__in=[one.version.pk for one in held])
        .order_by("as_of")
        .values_list("score_model_id", "as_of", "published", "band")
    )
    by_version: dict[int, list[tuple[date, int, str]]] = {}
    for version_id, as_of, published, grade in rows:
        by_version.setdefault(version_id, []).append((as_of, published, grade))
    points = [point for one in held for point in _in_force(one, by_version.get(one.version.pk, []))]
    return [point for point in points if since is None or point.as_of >= since]


def _in_force(one: Tenure, rows: Sequence[tuple[date, int, str]]) -> list[HistoryPoint]:
    """The nights of one version while it was in force; what it said last before that opens them."""
    before = [row for row in rows if row[0] < one.from_on]
    inside = [row for row in rows if one.holds(row[0])]
    if before and not (inside and inside[0][0] == one.from_on):
        inside = [(one.from_on, before[-1][1], before[-1][2]), *inside]
    return [HistoryPoint(as_of, one.version.version, published, band) for as_of, published, band in inside]


@dataclass(frozen=True)
class ChartPoint:
    """The score on one day of an even row of days; None where a new version begins or nothing is known yet."""

    on: date
    published: int | None
    new_version: str = ""


def chart_points(points: Sequence[HistoryPoint], *, until: date) -> list[ChartPoint]:
    """Evenly spaced days up to a day: every day of the last two months, or every week of a longer time.

    Between two versions stands a gap that names the new one, so that no line joins them.
    """
    if not points:
        return []
    span = until - points[0].as_of
    step = ONE_DAY if span <= DAILY_UP_TO else WEEK
    days = [until - step * n for n in range(span // step, -1, -1)]
    found: list[ChartPoint] = []
    at, version = 0, points[0].version
    for day in days:
        while at + 1 < len(points) and points[at + 1].as_of <= day:
            at += 1
        if points[at].version != version:
            version = points[at].version
            found.append(ChartPoint(day, None, version))
        found.append(ChartPoint(day, points[at].published))
    return found


@dataclass(frozen=True)
class AsItStood:
    """What one model said of a person on a past day; `night_on` is None where no night had been scored."""

    model_code: str
    model_version: str
    published: int
    band: str
    night_on: date | None


def as_it_stood(actor: Actor, person_id: int, *, on: date) -> list[AsItStood]:
    """The score of a person under each model in use, as the last night up to a day left it; 0 for who had none."""
    if not sees_scores(actor):
        return []
    codes = ScoreModel.objects.filter(status=ScoreModel.Status.ACTIVE).order_by("code")
    return [_stood(actor, person_id, code, on) for code in codes.values_list("code", flat=True)]


def _stood(actor: Actor, person_id: int, code: str, on: date) -> AsItStood:
    version = version_on(code, on)
    config = config_of(version)
    night = ScoreRun.objects.filter(
        score_model=version, as_of__lte=on, finished_at__isnull=False, replay=False
    )
    rows = history_visible_to(actor).filter(person=person_id, score_model=version, as_of__lte=on)
    published = rows.order_by("-as_of").values_list("published", flat=True).first() or 0
    return AsItStood(
        model_code=code,
        model_version=version.version,
        published=published,
        band=band(config, published) or "",
        night_on=night.order_by("-as_of").values_list("as_of", flat=True).first(),
    )


def published_on(actor: Actor, page: Sequence[CurrentScore], on: date) -> dict[int, int]:
    """Person id -> stored published score of a past night; who had none is missing."""
    rows = (
        history_visible_to(actor)
        .filter(
            person_id__in=[row.person_id for row in page],
            score_model_id__in={row.score_model_id for row in page},
            as_of__lte=on,
        )
        .order_by("person_id", "-as_of")
        .distinct("person_id")
    )
    return {row.person_id: row.published for row in rows}
