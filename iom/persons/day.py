"""What waits today for whoever reviews openings of records (SHR-2)."""

from datetime import date

from django.urls import reverse

from iom.access.actor import Actor
from iom.access.models import PersonUserGrant
from iom.accounts.rules import DbClass, Power
from iom.kernel.day import DayRow, Waiting
from iom.kernel.states import state_of
from iom.kernel.wording import datetime_uk
from iom.persons.openings import openings_visible_to

SHOWN = 20


def openings(actor: Actor, on: date) -> Waiting:
    """Openings of records that the actor may review, the latest first; nobody who was opened is named."""
    if actor.db_class != DbClass.POLICE or not actor.may(Power.SEE_AUDIT):
        return Waiting()
    rows = (
        openings_visible_to(actor)
        .filter(reviewed_at__isnull=True)
        .exclude(user_id=actor.user_id or 0)[:SHOWN]
    )
    return Waiting((rows,), lambda: [_line(row) for row in rows])


def _line(row: PersonUserGrant) -> DayRow:
    return DayRow(
        f"{row.user.name}, {datetime_uk(row.granted_at)}: {state_of('opening', row.kind).words.lower()}",
        reverse("persons:review_opening", args=[row.pk]),
        None,
        None,
    )
