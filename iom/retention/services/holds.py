"""Holding a record for a reason, and lifting the hold (SHR-4)."""

from datetime import date, datetime

from django.db import transaction

from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.audit.services import record
from iom.kernel.errors import Invalid, Refused
from iom.kernel.reasons import SHORTEST_REASON
from iom.persons.permissions import access_person
from iom.retention import audit
from iom.retention.models import LegalHold
from iom.retention.permissions import access_hold
from iom.retention.services.acting import user_of


@transaction.atomic
def set_hold(
    nominal_ref: str, *, reason: str, authority: str, review_on: date, by: Actor, on: date, at: datetime
) -> LegalHold:
    """Nothing of this record may be disposed of until the hold is lifted, by whatever way."""
    by.require(Power.RETAIN)
    person = access_person(by, nominal_ref)
    wrong = {}
    if len(reason.strip()) < SHORTEST_REASON:
        wrong["reason"] = ["Enter the reason in at least 10 characters"]
    if not authority.strip():
        wrong["authority"] = ["Enter who or what asks for the hold"]
    if review_on <= on:
        wrong["review_on"] = ["The hold must be looked at again on a later day"]
    if wrong:
        raise Invalid(wrong)
    hold = LegalHold.objects.create(
        person=person,
        reason=reason.strip(),
        authority=authority.strip(),
        set_by_id=user_of(by),
        set_at=at,
        review_on=review_on,
    )
    record(audit.HELD, by=by, subjects=[person.pk], reason=hold.reason, detail={"hold": hold.pk})
    return hold


@transaction.atomic
def lift_hold(hold_id: int, *, reason: str, by: Actor, at: datetime) -> LegalHold:
    """The reason for holding the record is gone."""
    hold = access_hold(by, hold_id, decide=True, lock=True)
    if not hold.stands:
        raise Refused("This hold is lifted already.")
    if len(reason.strip()) < SHORTEST_REASON:
        raise Invalid({"reason": ["Enter the reason in at least 10 characters"]})
    hold.lifted_by_id, hold.lifted_at, hold.lift_reason = by.user_id, at, reason.strip()
    hold.save(update_fields=["lifted_by", "lifted_at", "lift_reason"])
    record(audit.LIFTED, by=by, subjects=[hold.person_id], reason=hold.lift_reason, detail={"hold": hold.pk})
    return hold
