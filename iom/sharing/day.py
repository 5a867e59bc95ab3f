"""What a partner finds on its first page of what was newly disclosed to its agency (SHR-1)."""

from datetime import date, timedelta

from django.urls import reverse

from iom.access.actor import Actor
from iom.kernel.day import DayRow, Waiting
from iom.sharing.selectors.disclosures import GrantRow, received
from iom.working_days.rules import local_date

NEW = timedelta(days=7)


def disclosed(actor: Actor, on: date) -> Waiting:
    """Records disclosed to the agency by name in the last seven days, while they are shown."""
    if not actor.is_partner:
        return Waiting()
    return Waiting(lines=lambda: [_line(row) for row in received(actor, on=on) if _is_new(row, on)])


def _is_new(row: GrantRow, on: date) -> bool:
    return local_date(row.approved_at) > on - NEW


def _line(row: GrantRow) -> DayRow:
    return DayRow(
        f"{row.label}, {row.person.name}" if row.person else row.label,
        reverse("sharing:received"),
        None,
        row.person.person_id if row.person else None,
    )
