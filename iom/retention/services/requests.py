"""A person asks what is held: entering the request, proof of identity, who handles it, more time, its end (SHR-4)."""

from datetime import date, datetime

from django.conf import settings
from django.db import transaction

from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.approvals.models import Approval
from iom.audit.actions import Action
from iom.audit.services import record
from iom.kernel.errors import Invalid, Refused
from iom.kernel.reasons import SHORTEST_REASON
from iom.persons.permissions import access_person
from iom.retention import audit
from iom.retention.models import AccessRequest
from iom.retention.permissions import access_request
from iom.retention.rules.schedule import AccessTerms, access_terms
from iom.retention.rules.statuses import REQUEST_LABELS, RequestStatus, may_step
from iom.retention.rules.terms import due_on, may_extend, runs_from
from iom.retention.services.acting import user_of
from iom.working_days.selectors import calendar

RELEASE = "subject_access.release"
SHORT = "Enter the reason in at least 10 characters"


def terms() -> AccessTerms:
    """The deployment's reading of the time to answer."""
    return access_terms(settings.RETENTION_SCHEDULE_FILE or None)


def open_step(request_id: int, step: str, *, by: Actor) -> AccessRequest:
    """The request, locked, in a state in which the step can be taken."""
    by.require(Power.SUBJECT_ACCESS)
    found = access_request(by, request_id, decide=True, lock=True)
    if not may_step(step, found.status):
        raise Refused(
            f"This cannot be done while the request is: {REQUEST_LABELS[RequestStatus(found.status)].lower()}."
        )
    return found


def told(action: Action, found: AccessRequest, *, by: Actor, reason: str = "", **detail: object) -> None:
    """Write the step into the audit."""
    record(action, by=by, subjects=[found.person_id], reason=reason, detail={"request": found.pk, **detail})


@transaction.atomic
def enter_request(
    nominal_ref: str,
    *,
    received_on: date,
    asked_for: str,
    ask_identity: bool,
    by: Actor,
    on: date,
    at: datetime,
) -> AccessRequest:
    """Somebody asks what is held about them. Where proof of identity is asked for, the time waits for it."""
    by.require(Power.SUBJECT_ACCESS)
    person = access_person(by, nominal_ref)
    if received_on > on:
        raise Invalid({"received_on": ["The date it was received must be today or in the past"]})
    law = terms()
    due = None if ask_identity else due_on(law, received_on, calendar())
    found = AccessRequest.objects.create(
        person=person,
        received_on=received_on,
        asked_for=asked_for.strip(),
        identity_asked_on=on if ask_identity else None,
        first_due_on=due,
        due_on=due,
        terms_version=law.version,
        handler_id=by.user_id,
        entered_by_id=user_of(by),
        entered_at=at,
    )
    told(audit.REQUEST_ENTERED, found, by=by, reason=found.asked_for)
    return found


@transaction.atomic
def prove_identity(request_id: int, *, how: str, proved_on: date, by: Actor, on: date) -> AccessRequest:
    """Record how the person proved who they are; only then is anything put together."""
    found = open_step(request_id, "identify", by=by)
    if found.identity_proved_on is not None:
        raise Refused("It is recorded already how the person proved who they are.")
    if len(how.strip()) < SHORTEST_REASON:
        raise Invalid({"how": ["Enter how the person proved who they are, in at least 10 characters"]})
    if not found.received_on <= proved_on <= on:
        raise Invalid({"proved_on": ["The date must be between the request and today"]})
    found.identity_how, found.identity_proved_on, found.identity_by_id = how.strip(), proved_on, by.user_id
    begins = runs_from(found.received_on, found.identity_asked_on, proved_on)
    if found.first_due_on is None and begins is not None:
        found.first_due_on = found.due_on = due_on(terms(), begins, calendar())
    found.save()
    told(audit.IDENTIFIED, found, by=by, reason=found.identity_how)
    return found


@transaction.atomic
def take_over(request_id: int, *, by: Actor) -> AccessRequest:
    """Become the one who handles it."""
    found = open_step(request_id, "take", by=by)
    if found.handler_id == by.user_id:
        raise Refused("You handle this request already.")
    found.handler_id = by.user_id
    found.save(update_fields=["handler"])
    told(audit.TAKEN, found, by=by)
    return found


@transaction.atomic
def extend(request_id: int, *, reason: str, by: Actor, on: date) -> AccessRequest:
    """Two further months for complex or many requests, told to the person within the first month."""
    found = open_step(request_id, "extend", by=by)
    if found.first_due_on is None:
        raise Refused("The time does not run yet: the proof of identity is still owed.")
    if sentence := may_extend(found.first_due_on, on, already=found.extended_on is not None):
        raise Refused(sentence)
    if len(reason.strip()) < SHORTEST_REASON:
        raise Invalid({"reason": [SHORT]})
    begins = runs_from(found.received_on, found.identity_asked_on, found.identity_proved_on)
    found.extended_on, found.extension_reason = on, reason.strip()
    found.due_on = due_on(terms(), begins or found.received_on, calendar(), extended=True)
    found.save(update_fields=["extended_on", "extension_reason", "due_on"])
    told(audit.EXTENDED, found, by=by, reason=found.extension_reason, due_on=found.due_on.isoformat())
    return found


@transaction.atomic
def ask_assembling(request_id: int, *, by: Actor) -> AccessRequest:
    """Have the background work put together what is held; what was decided of an earlier collection is gone."""
    found = open_step(request_id, "assemble", by=by)
    if found.identity_proved_on is None:
        raise Refused("First record how the person proved who they are.")
    found.status = RequestStatus.ASSEMBLING
    found.save(update_fields=["status"])
    return found


@transaction.atomic
def end_request(request_id: int, *, outcome: str, reason: str, by: Actor, on: date) -> AccessRequest:
    """Refuse a request that is manifestly unfounded or excessive, or note that it was withdrawn."""
    found = open_step(request_id, "end", by=by)
    if outcome not in (RequestStatus.REFUSED, RequestStatus.WITHDRAWN):
        raise Invalid({"outcome": ["Select how the request ended"]})
    if outcome == RequestStatus.REFUSED and not by.may(Power.RELEASE_SUBJECT_ACCESS):
        raise Invalid({"outcome": ["Only an inspector or the central point of contact refuses a request"]})
    if len(reason.strip()) < SHORTEST_REASON:
        raise Invalid({"reason": [SHORT]})
    found.status, found.ended_on, found.ended_reason = outcome, on, reason.strip()
    found.save(update_fields=["status", "ended_on", "ended_reason"])
    told(audit.ENDED, found, by=by, reason=found.ended_reason, outcome=outcome)
    return found


def reopen_refused() -> int:
    """Requests whose second signature was refused, taken back or lapsed are decided again; how many."""
    gone = Approval.objects.filter(kind=RELEASE, status__in=["refused", "withdrawn", "lapsed"])
    waiting = AccessRequest.objects.filter(status=RequestStatus.SIGNING, approval_id__in=gone.values("pk"))
    return waiting.update(status=RequestStatus.DECIDING, approval_id=None, signed_digest="")
