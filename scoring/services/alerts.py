"""Emerging-threat alerts: raised by the night, closed by a named supervisor (SCO-5)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from iom.persons.models import Person
from scoring.models import AlertFiring, ScoreRun, ThreatAlert
from scoring.rules.bands import born_on_or_before
from scoring.rules.emerging import fires_again
from scoring.selectors.threat_rule import numbers_in_force


@dataclass(frozen=True)
class Firing:
    """One person whose rise fired: whole points, the rules in order, and the ids of the newly known events."""

    person_id: int
    score: int
    baseline: int
    fired: tuple[str, ...]
    event_ids: tuple[int, ...]

    @property
    def jump(self) -> int:
        return self.score - self.baseline


def raise_alerts(run: ScoreRun, firings: Sequence[Firing], *, active: bool) -> int:
    """Open an alert for each firing, or tell of a further rise in an open one; the same night again adds nothing.

    A shadow model raises none. Nor do events that an earlier alert already told of, nor people under 18: they are
    not ranked, youth transition cases are looked at by hand.
    """
    if not active or not firings:
        return 0
    kept = _earlier_alerts(run.score_model.code, [firing.person_id for firing in firings])
    again_after = numbers_in_force().again_after
    told = [
        firing
        for firing in firings
        if _says_something(firing, kept.get(firing.person_id, []), run, again_after)
    ]
    persons = _in_scope(run, [firing.person_id for firing in told])
    fresh, again = [], []
    for firing in told:
        is_open = [alert for alert in kept.get(firing.person_id, []) if alert.is_open]
        if firing.person_id in persons:
            again += [(alert.id, firing) for alert in is_open]
            fresh += [] if is_open else [firing]
    return _open(run, fresh, persons) + _tell_again(run, again)


def _in_scope(run: ScoreRun, person_ids: list[int]) -> dict[int, Person]:
    if not person_ids:
        return {}
    adults = Person.objects.exclude(date_of_birth__gt=born_on_or_before(run.as_of))
    return {
        person.pk: person
        for person in adults.filter(pk__in=person_ids).only(
            "id", "home_unit_id", "managing_unit_id", "is_managed"
        )
    }


@dataclass(frozen=True)
class Earlier:
    """What an alert that is there already told of."""

    id: int
    is_open: bool
    score: int
    last_fired_on: date
    event_ids: frozenset[int]


def _earlier_alerts(code: str, person_ids: list[int]) -> dict[int, list[Earlier]]:
    """Person id -> the alerts of before; most who fire tonight fired last night, so this is asked first."""
    rows = ThreatAlert.objects.filter(model_code=code, person_id__in=person_ids).values_list(
        "person_id", "id", "status", "score", "last_fired_on", "event_ids"
    )
    found: dict[int, list[Earlier]] = defaultdict(list)
    for person_id, pk, status, score, last_fired_on, event_ids in rows:
        is_open = status == ThreatAlert.Status.OPEN
        found[person_id].append(Earlier(pk, is_open, score, last_fired_on, frozenset(event_ids)))
    return found


def _says_something(firing: Firing, earlier: Sequence[Earlier], run: ScoreRun, again_after: int) -> bool:
    """While an alert is open only a further rise; afterwards only events that no alert told of."""
    for alert in earlier:
        if alert.is_open:
            return run.as_of > alert.last_fired_on and fires_again(
                score=firing.score, score_at_open_alert=alert.score, again_after=again_after
            )
    told: set[int] = set().union(*(alert.event_ids for alert in earlier))
    return not set(firing.event_ids) <= told


def _open(run: ScoreRun, firings: Sequence[Firing], persons: dict[int, Person]) -> int:
    if not firings:
        return 0
    ThreatAlert.objects.bulk_create(
        [
            ThreatAlert(
                person_id=firing.person_id,
                model_code=run.score_model.code,
                score_model=run.score_model,
                unit_id=persons[firing.person_id].managing_unit_id or persons[firing.person_id].home_unit_id,
                escalation=persons[firing.person_id].is_managed,
                opened_on=run.as_of,
                last_fired_on=run.as_of,
                score=firing.score,
                baseline=firing.baseline,
                jump=firing.jump,
                fired=list(firing.fired),
                event_ids=list(firing.event_ids),
            )
            for firing in firings
        ],
        ignore_conflicts=True,
    )
    opened = ThreatAlert.objects.filter(
        person_id__in=[firing.person_id for firing in firings],
        model_code=run.score_model.code,
        opened_on=run.as_of,
        status=ThreatAlert.Status.OPEN,
        firings__isnull=True,
    )
    return _keep_firings(run, list(opened))


def _tell_again(run: ScoreRun, numbers: Sequence[tuple[int, Firing]]) -> int:
    if not numbers:
        return 0
    found = ThreatAlert.objects.in_bulk([number for number, _ in numbers])
    pairs = [(found[number], firing) for number, firing in numbers]
    for alert, firing in pairs:
        alert.last_fired_on, alert.score, alert.baseline = run.as_of, firing.score, firing.baseline
        alert.jump, alert.fired, alert.event_ids = firing.jump, list(firing.fired), list(firing.event_ids)
    alerts = [alert for alert, _ in pairs]
    ThreatAlert.objects.bulk_update(
        alerts, ["last_fired_on", "score", "baseline", "jump", "fired", "event_ids"]
    )
    return _keep_firings(run, alerts)


def _keep_firings(run: ScoreRun, alerts: Sequence[ThreatAlert]) -> int:
    AlertFiring.objects.bulk_create(
        [
            AlertFiring(
                alert=alert,
                run=run,
                fired_on=run.as_of,
                score=alert.score,
                baseline=alert.baseline,
                jump=alert.jump,
                fired=alert.fired,
                event_ids=alert.event_ids,
            )
            for alert in alerts
        ],
        ignore_conflicts=True,
    )
    return len(alerts)
