"""Why a record cannot be disposed of now; the database asks the same before it deletes anything."""

from datetime import date

from django.db.models import Q

from cohorts.models import Case
from iom.persons.models import CustodyPeriod
from iom.retention.guards import ASKED_TO_SEE, HELD, IN_CUSTODY, OPEN_CASE
from iom.retention.models import AccessRequest, LegalHold
from iom.retention.rules.statuses import ENDED


def why_not(person_id: int, *, on: date) -> list[str]:
    """Every reason, one sentence each; empty when the record may go."""
    held = CustodyPeriod.objects.filter(Q(held_to__isnull=True) | Q(held_to__gt=on), person=person_id)
    asked = [
        (LegalHold.objects.filter(person=person_id, lifted_at__isnull=True), HELD),
        (Case.objects.filter(person=person_id).exclude(status="closed"), OPEN_CASE),
        (held, IN_CUSTODY),
        (
            AccessRequest.objects.filter(person=person_id).exclude(status__in=[s.value for s in ENDED]),
            ASKED_TO_SEE,
        ),
    ]
    return [sentence for rows, sentence in asked if rows.exists()]
