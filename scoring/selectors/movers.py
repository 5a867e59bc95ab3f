"""A district's list on one day: who moved, who is new, who is about to drop out (SCO-2). Bounded, whatever the list."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from iom.access.actor import Actor
from iom.agencies.models import Unit
from iom.persons.models import Person
from scoring import pricing
from scoring.models import ScoreHistory, ScoreModel
from scoring.permissions import history_visible_to, sees_scores
from scoring.pricing import Question
from scoring.rules.bands import band, born_on_or_before, listed_from
from scoring.rules.config import ModelConfig
from scoring.selectors.tenures import version_on
from scoring.services.models import config_of

SHOWN = 20
# Whose score is worked out ahead: those nearest to the end of the list.
LOOKED_AHEAD = 100
AHEAD_DAYS = (7, 28)


@dataclass(frozen=True)
class Mover:
    """Somebody whose published score changed between two days."""

    person: Person
    before: int
    now: int
    band: str

    @property
    def change(self) -> int:
        return self.now - self.before


@dataclass(frozen=True)
class Leaving:
    """Somebody who falls below the list's first score within the days if nothing new becomes known."""

    person: Person
    now: int
    then: int
    within_days: int


@dataclass(frozen=True)
class Movers:
    """One model, one district, two days; each list is cut at `SHOWN`, `more` names those that were."""

    version: str
    listed_from: int
    banded: bool
    up: list[Mover]
    down: list[Mover]
    new: list[Mover]
    left: list[Mover]
    leaving: list[Leaving]
    more: frozenset[str]

    @property
    def people(self) -> list[int]:
        """Everybody named."""
        moved = [row.person.pk for rows in (self.up, self.down, self.new, self.left) for row in rows]
        return moved + [row.person.pk for row in self.leaving]


def movers(actor: Actor, unit: Unit, *, code: str, on: date, since: date) -> Movers:
    """What happened to the list of a district between the nights of `since` and `on`, by the version in force `on`.

    On the list stands who reaches the first band (any score in a model without bands) or is managed; people under 18
    are left out. What is about to drop out is worked out for the `LOOKED_AHEAD` lowest of the list.
    """
    row = version_on(code, on)
    config = config_of(row)
    floor = listed_from(config)
    nights = _nights(actor, unit, row, on) if sees_scores(actor) else ScoreHistory.objects.none()
    moved = nights.filter(as_of__gt=since).annotate(
        before=Coalesce(Subquery(_earlier(since).values("published")[:1]), 0)
    )
    moved = moved.exclude(published=F("before"))
    was_on, is_on = Q(before__gte=floor), Q(published__gte=floor)
    if floor > 1:
        was_on |= Q(person__is_managed=True, before__gt=0)
        is_on |= Q(person__is_managed=True, published__gt=0)
    change = F("published") - F("before")
    parts = {
        "up": moved.filter(was_on, is_on, published__gt=F("before")).order_by(-change, "person_id"),
        "down": moved.filter(was_on, is_on, published__lt=F("before")).order_by(change, "person_id"),
        "new": moved.filter(is_on).exclude(was_on).order_by("-published", "person_id"),
        "left": moved.filter(was_on).exclude(is_on).order_by("published", "person_id"),
    }
    cut = {name: list(rows.select_related("person__home_unit")[: SHOWN + 1]) for name, rows in parts.items()}
    shown = {name: [_mover(config, one) for one in rows[:SHOWN]] for name, rows in cut.items()}
    return Movers(
        version=row.version,
        listed_from=floor,
        banded=config.banded,
        leaving=_leaving(config, nights, floor, on),
        more=frozenset(name for name, rows in cut.items() if len(rows) > SHOWN),
        **shown,
    )


def _nights(actor: Actor, unit: Unit, row: ScoreModel, on: date) -> QuerySet[ScoreHistory]:
    """The latest row of each person of the district up to a day: what the list said that night."""
    later = ScoreHistory.objects.filter(
        score_model=row, person=OuterRef("person"), as_of__gt=OuterRef("as_of"), as_of__lte=on
    )
    people = Q(person__home_unit=unit) | Q(person__managing_unit=unit)
    return (
        history_visible_to(actor)
        .filter(people, ~Exists(later), score_model=row, as_of__lte=on)
        .exclude(person__date_of_birth__gt=born_on_or_before(on))
    )


def _earlier(since: date) -> QuerySet[ScoreHistory]:
    return ScoreHistory.objects.filter(
        score_model=OuterRef("score_model"), person=OuterRef("person"), as_of__lte=since
    ).order_by("-as_of")


def _mover(config: ModelConfig, row: ScoreHistory) -> Mover:
    before: int = row.before  # type: ignore[attr-defined]
    return Mover(row.person, before, row.published, band(config, row.published) or "")


def _leaving(config: ModelConfig, nights: QuerySet[ScoreHistory], floor: int, on: date) -> list[Leaving]:
    """The lowest of the list, priced ahead by what is known: the first of the days by which each falls below it."""
    lowest = list(
        nights.filter(published__gte=floor, person__is_managed=False)
        .order_by("published", "person_id")
        .select_related("person__home_unit")[:LOOKED_AHEAD]
    )
    if not lowest:
        return []
    ahead = {days: _priced_ahead(config, [row.person_id for row in lowest], on, days) for days in AHEAD_DAYS}
    found = []
    for row in lowest:
        for days, scores in ahead.items():
            if scores.get(row.person_id, 0) < floor:
                found.append(Leaving(row.person, row.published, scores.get(row.person_id, 0), days))
                break
    return sorted(found, key=lambda one: (one.within_days, one.then, one.person.pk))[:SHOWN]


def _priced_ahead(config: ModelConfig, person_ids: list[int], on: date, days: int) -> dict[int, int]:
    later = on + timedelta(days=days)
    ask = Question(
        as_of=later,
        watermark=pricing.end_of_day(on),
        baseline_on=later - timedelta(days=config.emerging.window),
        happened_by=on,
    )
    rows = pricing.scores(config, ask, pricing.people_in(person_ids))
    return {row["person_id"]: row["published"] for row in rows}
