"""What waits today for whoever handles requests of people about themselves."""

from datetime import date

from django.urls import reverse

from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.kernel.day import DayRow, Waiting
from iom.retention.models import AccessRequest
from iom.retention.rules.statuses import REQUEST_LABELS, RequestStatus
from iom.retention.selectors.pages import waiting_for


def requests(actor: Actor, on: date) -> Waiting:
    """The open requests that the actor handles, what is due first."""
    if not actor.may(Power.SUBJECT_ACCESS) or actor.user_id is None:
        return Waiting()
    rows = waiting_for(actor)
    return Waiting((rows,), lambda: [_line(row) for row in rows])


def _line(row: AccessRequest) -> DayRow:
    return DayRow(
        f"{row.person.full_name}: {REQUEST_LABELS[RequestStatus(row.status)].lower()}",
        reverse("retention:request", args=[row.pk]),
        row.due_on,
        row.person_id,
    )
