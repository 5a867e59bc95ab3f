"""What waits today for whoever handles requests of people about themselves."""

from datetime import date

from django.urls import reverse

from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.kernel.day import DayRow
from iom.retention.rules.statuses import REQUEST_LABELS, RequestStatus
from iom.retention.selectors.pages import waiting_for


def requests(actor: Actor, on: date) -> list[DayRow]:
    """The open requests that the actor handles, what is due first."""
    if not actor.may(Power.SUBJECT_ACCESS):
        return []
    return [
        DayRow(
            f"{row.person.full_name}: {REQUEST_LABELS[RequestStatus(row.status)].lower()}",
            reverse("retention:request", args=[row.pk]),
            row.due_on,
            row.person_id,
        )
        for row in waiting_for(actor)
    ]
