"""Deciding what the person is given of each item (SHR-4)."""

from datetime import datetime

from django.db import transaction

from iom.access.actor import Actor
from iom.audit.services import record
from iom.kernel.errors import Invalid, Refused
from iom.kernel.reasons import SHORTEST_REASON
from iom.retention import audit
from iom.retention.models import AccessItem
from iom.retention.permissions import access_item, items_visible_to
from iom.retention.rules.grounds import GROUNDS
from iom.retention.rules.redaction import BadMarks, check
from iom.retention.rules.statuses import OUTCOME_LABELS, Outcome
from iom.retention.services.requests import SHORT, open_step


@transaction.atomic
def decide_item(
    item_id: int,
    *,
    outcome: str,
    marked: str = "",
    ground: str = "",
    reason: str = "",
    by: Actor,
    at: datetime,
) -> AccessItem:
    """Give an item, hide passages of it, or withhold it; a reason where it departs from what the rule proposed."""
    item = access_item(by, item_id)
    open_step(item.request_id, "decide", by=by)
    item = access_item(by, item_id, lock=True)
    if outcome not in OUTCOME_LABELS:
        raise Invalid({"outcome": ["Select what the person is given"]})
    if item.locked and outcome != Outcome.WITHHOLD:
        raise Refused(
            "This is never given from here: it is somebody else's, or belongs to another organisation."
        )
    wrong: dict[str, list[str]] = {}
    if outcome == Outcome.REDACT:
        try:
            marked = check(marked, item.text)
        except BadMarks as bad:
            wrong["marked"] = [f"{bad}"]
    if outcome != Outcome.DISCLOSE and (ground not in GROUNDS or ground == "own_data"):
        wrong["ground"] = ["Select why it is hidden or withheld"]
    if outcome != item.proposed and len(reason.strip()) < SHORTEST_REASON:
        wrong["reason"] = [SHORT]
    if wrong:
        raise Invalid(wrong)
    item.outcome, item.marked = outcome, marked if outcome == Outcome.REDACT else ""
    if outcome != Outcome.DISCLOSE:
        item.ground = ground
    item.reason, item.decided_by_id, item.decided_at = reason.strip(), by.user_id, at
    item.save(update_fields=["outcome", "marked", "ground", "reason", "decided_by", "decided_at"])
    record(
        audit.ITEM_DECIDED,
        by=by,
        subjects=[item.request.person_id],
        reason=item.reason,
        detail={"request": item.request_id, "item": item.pk, "outcome": outcome, "ground": item.ground},
    )
    return item


@transaction.atomic
def confirm_section(request_id: int, section: str, *, by: Actor, at: datetime) -> int:
    """Take over what the rules propose for every item of a section that is not decided yet; how many."""
    found = open_step(request_id, "decide", by=by)
    items = (
        items_visible_to(by)
        .filter(request=found, section=section, outcome="")
        .select_for_update(of=("self",))
    )
    number = 0
    for item in items:
        item.outcome, item.marked = item.proposed, item.proposed_marked
        item.decided_by_id, item.decided_at = by.user_id, at
        item.save(update_fields=["outcome", "marked", "decided_by", "decided_at"])
        number += 1
    if not number:
        raise Refused("Everything that you may decide in this section is decided.")
    record(
        audit.SECTION_DECIDED,
        by=by,
        subjects=[found.person_id],
        detail={"request": found.pk, "section": section, "items": number},
    )
    return number
