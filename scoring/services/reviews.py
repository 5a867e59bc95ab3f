"""Reviewing the emerging-threat tab: by a named supervisor, with an outcome and a rationale (SCO-5, CMP-1)."""

from datetime import datetime

from django.db import transaction

from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.audit.services import record
from iom.kernel.errors import Forbidden, Invalid, Refused
from iom.working_days.rules import local_date
from scoring import audit
from scoring.models import ThreatAlert, ThreatReview
from scoring.permissions import access_alert


@transaction.atomic
def review_alert(
    alert_id: int, *, by: Actor, at: datetime, outcome: str, rationale: str, take_off: bool = False
) -> ThreatReview:
    """Record a review of one entry; with `take_off` the entry leaves the tab, so a second click is refused.

    An entry that stays is reviewed again in time: twice in any seven days (CMP-1).
    """
    by.require(Power.REVIEW_THREATS)
    if by.user_id is None:
        raise Forbidden("A named person reviews the tab, never the system.")
    alert = access_alert(by, alert_id, lock=True)
    problems = {}
    if outcome not in ThreatAlert.Outcome.values:
        problems["outcome"] = ["Choose what happens next."]
    if not rationale.strip():
        problems["rationale"] = ["Enter the rationale: it is kept for the person and for the auditor."]
    if problems:
        raise Invalid(problems)
    if alert.status != ThreatAlert.Status.OPEN:
        raise Refused("This entry has been reviewed and taken off the tab already.")
    review = ThreatReview.objects.create(
        alert=alert,
        person_id=alert.person_id,
        reviewed_on=local_date(at),
        reviewed_at=at,
        by_id=by.user_id,
        outcome=outcome,
        rationale=rationale.strip(),
        took_off=take_off,
    )
    if take_off:
        alert.status, alert.outcome, alert.rationale = ThreatAlert.Status.CLOSED, outcome, rationale.strip()
        alert.closed_at, alert.closed_by_id = at, by.user_id
        alert.save(update_fields=["status", "outcome", "rationale", "closed_at", "closed_by"])
    record(
        audit.ALERT_CLOSED if take_off else audit.ALERT_REVIEWED,
        by=by,
        subjects=[alert.person_id],
        reason=rationale.strip(),
        detail={"alert": alert.pk, "outcome": outcome},
    )
    return review
