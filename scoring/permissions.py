"""Who sees scores, events and alerts: police and auditors, of the persons they may see; no partner (SHR-2)."""

from django.db.models import QuerySet

from iom.access.actor import Actor
from iom.accounts.rules import DbClass
from iom.kernel.errors import NotFound
from iom.persons.permissions import reach
from iom.persons.permissions import visible_to as persons_visible_to
from scoring.models import (
    ComparedScore,
    CurrentScore,
    Event,
    ScoreComparison,
    ScoreHistory,
    ScoreModel,
    ScoreRun,
    ThreatAlert,
)

_READERS = (DbClass.POLICE, DbClass.AUDITOR, DbClass.SERVICE)


def sees_scores(actor: Actor) -> bool:
    """Whether scores exist at all for this actor."""
    return actor.db_class in _READERS


def scores_visible_to(actor: Actor) -> QuerySet[CurrentScore]:
    """Current scores of the persons the actor may see."""
    if not sees_scores(actor):
        return CurrentScore.objects.none()
    limit = reach(actor, "person")
    return CurrentScore.objects.all() if limit is None else CurrentScore.objects.filter(limit)


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
    limit = reach(actor, "person")
    return ThreatAlert.objects.all() if limit is None else ThreatAlert.objects.filter(limit)


def access_alert(actor: Actor, alert_id: int, *, lock: bool = False) -> ThreatAlert:
    """The alert, or NotFound: absent and not yours are one answer."""
    alerts = alerts_visible_to(actor)
    if lock:
        alerts = alerts.select_for_update(of=("self",))
    alert = alerts.filter(pk=alert_id).first()
    if alert is None:
        raise NotFound
    return alert


def models_visible_to(actor: Actor) -> QuerySet[ScoreModel]:
    """Every version of every score model, for those who see scores: a model names nobody."""
    return ScoreModel.objects.all() if sees_scores(actor) else ScoreModel.objects.none()


def access_model(actor: Actor, model_id: int, *, lock: bool = False) -> ScoreModel:
    """The version, or NotFound."""
    rows = models_visible_to(actor)
    found = (rows.select_for_update() if lock else rows).filter(pk=model_id).first()
    if found is None:
        raise NotFound
    return found


def model_named(actor: Actor, code: str, version: str) -> ScoreModel:
    """The version by its name, or NotFound."""
    rows = models_visible_to(actor).select_related("author", "approver", "made_from")
    found = rows.filter(code=code, version=version).first()
    if found is None:
        raise NotFound
    return found


def runs_visible_to(actor: Actor) -> QuerySet[ScoreRun]:
    """Every run, for those who see scores: a run holds figures and names nobody."""
    return ScoreRun.objects.all() if sees_scores(actor) else ScoreRun.objects.none()


def access_run(actor: Actor, run_id: int) -> ScoreRun:
    """The run, or NotFound."""
    found = runs_visible_to(actor).select_related("score_model").filter(pk=run_id).first()
    if found is None:
        raise NotFound
    return found


def access_comparison(actor: Actor, comparison_id: int) -> ScoreComparison:
    """The comparison, or NotFound; its figures are of the whole force and name nobody."""
    rows = ScoreComparison.objects.all() if sees_scores(actor) else ScoreComparison.objects.none()
    parts = rows.select_related("score_model", "against", "asked_by", "new_run", "old_run")
    found = parts.filter(pk=comparison_id).first()
    if found is None:
        raise NotFound
    return found


def compared_visible_to(actor: Actor, comparison: ScoreComparison) -> QuerySet[ComparedScore]:
    """Who stands where under both versions, of the persons the actor may see."""
    if not sees_scores(actor):
        return ComparedScore.objects.none()
    return ComparedScore.objects.filter(comparison=comparison, person__in=persons_visible_to(actor))
