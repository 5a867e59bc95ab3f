"""How often files of a feed are expected, and telling people when one does not come (INT-1)."""

from datetime import datetime

from django.db import transaction

from iom.access.actor import Actor
from iom.accounts.rules import DbClass, Power
from iom.agencies.selectors import holders_of
from iom.audit.services import record
from iom.feeds import audit, registry
from iom.feeds.models import Rhythm
from iom.feeds.rules import LONGEST_RHYTHM_HOURS, SHORTEST_REASON
from iom.feeds.selectors import freshness
from iom.kernel.errors import Invalid
from iom.notifications.services import notify
from iom.working_days.rules import local_date

MESSAGE = "feed_overdue"


@transaction.atomic
def set_rhythm(kind: str, *, by: Actor, at: datetime, every_hours: int | None, reason: str) -> Rhythm:
    """Expect a file of this kind every so many hours from now on; None expects none."""
    by.require(Power.LOAD_FEEDS)
    registry.find(kind)
    problems: dict[str, list[str]] = {}
    if every_hours is not None and not 1 <= every_hours <= LONGEST_RHYTHM_HOURS:
        problems["every_hours"] = [f"Enter a whole number from 1 to {LONGEST_RHYTHM_HOURS}"]
    if len(reason.strip()) < SHORTEST_REASON:
        problems["reason"] = ["Enter the reason in at least 10 characters"]
    if problems or by.user_id is None:
        raise Invalid(problems)
    row = Rhythm.objects.create(
        kind=kind, every_hours=every_hours, set_by_id=by.user_id, set_at=at, reason=reason.strip()
    )
    detail = {"kind": kind, "every_hours": every_hours}
    record(audit.RHYTHM_SET, by=by, reason=row.reason, detail=detail)
    return row


def tell_overdue(at: datetime) -> bool:
    """Tell each administrator once of each feed whose files stopped coming. One piece of work of the tick."""
    late = [line for line in freshness(at=at) if line.is_overdue]
    people = holders_of(Power.LOAD_FEEDS.value, DbClass.ADMIN.value, None, local_date(at)) if late else []
    for line in late:
        for user_id in people:
            notify(
                user_id,
                key=f"{MESSAGE}:{line.kind}:{line.due_at.isoformat() if line.due_at else ''}",
                kind=MESSAGE,
                subject=f"The feed {line.title.lower()} is overdue",
                body=line.said,
                url="/feeds/",
                at=at,
            )
    return False
