"""Emerging-threat alerts: raised by the night, closed by a named supervisor (SCO-5)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

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
    persons = _in_scope(run, [firing.person_id for firing in firings])
    open_alerts, told = _earlier_alerts(run.score_model.code, list(persons))
    again_after = numbers_in_force().again_after
    fresh, again = [], []
    for firing in firings:
        alert = open_alerts.get(firing.person_id)
        if firing.person_id not in persons:
            continue
        if alert is None and not set(firing.event_ids) <= told[firing.person_id]:
            fresh.append(firing)
        if alert is not None and _tells_more(alert, firing, run, again_after):
            again.append((alert, firing))
    return _open(run, fresh, persons) + _tell_again(run, again)


def _in_scope(run: ScoreRun, person_ids: list[int]) -> dict[int, Person]:
    adults = Person.objects.exclude(date_of_birth__gt=born_on_or_before(run.as_of))
    return {
        person.pk: person
        for person in adults.filter(pk__in=person_ids).only(
            "id", "home_unit_id", "managing_unit_id", "is_managed"
        )
    }


def _earlier_alerts(code: str, person_ids: list[int]) -> tuple[dict[int, ThreatAlert], dict[int, set[int]]]:
    open_alerts: dict[int, ThreatAlert] = {}
    told: dict[int, set[int]] = defaultdict(set)
    for alert in ThreatAlert.objects.filter(model_code=code, person_id__in=person_ids):
        told[alert.person_id].update(alert.event_ids)
        if alert.status == ThreatAlert.Status.OPEN:
            open_alerts[alert.person_id] = alert
    return open_alerts, told


def _tells_more(alert: ThreatAlert, firing: Firing, run: ScoreRun, again_after: int) -> bool:
    return run.as_of > alert.last_fired_on and fires_again(
        score=firing.score, score_at_open_alert=alert.score, again_after=again_after
    )


def _open(run: ScoreRun, firings: Sequence[Firing], persons: dict[int, Person]) -> int:
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


def _tell_again(run: ScoreRun, pairs: Sequence[tuple[ThreatAlert, Firing]]) -> int:
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
