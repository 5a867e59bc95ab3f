"""One person's score explained to the point, on any day (SCO-3, scoring.md 2.12)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from iom.access.actor import Actor
from iom.kernel.errors import NotFound
from iom.persons.models import Person
from scoring import pricing
from scoring.models import Event, ScoreModel, ScoreRun
from scoring.permissions import sees_scores
from scoring.pricing import Question, Row
from scoring.rules.arithmetic import as_text
from scoring.rules.bands import BAND_NAMES, GUIDE_ONLY
from scoring.rules.config import ModelConfig, parse
from scoring.rules.lines import Line, Price
from scoring.rules.vocabulary import INTELLIGENCE, SCORING_ROLES, in_words

LOOK_BACK_DAYS = 28
LOOK_AHEAD_DAYS = 28
QUIET_DAYS = 90
# Runs whose as-of day is this many days ago or less are waited for; older ones are told as late.
OUTCOMES_WITHOUT_POINTS = {
    "nfa": "no further action",
    "nfa_victim_not_supporting": "no further action, victim does not support",
    "acquitted": "acquitted",
    "eliminated": "eliminated from the enquiry",
    "no_crime": "no crime",
}


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
    summaries: Mapping[int, str]

    @property
    def all_lines(self) -> tuple[Line, ...]:
        return self.lines + self.cap_lines + self.uplift_lines


def active_model(code: str) -> ScoreModel:
    """The version in use; NotFound when there is none."""
    row = ScoreModel.objects.filter(code=code, status=ScoreModel.Status.ACTIVE).first()
    if row is None:
        raise NotFound
    return row


def explanation(
    actor: Actor,
    person: Person,
    *,
    model: str,
    as_of: date,
    watermark: datetime | None = None,
    score_model: ScoreModel | None = None,
) -> Explanation:
    """The score of a person the actor may see, by the pricing of the nightly run, as at a day.

    `person` comes from `iom.persons.permissions`. Without a watermark: what the last run of that day knew, or all
    that was recorded by its end.
    """
    if not sees_scores(actor):
        raise NotFound
    row = score_model or active_model(model)
    config = parse({**row.config, "config_hash": row.config_hash})
    ask = pricing.question(config, as_of, watermark=watermark or _watermark(row, as_of))
    price = _price(config, ask, person.pk)
    judged = pricing.ask_rows(config, ask, pricing.people_in([person.pk]), tail="judged.sql")
    events = {event.pk: event for event in Event.objects.filter(person=person)}
    events_lines = [line for line in price.lines if line.kind == "event"]
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
        change_in_28_days=price.published - _price(config, ask.looking_back(), person.pk).published,
        lines=tuple(sorted(events_lines, key=lambda line: (-line.points_hundredths, line.event_id))),
        cap_lines=tuple(line for line in price.lines if line.kind == "cap"),
        uplift_lines=tuple(line for line in price.lines if line.kind not in ("event", "cap")),
        not_scored=tuple(_not_scored(config, ask, judged)),
        expiring=tuple(_expiring(config, as_of, events_lines)),
        in_90_days=_price(config, _later(config, ask), person.pk).published,
        flags=tuple(_flags(as_of, events)),
        summaries={pk: event.summary for pk, event in events.items()},
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


def _not_scored(config: ModelConfig, ask: Question, judged: list[Row]) -> list[NotScored]:
    return [
        NotScored(row["event_id"], row["family"], row["category"], row["occurred_on"], reason)
        for row in judged
        if row["was_known"] and (reason := why_not_scored(config, ask.as_of, row))
    ]


def why_not_scored(config: ModelConfig, as_of: date, row: Mapping[str, Any]) -> str:
    """The reason why an event adds no points, '' when it adds some. Grave reasons first."""
    family = config.families.get(row["family"])
    if row["role"] not in SCORING_ROLES:
        return f"linked as {row['role']}: only suspects and offenders score"
    if family is None or row["category"] == "":
        return f"not part of the {config.code} model"
    if row["occurred_on"] > as_of:
        return "dated in the future"
    if (as_of - row["occurred_on"]).days > family.lookback:
        return f"too old: more than {family.lookback} days ago"
    if not row["was_priced"]:
        ungraded = row["family"] == INTELLIGENCE and row["intel_grade"] not in config.intel
        return "intelligence without a grading" if ungraded else "a category without points in this model"
    if not row["was_counted"]:
        return "superseded by a later outcome of the same offence"
    if row["points_hundredths"] == 0 and row["status"] in OUTCOMES_WITHOUT_POINTS:
        return f"outcome: {OUTCOMES_WITHOUT_POINTS[row['status']]}"
    if not row["contributes"]:
        return "a graver offence of the same occurrence counts"
    if row["points_hundredths"] == 0:
        return "adds no points"
    return ""


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


def _flags(as_of: date, events: Mapping[int, Event]) -> list[str]:
    """What is doubtful in the data, a sentence each."""
    counts = {
        "{} with a code that is not mapped yet, counted as “other”.": sum(
            e.unmapped for e in events.values()
        ),
        "{} without a date, counted from the day it was recorded.": sum(
            e.occurred_on_unknown for e in events.values()
        ),
        "{} dated in the future, not counted.": sum(e.occurred_on > as_of for e in events.values()),
        "{} of intelligence without a grading, not counted.": sum(
            e.family == INTELLIGENCE and not e.intel_grade for e in events.values()
        ),
    }
    return [
        sentence.format("1 event" if count == 1 else f"{count} events")
        for sentence, count in counts.items()
        if count
    ]
