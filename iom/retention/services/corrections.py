"""A person asks that something be put right (Data Protection Act 2018, section 46; SHR-4)."""

from datetime import date, datetime

from django.db import transaction

from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.audit.services import record
from iom.kernel.errors import Invalid, Refused
from iom.kernel.reasons import SHORTEST_REASON
from iom.persons.permissions import access_person
from iom.retention import audit
from iom.retention.models import Correction
from iom.retention.permissions import access_correction
from iom.retention.rules.terms import due_on
from iom.retention.services.acting import user_of
from iom.retention.services.requests import SHORT, terms
from iom.working_days.selectors import calendar


@transaction.atomic
def enter_correction(
    nominal_ref: str, *, received_on: date, what: str, by: Actor, on: date, at: datetime
) -> Correction:
    """What the person says is wrong; to be answered in the same time as a request to see."""
    by.require(Power.SUBJECT_ACCESS)
    person = access_person(by, nominal_ref)
    if received_on > on:
        raise Invalid({"received_on": ["The date it was received must be today or in the past"]})
    if len(what.strip()) < SHORTEST_REASON:
        raise Invalid({"what": ["Enter what the person says is wrong, in at least 10 characters"]})
    row = Correction.objects.create(
        person=person,
        received_on=received_on,
        due_on=due_on(terms(), received_on, calendar()),
        what=what.strip(),
        entered_by_id=user_of(by),
        entered_at=at,
    )
    record(
        audit.CORRECTION_ENTERED, by=by, subjects=[person.pk], reason=row.what, detail={"correction": row.pk}
    )
    return row


@transaction.atomic
def decide_correction(correction_id: int, *, outcome: str, reason: str, by: Actor, on: date) -> Correction:
    """What was done, and why; a refusal is told to the person with its reason."""
    row = access_correction(by, correction_id, decide=True, lock=True)
    if row.outcome:
        raise Refused("This is decided already.")
    wrong = {}
    if outcome not in dict(Correction.OUTCOMES) or not outcome:
        wrong["outcome"] = ["Select what was done"]
    if len(reason.strip()) < SHORTEST_REASON:
        wrong["reason"] = [SHORT]
    if wrong:
        raise Invalid(wrong)
    row.outcome, row.outcome_reason, row.decided_by_id, row.decided_on = (
        outcome,
        reason.strip(),
        by.user_id,
        on,
    )
    row.save(update_fields=["outcome", "outcome_reason", "decided_by", "decided_on"])
    record(
        audit.CORRECTION_DECIDED,
        by=by,
        subjects=[row.person_id],
        reason=row.outcome_reason,
        detail={"correction": row.pk, "outcome": outcome},
    )
    return row
