"""What waits today for those who look after feeds or work with what they bring."""

from datetime import date, datetime, time

from django.urls import reverse

from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.feeds.selectors import freshness
from iom.kernel.clock import LONDON
from iom.kernel.day import DayRow


def overdue(actor: Actor, on: date) -> list[DayRow]:
    """The feeds whose files had stopped coming when the day began, for administrators and supervision."""
    if not (actor.may(Power.LOAD_FEEDS) or (actor.may(Power.SEE_FEEDS) and actor.may(Power.REVIEW_THREATS))):
        return []
    begins = datetime.combine(on, time.min, LONDON)
    return [
        DayRow(f"{line.title}: {line.said}", reverse("feeds:file_list"), line.due_at.date(), None)
        for line in freshness(at=begins)
        if line.is_overdue and line.due_at
    ]
