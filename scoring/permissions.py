"""Who sees scores, events and alerts: police and auditors, of the persons they may see; no partner (SHR-2)."""

from django.db.models import QuerySet

from iom.access.actor import Actor
from iom.accounts.rules import DbClass
from iom.kernel.errors import NotFound
from iom.persons.permissions import reach
from iom.persons.permissions import visible_to as persons_visible_to
from scoring.models import CurrentScore, Event, ScoreHistory, ThreatAlert

_READERS = (DbClass.POLICE, DbClass.AUDITOR, DbClass.SERVICE)


def sees_scores(actor: Actor) -> bool:
    """Whether scores exist at all for this actor."""
    return actor.db_class in _READERS


def scores_visible_to(actor: Actor) -> QuerySet[CurrentScore]:
    """Current scores of the persons the actor may see."""
    if not sees_scores(actor):
        return CurrentScore.objects.none()
    return CurrentScore.objects.filter(person__in=persons_visible_to(actor))


def history_visible_to(actor: Actor) -> QuerySet[ScoreHistory]:
    """Past scores of the persons the actor may see."""
    if not sees_scores(actor):
        return ScoreHistory.objects.none()
    return ScoreHistory.objects.filter(person__in=persons_visible_to(actor))


def events_visible_to(actor: Actor) -> QuerySet[Event]:
    """Events of the persons the actor may see."""
    if not sees_scores(actor):
        return Event.objects.none()
    return Event.objects.filter(person__in=persons_visible_to(actor))


def alerts_visible_to(actor: Actor) -> QuerySet[ThreatAlert]:
    """Emerging-threat alerts on the persons the actor may see."""
    if not sees_scores(actor):
        return ThreatAlert.objects.none()
    if actor.force_wide:
        limit = reach(actor, "person")
        return ThreatAlert.objects.all() if limit is None else ThreatAlert.objects.filter(limit)
    return ThreatAlert.objects.filter(person__in=persons_visible_to(actor))


def access_alert(actor: Actor, alert_id: int, *, lock: bool = False) -> ThreatAlert:
    """The alert, or NotFound: absent and not yours are one answer."""
    alerts = alerts_visible_to(actor)
    if lock:
        alerts = alerts.select_for_update(of=("self",))
    alert = alerts.filter(pk=alert_id).first()
    if alert is None:
        raise NotFound
    return alert
