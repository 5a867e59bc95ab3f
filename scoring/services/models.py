"""Loading the shipped score models, and what bringing a version into use comes to (SCO-1, scoring.md 2.11)."""

import json
from datetime import date, datetime
from functools import lru_cache

from django.db import transaction
from django.db.models import Max

from iom.access.actor import Actor
from iom.audit.services import record
from scoring import audit, shipped
from scoring.models import Decay, ScoreModel
from scoring.rules.config import ModelConfig, decay_table, parse

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
                defaults={
                    "config": document_of(config),
                    "config_hash": config.config_hash,
                    "reasons": shipped.reasons(config.code, config.version),
                },
            )
            cover(config)
            released = int(config.version.split(".")[0]) >= FIRST_RELEASE
            none_active = not ScoreModel.objects.filter(
                code=config.code, status=ScoreModel.Status.ACTIVE
            ).exists()
            if by.user_id and released and row.status == ScoreModel.Status.DRAFT and none_active:
                row.status = ScoreModel.Status.SHADOW
                row.save(update_fields=["status"])
                activate(row, by=by, on=on, at=at, reason="Shipped with the product; reviewed on loading.")
                created = True
            if created:
                record(audit.MODEL_LOADED, by=by, detail={"model": str(row), "status": row.status})
            loaded.append(row)
    return loaded


def activate(row: ScoreModel, *, by: Actor, on: date, at: datetime, reason: str) -> None:
    """Bring a locked shadow version into use from a day on; the version before it retires."""
    cover(config_of(row))
    ScoreModel.objects.filter(code=row.code, status=ScoreModel.Status.ACTIVE).update(
        status=ScoreModel.Status.RETIRED
    )
    row.status, row.effective_from = ScoreModel.Status.ACTIVE, on
    row.approver_id, row.approved_at, row.approval_reason = by.user_id, at, reason
    row.save()


def config_of(row: ScoreModel) -> ModelConfig:
    """The model's document, checked against its hash."""
    return _checked(json.dumps({**row.config, "config_hash": row.config_hash}))


@lru_cache(maxsize=64)
def _checked(document: str) -> ModelConfig:
    """The same words need no second check: pages ask for the same few models again and again."""
    return parse(json.loads(document))


def document_of(config: ModelConfig) -> dict[str, object]:
    """The document as it is stored: its hash stands beside it."""
    return {key: value for key, value in config.document.items() if key != "config_hash"}


def cover(config: ModelConfig) -> None:
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
