"""What waits today for those who look after feeds or work with what they bring."""

from datetime import date, datetime, time

from django.urls import reverse

from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.feeds.selectors import Freshness, fresh_rows, freshness
from iom.kernel.clock import LONDON
from iom.kernel.day import DayRow, Waiting


def overdue(actor: Actor, on: date) -> Waiting:
    """The feeds whose files had stopped coming when the day began, for administrators and supervision."""
    if not (actor.may(Power.LOAD_FEEDS) or (actor.may(Power.SEE_FEEDS) and actor.may(Power.REVIEW_THREATS))):
        return Waiting()
    rows = fresh_rows()
    begins = datetime.combine(on, time.min, LONDON)
    return Waiting(
        rows.asked, lambda: [_line(line) for line in freshness(at=begins, rows=rows) if line.is_overdue]
    )


def _line(line: Freshness) -> DayRow:
    due_on = line.due_at.date() if line.due_at else None
    return DayRow(f"{line.title}: {line.said}", reverse("feeds:file_list"), due_on, None)
