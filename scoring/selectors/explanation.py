"""One person's score explained to the point, on any day (SCO-3, scoring.md 2.12)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q

from iom.access.actor import Actor
from iom.feeds.selectors import Freshness, freshness
from iom.kernel.errors import NotFound
from iom.persons.models import Person
from scoring import pricing
from scoring.models import Event, ScoreModel, ScoreRun
from scoring.permissions import sees_scores
from scoring.pricing import Question, Row
from scoring.rules.arithmetic import as_text
from scoring.rules.bands import BAND_NAMES, GUIDE_ONLY
from scoring.rules.changes import Difference, difference
from scoring.rules.config import ModelConfig
from scoring.rules.lines import Line, Price
from scoring.rules.reasons import why_not_scored
from scoring.rules.vocabulary import CRIME, INTELLIGENCE, SCORING_ROLES, in_words
from scoring.selectors.tenures import version_on
from scoring.services.models import config_of

LOOK_BACK_DAYS = 28
LOOK_AHEAD_DAYS = 28
QUIET_DAYS = 90


@dataclass(frozen=True)
class NotScored:
    """An event that adds nothing, and why."""

    event_id: int
    family: str
    category: str
    occurred_on: date
    reason: str

    @property
    def label(self) -> str:
        return in_words(self.category or self.family)


@dataclass(frozen=True)
class Expiring:
    """A line that drops out of the lookback within the next 28 days."""

    event_id: int
    label: str
    last_day: date
    points: str


@dataclass(frozen=True)
class Changed:
    """What changed since a day, both days by the same version of the model; `since_version` was in force then."""

    since: date
    published: int
    since_version: str
    difference: Difference


@dataclass(frozen=True)
class Explanation:
    """Everything shown about one score; `lines` are the greatest first, then caps, then uplifts, and add up to raw."""

    person_id: int
    nominal_ref: str
    model_code: str
    model_version: str
    config_hash: str
    as_of: date
    known_until: datetime
    raw: str
    raw_hundredths: int
    published: int
    band: str | None
    band_name: str
    guide_only: str
    change_in_28_days: int
    lines: tuple[Line, ...]
    cap_lines: tuple[Line, ...]
    uplift_lines: tuple[Line, ...]
    not_scored: tuple[NotScored, ...]
    expiring: tuple[Expiring, ...]
    in_90_days: int
    flags: tuple[str, ...]
    freshness: tuple[Freshness, ...]
    changed: Changed | None

    @property
    def all_lines(self) -> tuple[Line, ...]:
        return self.lines + self.cap_lines + self.uplift_lines

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why events did not count, and how many for each reason; the commonest first."""
        return sorted(Counter(item.reason for item in self.not_scored).items(), key=lambda row: -row[1])


def explanation(
    actor: Actor,
    person: Person,
    *,
    model: str,
    as_of: date,
    since: date | None = None,
    watermark: datetime | None = None,
    score_model: ScoreModel | None = None,
) -> Explanation:
    """The score of a person the actor may see, by the pricing of the nightly run and the version in force that day.

    `person` comes from `iom.persons.permissions`. Without a watermark: what the last run of that day knew, or all
    that was recorded by its end. With `since`, also what changed since the end of that day.
    """
    if not sees_scores(actor):
        raise NotFound
    row = score_model or version_on(model, as_of)
    config = config_of(row)
    ask = pricing.question(config, as_of, watermark=watermark or _watermark(row, as_of))
    price = _price(config, ask, person.pk)
    judged = pricing.ask_rows(config, ask, pricing.people_in([person.pk]), tail="judged.sql")
    not_scored = tuple(_not_scored(config, ask, judged))
    lines = [line for line in price.lines if line.kind == "event"]
    return Explanation(
        person_id=person.pk,
        nominal_ref=person.nominal_ref,
        model_code=config.code,
        model_version=config.version,
        config_hash=config.config_hash,
        as_of=as_of,
        known_until=ask.watermark,
        raw=price.raw,
        raw_hundredths=price.raw_hundredths,
        published=price.published,
        band=price.band,
        band_name=BAND_NAMES.get(price.band or "", ""),
        guide_only=GUIDE_ONLY,
        change_in_28_days=price.published - _published(config, ask.looking_back(), person.pk),
        lines=tuple(sorted(lines, key=lambda line: (-line.points_hundredths, line.event_id))),
        cap_lines=tuple(line for line in price.lines if line.kind == "cap"),
        uplift_lines=tuple(line for line in price.lines if line.kind not in ("event", "cap")),
        not_scored=not_scored,
        expiring=tuple(_expiring(config, as_of, lines)),
        in_90_days=_published(config, _later(config, ask), person.pk),
        flags=tuple(_flags(person.pk, as_of, ask.watermark)),
        freshness=tuple(freshness(at=ask.watermark)),
        changed=_changed(config, row, price, not_scored, person.pk, since) if since else None,
    )


