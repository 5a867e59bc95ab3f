"""Emerging-threat alerts: raised by the night, closed by a named supervisor (SCO-5)."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
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


Fired = Sequence[tuple[ScoreRun, Firing]]


def raise_alerts(firings: Mapping[ScoreRun, Sequence[Firing]]) -> dict[int, int]:
    """Open an alert for each firing, or tell of a further rise in an open one; how many, by run.

    The same night again adds nothing. Nor do events that an earlier alert already told of, nor people under 18: they
    are not ranked, youth transition cases are looked at by hand.
    """
    fired = [(run, firing) for run, some in firings.items() for firing in some]
    if not fired:
        return {}
    kept = _earlier_alerts(fired)
    again_after = numbers_in_force().again_after
    told = [
        (run, firing)
        for run, firing in fired
        if _says_something(firing, kept[run.score_model.code, firing.person_id], run, again_after)
    ]
    persons = _people({firing.person_id for _, firing in told})
    fresh, again = [], []
    for run, firing in told:
        person = persons.get(firing.person_id)
        if person is None or not _is_ranked(person, run):
            continue
        is_open = [alert for alert in kept[run.score_model.code, firing.person_id] if alert.is_open]
        again += [(alert.id, run, firing) for alert in is_open]
        fresh += [] if is_open else [(run, firing)]
    raised = Counter(run.pk for run, _ in _keep_firings(_open(fresh, persons) + _tell_again(again)))
    return dict(raised)


def _people(person_ids: Collection[int]) -> dict[int, Person]:
    if not person_ids:
        return {}
    rows = Person.objects.only("id", "date_of_birth", "home_unit_id", "managing_unit_id", "is_managed")
    return {person.pk: person for person in rows.filter(pk__in=person_ids)}


def _is_ranked(person: Person, run: ScoreRun) -> bool:
    return person.date_of_birth is None or person.date_of_birth <= born_on_or_before(run.as_of)


@dataclass(frozen=True)
class Earlier:
    """What an alert that is there already told of."""

    id: int
    is_open: bool
    score: int
    last_fired_on: date
    event_ids: frozenset[int]


def _earlier_alerts(fired: Fired) -> dict[tuple[str, int], list[Earlier]]:
    """(Model, person) -> the alerts of before; most who fire tonight fired last night, so this is asked first."""
    rows = ThreatAlert.objects.filter(
        model_code__in={run.score_model.code for run, _ in fired},
        person_id__in={firing.person_id for _, firing in fired},
    ).values_list("model_code", "person_id", "id", "status", "score", "last_fired_on", "event_ids")
    found: dict[tuple[str, int], list[Earlier]] = defaultdict(list)
    for code, person_id, pk, status, score, last_fired_on, event_ids in rows:
        is_open = status == ThreatAlert.Status.OPEN
        found[code, person_id].append(Earlier(pk, is_open, score, last_fired_on, frozenset(event_ids)))
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


def _open(fired: Fired, persons: Mapping[int, Person]) -> list[tuple[ScoreRun, ThreatAlert]]:
    if not fired:
        return []
    ThreatAlert.objects.bulk_create(
        [_alert(run, firing, persons[firing.person_id]) for run, firing in fired], ignore_conflicts=True
    )
    runs = {(run.score_model.code, run.as_of, firing.person_id): run for run, firing in fired}
    opened = ThreatAlert.objects.filter(
        person_id__in={firing.person_id for _, firing in fired},
        model_code__in={run.score_model.code for run, _ in fired},
        opened_on__in={run.as_of for run, _ in fired},
        status=ThreatAlert.Status.OPEN,
        firings__isnull=True,
    )
    keys = [(alert, (alert.model_code, alert.opened_on, alert.person_id)) for alert in opened]
    return [(runs[key], alert) for alert, key in keys if key in runs]


def _alert(run: ScoreRun, firing: Firing, person: Person) -> ThreatAlert:
    return ThreatAlert(
        person_id=firing.person_id,
        model_code=run.score_model.code,
        score_model=run.score_model,
        unit_id=person.managing_unit_id or person.home_unit_id,
        escalation=person.is_managed,
        opened_on=run.as_of,
        last_fired_on=run.as_of,
        score=firing.score,
        baseline=firing.baseline,
        jump=firing.jump,
        fired=list(firing.fired),
        event_ids=list(firing.event_ids),
    )


def _tell_again(again: Sequence[tuple[int, ScoreRun, Firing]]) -> list[tuple[ScoreRun, ThreatAlert]]:
    if not again:
        return []
    found = ThreatAlert.objects.in_bulk([number for number, _, _ in again])
    for number, run, firing in again:
        alert = found[number]
        alert.last_fired_on, alert.score, alert.baseline = run.as_of, firing.score, firing.baseline
        alert.jump, alert.fired, alert.event_ids = firing.jump, list(firing.fired), list(firing.event_ids)
    ThreatAlert.objects.bulk_update(
        found.values(), ["last_fired_on", "score", "baseline", "jump", "fired", "event_ids"]
    )
    return [(run, found[number]) for number, run, _ in again]


def _keep_firings(
    told: Sequence[tuple[ScoreRun, ThreatAlert]],
) -> Sequence[tuple[ScoreRun, ThreatAlert]]:
    if told:
        AlertFiring.objects.bulk_create([_firing(run, alert) for run, alert in told], ignore_conflicts=True)
    return told


def _firing(run: ScoreRun, alert: ThreatAlert) -> AlertFiring:
    return AlertFiring(
        alert=alert,
        run=run,
        fired_on=run.as_of,
        score=alert.score,
        baseline=alert.baseline,
        jump=alert.jump,
        fired=alert.fired,
        event_ids=alert.event_ids,
    )
