"""Setting the numbers of the emerging-threat rule that no score model holds (SCO-5)."""

from datetime import datetime

from django.db import transaction

from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.audit.services import record
from iom.kernel.errors import Forbidden, Invalid
from scoring import audit
from scoring.models import ThreatNumbers
from scoring.models.threat_numbers import LARGEST_TOP


@transaction.atomic
def set_threat_numbers(
    *, by: Actor, at: datetime, again_after: int, top_n: int | None, reason: str
) -> ThreatNumbers:
    """From the next night on these numbers hold, for every model; what was set before is kept."""
    by.require(Power.APPROVE_SCORE_MODEL)
    if by.user_id is None:
        raise Forbidden("A named person sets the numbers, never the system.")
    problems: dict[str, list[str]] = {}
    if again_after < 1:
        problems["again_after"] = ["The rise must be at least 1 point."]
    if top_n is not None and not 1 <= top_n <= LARGEST_TOP:
        problems["top_n"] = [f"The number of people must be between 1 and {LARGEST_TOP:,}."]
    if not reason.strip():
        problems["reason"] = ["Enter the reason for the change."]
    if problems:
        raise Invalid(problems)
    row = ThreatNumbers.objects.create(
        again_after=again_after, top_n=top_n, made_at=at, by_id=by.user_id, reason=reason.strip()
    )
    record(
        audit.THREAT_NUMBERS_SET,
        by=by,
        reason=reason.strip(),
        detail={"again_after": again_after, "top_n": top_n},
    )
    return row
