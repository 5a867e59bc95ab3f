"""Loading, approving and retiring score models (SCO-1, scoring.md 2.11)."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.audit.services import record
from iom.kernel.errors import Invalid, NotFound, Refused
from scoring import audit, shipped
from scoring.models import Decay, ScoreModel
from scoring.rules.config import BadModel, ModelConfig, decay_table, parse

# Drafts have a version below 1; they wait for a safeguarding lead's sign-off.
FIRST_RELEASE = 1


def load_shipped_models(*, by: Actor, on: date, at: datetime) -> list[ScoreModel]:
    """Put the shipped models in place; when a person loads them, the released ones are approved and active.

    Loading again changes nothing. The author is the product, so the person who loads is the one who approves.
    """
    loaded = []
    with transaction.atomic():
        for config in shipped.models().values():
            row, created = ScoreModel.objects.get_or_create(
                code=config.code,
                version=config.version,
                defaults={"config": _document(config), "config_hash": config.config_hash},
            )
            _cover(config)
            released = int(config.version.split(".")[0]) >= FIRST_RELEASE
            none_active = not ScoreModel.objects.filter(
                code=config.code, status=ScoreModel.Status.ACTIVE
            ).exists()
            if by.user_id and released and row.status == ScoreModel.Status.DRAFT and none_active:
                _activate(row, by=by, on=on, at=at, reason="Shipped with the product; reviewed on loading.")
                created = True
            if created:
                record(audit.MODEL_LOADED, by=by, detail={"model": str(row), "status": row.status})
            loaded.append(row)
    return loaded


def draft_model(document: dict[str, object], *, by: Actor) -> ScoreModel:
    """A new version as a draft; Invalid with every problem of the document."""
    by.require(Power.APPROVE_SCORE_MODEL)
    try:
        config = parse(document)
    except BadModel as bad:
        raise Invalid({"config": bad.problems}) from bad
    if ScoreModel.objects.filter(code=config.code, version=config.version).exists():
        raise Refused(f"Version {config.version} of {config.code} exists already: give it a new number.")
    return ScoreModel.objects.create(
        code=config.code,
        version=config.version,
        config=_document(config),
        config_hash=config.config_hash,
        author_id=by.user_id,
    )


def approve_model(model_id: int, *, by: Actor, on: date, at: datetime, reason: str) -> ScoreModel:
    """Bring a draft or shadow version into use from a day on; its author may not, and the old version retires."""
    by.require(Power.APPROVE_SCORE_MODEL)
    with transaction.atomic():
        row = ScoreModel.objects.select_for_update().filter(pk=model_id).first()
        if row is None:
            raise NotFound
        if row.status not in (ScoreModel.Status.DRAFT, ScoreModel.Status.SHADOW):
            raise Refused(f"{row} is {row.status}: only a draft or shadow version can be approved.")
        if row.author_id == by.user_id:
            raise Refused(f"You wrote {row}: somebody else has to approve it.")
        if not reason.strip():
            raise Invalid({"reason": ["Say why this version may be used."]})
        _activate(row, by=by, on=on, at=at, reason=reason.strip())
        record(audit.MODEL_APPROVED, by=by, reason=reason.strip(), detail={"model": str(row)})
        return row


def shadow_model(model_id: int, *, by: Actor) -> ScoreModel:
    """Run a draft beside the active version; from now on it cannot be changed."""
    by.require(Power.APPROVE_SCORE_MODEL)
    with transaction.atomic():
        row = ScoreModel.objects.select_for_update().filter(pk=model_id).first()
        if row is None:
            raise NotFound
        if row.status != ScoreModel.Status.DRAFT:
            raise Refused(f"{row} is {row.status}: only a draft can run beside the active version.")
        _cover(parse({**row.config, "config_hash": row.config_hash}))
        row.status = ScoreModel.Status.SHADOW
        row.save(update_fields=["status"])
        record(audit.MODEL_SHADOWED, by=by, detail={"model": str(row)})
        return row


def _activate(row: ScoreModel, *, by: Actor, on: date, at: datetime, reason: str) -> None:
    _cover(parse({**row.config, "config_hash": row.config_hash}))
    ScoreModel.objects.filter(code=row.code, status=ScoreModel.Status.ACTIVE).update(
        status=ScoreModel.Status.RETIRED
    )
    row.status, row.effective_from = ScoreModel.Status.ACTIVE, on
    row.approver_id, row.approved_at, row.approval_reason = by.user_id, at, reason
    row.save(update_fields=["status", "effective_from", "approver", "approved_at", "approval_reason"])


def _document(config: ModelConfig) -> dict[str, object]:
    return {key: value for key, value in config.document.items() if key != "config_hash"}


def _cover(config: ModelConfig) -> None:
    """Add what the decay table lacks for this model's half-lives and lookbacks; held numbers stay as they are."""
    Decay.objects.bulk_create(
        [
            Decay(half_life=half_life, days=days, factor_millionths=factor)
            for half_life, days, factor in decay_table(_missing(config))
        ],
        batch_size=5000,
        ignore_conflicts=True,
    )


def _missing(config: ModelConfig) -> dict[int, int]:
    held = (
        Decay.objects.filter(half_life__in=config.horizons()).values("half_life").annotate(last=Max("days"))
    )
    last = dict(held.values_list("half_life", "last"))
    return {
        half_life: days for half_life, days in config.horizons().items() if last.get(half_life, -1) < days
    }
