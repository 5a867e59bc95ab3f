"""The second opinions of a page of alerts, in two queries however many there are (scoring.md 2.8)."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.db.models.functions import TruncDate

from iom.access.actor import Actor
from iom.working_days.rules import LONDON
from scoring.models import ScoreModel, ThreatAlert
from scoring.permissions import events_visible_to
from scoring.rules.arithmetic import HUNDREDTHS
from scoring.rules.config import ModelConfig
from scoring.rules.second_opinion import WINDOW_DAYS, YEAR_DAYS, SecondOpinion, second_opinion
from scoring.rules.vocabulary import CRIME, INTELLIGENCE, SCORING_ROLES, STATUS_WHEN_UNKNOWN, category_column
from scoring.services.models import config_of

WEEKS = 56
WEEK_DAYS = 7
LOOKED_BACK = timedelta(days=max(WEEKS * WEEK_DAYS, WINDOW_DAYS + YEAR_DAYS))


class _Known(NamedTuple):
    """What is read of an event: a page of alerts reads thousands, and a whole row of the model costs ten times this."""

    pk: int
    person_id: int
    family: str
    category: str
    da_category: str
    occurred_on: date
    known_on: date
    status: str
    status_on: date | None
    occurrence_ref: str
    intel_grade: str


def versions_of(alerts: Iterable[ThreatAlert]) -> QuerySet[ScoreModel]:
    """The versions of models that the alerts are of."""
    return ScoreModel.objects.filter(pk__in={alert.score_model_id for alert in alerts})


def second_opinions(
    actor: Actor, alerts: Collection[ThreatAlert], versions: Iterable[ScoreModel] | None = None
) -> dict[int, SecondOpinion]:
    """Alert id -> what the methods say, as at the night the alert last fired, from what was known then.

    `versions`: the `versions_of` the alerts, where they have been read already.
    """
    if not alerts:
        return {}
    configs = {row.pk: config_of(row) for row in (versions_of(alerts) if versions is None else versions)}
    events: dict[int, list[_Known]] = defaultdict(list)
    for event in _events(actor, alerts):
        events[event.person_id].append(event)
    return {
        alert.pk: _judged(configs[alert.score_model_id], events[alert.person_id], alert.last_fired_on)
        for alert in alerts
    }


def _events(actor: Actor, alerts: Collection[ThreatAlert]) -> Iterable[_Known]:
    nights = [alert.last_fired_on for alert in alerts]
    rows = events_visible_to(actor).filter(
        person__in={alert.person_id for alert in alerts},
        role__in=SCORING_ROLES,
        occurred_on__gt=min(nights) - LOOKED_BACK,
        occurred_on__lte=max(nights),
    )
    known = rows.annotate(known_on=TruncDate("recorded_at", tzinfo=LONDON))
    return map(_Known._make, known.values_list(*_Known._fields))


@dataclass(frozen=True)
class _Worth:
    """One occurrence, or one event of another family: its day and its points before any decay, in hundredths."""

    on: date
    points: int
    is_crime: bool


def _judged(config: ModelConfig, events: Iterable[_Known], on: date) -> SecondOpinion:
    known = [event for event in events if event.occurred_on <= on and event.known_on <= on]
    worth = [one for one in _worth(config, known) if one.points]
    ages = [(on - one.on).days for one in worth if one.is_crime]
    weeks = [0] * WEEKS
    for one in worth:
        age = (on - one.on).days
        if age < WEEKS * WEEK_DAYS:
            weeks[-1 - age // WEEK_DAYS] += one.points
    return second_opinion(
        crimes=sum(age < WINDOW_DAYS for age in ages),
        crimes_before=sum(WINDOW_DAYS <= age < WINDOW_DAYS + YEAR_DAYS for age in ages),
        weeks=[points / HUNDREDTHS for points in weeks],
    )


def _worth(config: ModelConfig, events: Iterable[_Known]) -> list[_Worth]:
    """Each crime once, by the latest outcome of its gravest offence; everything else by itself."""
    column = category_column(config.code)
    occurrences: dict[Any, dict[str, _Known]] = defaultdict(dict)
    found = []
    for event in sorted(events, key=lambda one: (one.status_on or one.occurred_on, one.pk)):
        category = getattr(event, column)
        if event.family == CRIME and category:
            occurrences[event.occurrence_ref or event.pk][category] = event
        elif event.family != CRIME:
            found.append(_Worth(event.occurred_on, _points(config, event, category), is_crime=False))
    for offences in occurrences.values():
        points = max(_points(config, event, category) for category, event in offences.items())
        found.append(_Worth(max(one.occurred_on for one in offences.values()), points, is_crime=True))
    return found


def _points(config: ModelConfig, event: _Known, category: str) -> int:
    weights = config.weights.get(event.family, {})
    base = weights.get(category, weights.get("other", 0))
    if event.family == CRIME:
        return base * config.status_hundredths.get(event.status or STATUS_WHEN_UNKNOWN, 0)
    if event.family == INTELLIGENCE:
        return base * config.intel_hundredths.get(event.intel_grade, 0)
    return base * HUNDREDTHS
