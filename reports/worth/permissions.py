"""Who sees how a score turned out: whoever may, of the whole force, for the figures name nobody; no partner (SCO-7)."""

from django.db.models import QuerySet

from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.kernel.errors import NotFound
from reports.worth.models import ScoreEvaluation


def evaluations_visible_to(actor: Actor) -> QuerySet[ScoreEvaluation]:
    """Every evaluation, for those with the power."""
    rows = ScoreEvaluation.objects.select_related("score_model", "asked_by")
    return rows if actor.may(Power.SEE_WORTH) else rows.none()


def access_evaluation(actor: Actor, evaluation_id: int) -> ScoreEvaluation:
    """The evaluation, or NotFound."""
    found = evaluations_visible_to(actor).filter(pk=evaluation_id).first()
    if found is None:
        raise NotFound
    return found


def may_ask(actor: Actor) -> bool:
    """Whether the actor may have one made: who drafts score models judges them."""
    return actor.may(Power.SEE_WORTH) and actor.may(Power.DRAFT_SCORE_MODEL)
