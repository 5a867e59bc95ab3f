"""From draft to use: beside the active version, compared, asked for by one and signed by another (SCO-4)."""

from datetime import datetime

from django.db import transaction

from iom.access.actor import Actor
from iom.accounts.rules import DbClass, Power
from iom.approvals import services as approvals
from iom.approvals.models import Approval
from iom.approvals.registry import ApprovalKind
from iom.approvals.rules import Status, short_of_reason
from iom.audit.services import record
from iom.kernel.errors import Forbidden, Invalid, Refused
from iom.working_days.rules import local_date
from scoring import audit
from scoring.models import ScoreComparison, ScoreModel
from scoring.permissions import access_model
from scoring.rules.lifecycle import STEPS, refusal
from scoring.services.models import activate, config_of, cover

KIND = ApprovalKind(
    code="scoring.activate",
    label="Bring a version of a score into use",
    power=Power.APPROVE_SCORE_MODEL,
    describe="scoring.selectors.versions.describe",
    perform="scoring.services.adoption.perform",
    db_class=DbClass.POLICE.value,
    asks=Power.DRAFT_SCORE_MODEL,
    step_up="score_model",
)
COMPARE_FIRST = "Compare this version with the one in use first, and look at the comparison."
NOT_SCORED_YET = (
    "No night was scored with this version yet: its lists would be empty. Ask again after the next night."
)
COMPARE_ANEW = "Another version came into use since this one was compared. Compare it anew and ask again."


@transaction.atomic
def shadow_model(model_id: int, *, by: Actor, reason: str) -> ScoreModel:
    """Run one's own draft beside the active version every night; from now on it cannot be changed."""
    return _move("shadow", model_id, by=by, reason=reason)


@transaction.atomic
def withdraw_model(model_id: int, *, by: Actor, reason: str) -> ScoreModel:
    """Give up one's own draft or shadow version; it stays readable and is never used."""
    return _move("withdraw", model_id, by=by, reason=reason)


def _move(step: str, model_id: int, *, by: Actor, reason: str) -> ScoreModel:
    by.require(Power.DRAFT_SCORE_MODEL)
    row = access_model(by, model_id, lock=True)
    _require_step(row, step)
    if row.author_id != by.user_id:
        raise Forbidden("Only the author of a version takes this step with it.")
    if short_of_reason(reason):
        raise Invalid({"reason": ["Enter the reason in at least 10 characters."]})
    if step == "shadow":
        cover(config_of(row))
    row.status = STEPS[step].to
    row.save(update_fields=["status"])
    action = audit.MODEL_SHADOWED if step == "shadow" else audit.MODEL_WITHDRAWN
    record(action, by=by, reason=reason.strip(), detail={"model": str(row)})
    return row


def _require_step(row: ScoreModel, step: str) -> None:
    if words := refusal(step, row.status):
        raise Refused(f"{row} is {row.get_status_display().lower()}: {words}")


@transaction.atomic
def ask_to_activate(model_id: int, *, by: Actor, at: datetime, reason: str) -> Approval:
    """Ask for the second signature that brings a shadow version into use; only once it was compared."""
    by.require(Power.DRAFT_SCORE_MODEL)
    row = access_model(by, model_id, lock=True)
    _require_step(row, "activate")
    if asked_already(row, at=at):
        raise Refused(f"A signature for {row} is asked for already.")
    if not was_scored(row):
        raise Refused(NOT_SCORED_YET)
    comparison = newest_comparison(row)
    if comparison is None:
        raise Refused(COMPARE_FIRST)
    if comparison.against_id != _active_id(row):
        raise Refused(COMPARE_ANEW)
    payload = {
        "model": row.pk,
        "config_hash": row.config_hash,
        "comparison": comparison.pk,
        "against": comparison.against_id,
    }
    return approvals.ask(KIND.code, by=by, at=at, payload=payload, reason=reason)


def perform(approval: Approval, by: Actor, at: datetime) -> None:
    """Bring the version into use as it was compared; its author cannot be the one who signs."""
    row = access_model(by, approval.payload["model"], lock=True)
    _require_step(row, "activate")
    if row.author_id == by.user_id:
        raise Refused(f"You wrote {row}: somebody else has to approve it.")
    if row.config_hash != approval.payload["config_hash"]:
        raise Refused(f"{row} changed after the signature was asked for.")
    if approval.payload["against"] != _active_id(row):
        raise Refused(COMPARE_ANEW)
    if short_of_reason(approval.decision_reason):
        raise Invalid({"reason": ["Enter why this version may be used in at least 10 characters."]})
    # What was known by now is no news under this version: it raises no alert by being new (scoring.md 2.8).
    row.news_from = at
    reason = approval.decision_reason
    activate(row, by=by, on=local_date(at), at=at, reason=reason)
    record(audit.MODEL_APPROVED, by=by, reason=reason, detail={"model": str(row), "approval": approval.pk})


def newest_comparison(row: ScoreModel) -> ScoreComparison | None:
    """The latest finished comparison of this very content."""
    done = row.comparisons.filter(status=ScoreComparison.Status.DONE, config_hash=row.config_hash)
    found: ScoreComparison | None = done.first()
    return found


def was_scored(row: ScoreModel) -> bool:
    """Whether a night of everybody was scored with this version, so that its lists are there when it comes into use."""
    return row.runs.filter(replay=False, partial=False, finished_at__isnull=False).exists()


def asked_already(row: ScoreModel, *, at: datetime) -> bool:
    """Whether a request to bring this version into use waits for its second signature."""
    waiting = Approval.objects.filter(kind=KIND.code, status=Status.WAITING, lapses_at__gt=at)
    return waiting.filter(payload__model=row.pk).exists()


def _active_id(row: ScoreModel) -> int | None:
    return (
        ScoreModel.objects.filter(code=row.code, status=ScoreModel.Status.ACTIVE)
        .values_list("pk", flat=True)
        .first()
    )
