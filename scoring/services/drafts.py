"""Writing a new version of a score model: begun from an existing one, changed table by table (SCO-1, SCO-4)."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.audit.services import record
from iom.kernel.errors import Forbidden, Invalid, Refused
from scoring import audit
from scoring.models import ScoreModel
from scoring.permissions import access_model
from scoring.rules.config import BadModel, config_hash
from scoring.rules.lifecycle import next_version, refusal
from scoring.rules.tables import Content, Reasons, problems_of, with_rows

CHANGED_MEANWHILE = (
    "The draft was changed after you opened it. Open it again and make your change to what it says now."
)


def draft_model(
    document: Mapping[str, Any], *, reasons: Reasons, by: Actor, made_from: ScoreModel | None = None
) -> ScoreModel:
    """A new version as a draft; Invalid with every problem of the document and each missing rationale."""
    by.require(Power.DRAFT_SCORE_MODEL)
    content = Content({key: value for key, value in document.items() if key != "config_hash"}, reasons)
    if problems := problems_of(content):
        raise Invalid({"config": problems})
    code, version = content.document["code"], content.document["version"]
    if ScoreModel.objects.filter(code=code, version=version).exists():
        raise Refused(f"Version {version} of {code} exists already: give it a new number.")
    row = ScoreModel.objects.create(
        code=code,
        version=version,
        config=content.document,
        config_hash=config_hash(content.document),
        reasons=content.reasons,
        made_from=made_from,
        author_id=by.user_id,
    )
    record(audit.MODEL_DRAFTED, by=by, detail={"model": str(row), "from": str(made_from or "")})
    return row


@transaction.atomic
def start_draft(model_id: int, *, step: str, by: Actor) -> ScoreModel:
    """A new draft that says what an existing version says, with the next number: patch, minor or major."""
    by.require(Power.DRAFT_SCORE_MODEL)
    source = access_model(by, model_id)
    siblings = ScoreModel.objects.select_for_update().filter(code=source.code)
    version = next_version(list(siblings.values_list("version", flat=True)), step)
    document = {**source.config, "version": version}
    return draft_model(document, reasons=source.reasons, by=by, made_from=source)


@transaction.atomic
def change_draft(
    model_id: int, *, table: str, rows: Sequence[Mapping[str, str]], seen: str, by: Actor
) -> ScoreModel:
    """Replace one table of one's own draft; refused when somebody changed the draft since it was `seen`."""
    row = access_own_draft(model_id, by=by)
    if seen != edition(row):
        raise Refused(CHANGED_MEANWHILE)
    try:
        content = with_rows(table, Content(row.config, row.reasons), rows)
    except BadModel as bad:
        raise Invalid({"rows": bad.problems}) from bad
    row.config, row.reasons = content.document, content.reasons
    row.config_hash = config_hash(content.document)
    row.save(update_fields=["config", "reasons", "config_hash"])
    record(audit.MODEL_CHANGED, by=by, detail={"model": str(row), "table": table, "hash": row.config_hash})
    return row


def access_own_draft(model_id: int, *, by: Actor) -> ScoreModel:
    """One's own draft, locked; who else may draft makes a version of their own, so that an author is one person."""
    by.require(Power.DRAFT_SCORE_MODEL)
    row = access_model(by, model_id, lock=True)
    if words := refusal("edit", row.status):
        raise Refused(f"{row} is {row.get_status_display().lower()}: {words}")
    if row.author_id != by.user_id:
        raise Forbidden("Only its author changes a draft. Make a draft of your own from it.")
    return row


def edition(row: ScoreModel) -> str:
    """A short mark of what a draft says now, reasons included."""
    said = json.dumps([row.config_hash, row.reasons], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:16]
