"""The emerging-threat tab's rows (SCO-5, CMP-1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, QuerySet

from iom.access.actor import Actor
from iom.persons.models import Person
from scoring.models import Event, ThreatAlert
from scoring.permissions import access_alert, alerts_visible_to, events_visible_to
from scoring.rules.emerging import RULE_NAMES

TOLD = ("family", "category", "occurred_on", "summary", "recorded_at")
"""What is read of an event behind an alert."""


@dataclass(frozen=True)
class AlertEvent:
    """One of the newly known events behind an alert."""

    event_id: int
    family: str
    occurred_on: date
    summary: str
    recorded_on: date


@dataclass(frozen=True)
class AlertRow:
    """Why a person is on the tab: which rules fired, by how much, on which events."""

    id: int
    person: Person
    model_code: str
    model_version: str
    opened_on: date
    last_fired_on: date
    score: int
    baseline: int
    jump: int
    rules: tuple[str, ...]
    rule_names: tuple[str, ...]
    escalation: bool
    events: tuple[AlertEvent, ...]
    status: str
    outcome: str
    outcome_label: str
    rationale: str


def open_alerts(
    actor: Actor, *, unit_ids: Iterable[int] | None = None, code: str | None = None
) -> QuerySet[ThreatAlert]:
    """Open alerts of the units, greatest rise first; cut a page and give it to `alert_rows`."""
    alerts = alerts_visible_to(actor).filter(status=ThreatAlert.Status.OPEN)
    return _of(alerts, unit_ids, code).order_by("-jump", "-score", "id")


def closed_alerts(
    actor: Actor, *, unit_ids: Iterable[int] | None = None, code: str | None = None
) -> QuerySet[ThreatAlert]:
    """Reviewed alerts, latest first."""
    alerts = alerts_visible_to(actor).filter(status=ThreatAlert.Status.CLOSED)
    return _of(alerts, unit_ids, code).order_by("-closed_at", "id")


def _of(
    alerts: QuerySet[ThreatAlert], unit_ids: Iterable[int] | None, code: str | None
) -> QuerySet[ThreatAlert]:
    if unit_ids is not None:
        alerts = alerts.filter(unit__in=list(unit_ids))
    if code:
        alerts = alerts.filter(model_code=code)
    return with_their_names(alerts)


def with_their_names(alerts: QuerySet[ThreatAlert]) -> QuerySet[ThreatAlert]:
    """Alerts with person, unit and model, but for the model's long document, which no page of alerts tells."""
    named = alerts.select_related("person__home_unit", "score_model", "unit")
    return named.defer("score_model__config", "score_model__reasons")


def events_behind(actor: Actor, alerts: Iterable[ThreatAlert]) -> QuerySet[Event]:
    """The newly known events behind these alerts that the actor may see, as much of them as is told."""
    wanted = {event_id for alert in alerts for event_id in alert.event_ids}
    return events_visible_to(actor).filter(pk__in=wanted).only(*TOLD)


def alert_rows(
    actor: Actor, alerts: Iterable[ThreatAlert], behind: Iterable[Event] | None = None
) -> list[AlertRow]:
    """The rows of a page with the events behind each alert, in one more query unless they have been read."""
    page = list(alerts)
    events = {event.pk: _event(event) for event in (events_behind(actor, page) if behind is None else behind)}
    return [
        AlertRow(
            id=alert.pk,
            person=alert.person,
            model_code=alert.model_code,
            model_version=alert.score_model.version,
            opened_on=alert.opened_on,
            last_fired_on=alert.last_fired_on,
            score=alert.score,
            baseline=alert.baseline,
            jump=alert.jump,
            rules=tuple(alert.fired),
            rule_names=tuple(RULE_NAMES[rule] for rule in alert.fired),
            escalation=alert.escalation,
            events=tuple(events[event_id] for event_id in alert.event_ids if event_id in events),
            status=alert.status,
            outcome=alert.outcome,
            outcome_label=alert.get_outcome_display(),
            rationale=alert.rationale,
        )
        for alert in page
    ]


def _event(event: Event) -> AlertEvent:
    return AlertEvent(
        event_id=event.pk,
        family=event.family,
        occurred_on=event.occurred_on,
        summary=event.summary or str(event),
        recorded_on=event.recorded_at.date(),
    )


def alert_row(actor: Actor, alert_id: int) -> AlertRow:
    """One alert, or NotFound."""
    access_alert(actor, alert_id)
    return alert_rows(actor, with_their_names(alerts_visible_to(actor).filter(pk=alert_id)))[0]


def open_on_tabs(actor: Actor) -> QuerySet[ThreatAlert]:
    """Every open alert on the tabs of the actor's units, of those that the actor may see, in no order: to count."""
    rows = alerts_visible_to(actor).filter(status=ThreatAlert.Status.OPEN, unit__in=actor.unit_ids)
    return rows.order_by()


def alerts_by_tab(actor: Actor) -> QuerySet[Any, Any]:
    """The tabs that somebody stands on: `unit_id`, `code` and `name` of the unit and its open `alerts`, by name."""
    of_units = open_on_tabs(actor).values("unit_id", code=F("unit__code"), name=F("unit__name"))
    return of_units.annotate(alerts=Count("pk")).order_by("name")


def open_alert_counts(actor: Actor) -> dict[int, int]:
    """Unit id -> open alerts."""
    return {tab["unit_id"]: tab["alerts"] for tab in alerts_by_tab(actor)}


def open_on_person(actor: Actor, person_id: int) -> QuerySet[ThreatAlert]:
    """The open alerts on one person, for the profile; give them to `alert_rows`."""
    rows = alerts_visible_to(actor).filter(person_id=person_id, status=ThreatAlert.Status.OPEN)
    return with_their_names(rows)