def _watermark(row: ScoreModel, as_of: date) -> datetime | None:
    """What the day's own run knew, so that the page says what the stored score says."""
    run = (
        ScoreRun.objects.filter(score_model=row, as_of=as_of, finished_at__isnull=False)
        .order_by("-id")
        .first()
    )
    return run.watermark if run else None


def _later(config: ModelConfig, ask: Question) -> Question:
    """In ninety days, by what is known now: nothing new."""
    later = ask.as_of + timedelta(days=QUIET_DAYS)
    return Question(
        as_of=later,
        watermark=ask.watermark,
        baseline_on=later - timedelta(days=config.emerging.window),
        happened_by=ask.as_of,
    )


def _price(config: ModelConfig, ask: Question, person_id: int) -> Price:
    found = pricing.prices(config, ask, pricing.people_in([person_id]))
    return found[person_id][0] if person_id in found else pricing.nothing(config)


def _published(config: ModelConfig, ask: Question, person_id: int) -> int:
    rows = pricing.scores(config, ask, pricing.people_in([person_id]))
    return rows[0]["published"] if rows else 0


def _changed(
    config: ModelConfig,
    row: ScoreModel,
    price: Price,
    not_scored: Sequence[NotScored],
    person_id: int,
    since: date,
) -> Changed:
    """By the version of the later day, from what was known at the end of the earlier one."""
    ask = pricing.question(config, since, watermark=_watermark(row, since))
    before = _price(config, ask, person_id)
    reasons = {item.event_id: item.reason for item in not_scored}
    then = version_on(config.code, since).version
    return Changed(since, before.published, then, difference(before, price, reasons))


def _not_scored(config: ModelConfig, ask: Question, judged: list[Row]) -> list[NotScored]:
    return [
        NotScored(row["event_id"], row["family"], row["category"], row["occurred_on"], reason)
        for row in judged
        if row["was_known"] and (reason := why_not_scored(config, ask.as_of, row))
    ]


def _expiring(config: ModelConfig, as_of: date, lines: list[Line]) -> list[Expiring]:
    found = []
    for line in lines:
        last_day = (line.occurred_on or as_of) + timedelta(days=config.families[line.family].lookback)
        if last_day < as_of + timedelta(days=LOOK_AHEAD_DAYS) and line.points_hundredths:
            found.append(
                Expiring(
                    line.event_id or 0, in_words(line.category), last_day, as_text(line.points_hundredths)
                )
            )
    return sorted(found, key=lambda item: (item.last_day, item.event_id))


FLAGS = {
    "{} with a code that is not mapped yet, counted as “other”.": Q(unmapped=True),
    "{} without a date, counted from the day it was recorded.": Q(occurred_on_unknown=True),
    "{} of intelligence without a grading, not counted.": Q(family=INTELLIGENCE, intel_grade=""),
    "{} of crime without an outcome, counted as “suspect”.": Q(family=CRIME, status__isnull=True),
}


def _flags(person_id: int, as_of: date, watermark: datetime) -> list[str]:
    """What is doubtful in the data that was known, a sentence each, in one query."""
    doubts = {**FLAGS, "{} dated in the future, not counted.": Q(occurred_on__gt=as_of)}
    known = Event.objects.filter(person=person_id, recorded_at__lt=watermark, role__in=SCORING_ROLES)
    counts = known.aggregate(
        **{f"doubt_{n}": Count("pk", filter=condition) for n, condition in enumerate(doubts.values())}
    )
    return [
        sentence.format("1 event" if count == 1 else f"{count} events")
        for sentence, count in zip(doubts, counts.values(), strict=True)
        if count
    ]
