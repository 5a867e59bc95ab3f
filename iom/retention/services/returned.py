"""Recognising somebody whose record was disposed of when a feed brings them back, and deciding about them (SHR-4)."""

from datetime import date, datetime

from django.conf import settings
from django.db import transaction

from iom.access.actor import Actor
from iom.audit.services import record
from iom.kernel.errors import Invalid, Refused
from iom.kernel.reasons import SHORTEST_REASON
from iom.persons.models import Person
from iom.retention import audit
from iom.retention.models import DisposedReference, Returned, Review
from iom.retention.permissions import access_returned
from iom.retention.rules.references import digest
from iom.retention.rules.statuses import STANDING
from iom.retention.selectors.facts import assessments, schedule_for


def note_returned(*, since: datetime, on: date) -> int:
    """Look among the people recorded since a moment for references that were disposed of; how many there are."""
    if settings.RETENTION_RETURNED != "ask" or not DisposedReference.objects.exists():
        return 0
    new = Person.objects.filter(created_at__gte=since, returned__isnull=True)
    by_digest = {
        digest(reference, settings.RETENTION_KEY): pk
        for pk, reference in new.values_list("pk", "nominal_ref").iterator()
    }
    known = DisposedReference.objects.filter(digest__in=list(by_digest)).values_list("digest", "disposal_id")
    rows = [
        Returned(person_id=by_digest[found], disposal_id=disposal, found_on=on) for found, disposal in known
    ]
    return len(Returned.objects.bulk_create(rows, ignore_conflicts=True))


@transaction.atomic
def decide_returned(
    returned_id: int, *, outcome: str, reason: str, by: Actor, on: date, at: datetime
) -> Returned:
    """Keep the new record because something new came to notice, or put it before a review at once."""
    row = access_returned(by, returned_id, decide=True, lock=True)
    if row.outcome:
        raise Refused("This is decided already.")
    if len(reason.strip()) < SHORTEST_REASON:
        raise Invalid({"reason": ["Enter the reason in at least 10 characters"]})
    if outcome not in ("new", "again"):
        raise Invalid({"outcome": ["Select what becomes of the record"]})
    row.outcome, row.reason, row.decided_by_id, row.decided_at = outcome, reason.strip(), by.user_id, at
    row.save()
    if outcome == "again":
        _review_at_once(row.person, on=on)
    record(audit.RETURNED, by=by, subjects=[row.person_id], reason=row.reason, detail={"outcome": outcome})
    return row


def _review_at_once(person: Person, *, on: date) -> None:
    standing = Review.objects.filter(person=person, status__in=[s.value for s in STANDING])
    if standing.exists():
        return
    judged = assessments([person], on=on)[person.pk]
    Review.objects.create(
        person=person,
        group=judged.group.number,
        due_on=on,
        clear_until=judged.clear_until,
        schedule_version=schedule_for(on).version,
        opened_on=on,
    )
