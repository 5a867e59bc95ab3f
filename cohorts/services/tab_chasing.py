"""Chasing the reviews of the emerging-threat tab: each offset of each due day once for a district (CMP-1, CMP-7)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from cohorts.rules.reminders import DEFAULT_REMINDERS, ReminderPolicy, escalates, reminders, wording
from cohorts.selectors.staff import inspectors_of, supervisors_of
from cohorts.services.messages import REVIEW
from iom.access.actor import SYSTEM
from iom.notifications.services import notify
from iom.working_days.selectors import calendar
from scoring.selectors.tab import ReviewsDue, reviews_due

_OWE = """
    INSERT INTO cohorts_tabreminder (unit_id, due_on, "offset", send_on, round_on)
    SELECT %(unit)s, %(due)s, owed.days, owed.send_on, %(on)s
    FROM unnest(%(days)s::int[], %(send)s::date[]) AS owed(days, send_on)
    ON CONFLICT DO NOTHING
    RETURNING "offset"
"""


@dataclass(frozen=True)
class TabChased:
    """One message of a round: which district, for which day, at which offset, to whom."""

    unit_code: str
    due_on: date
    entries: int
    offset: int
    escalated: bool
    user_ids: tuple[int, ...]


@transaction.atomic
def chase_reviews(*, on: date, at: datetime, policy: ReminderPolicy = DEFAULT_REMINDERS) -> list[TabChased]:
    """One round as at a day, in the service scope: what is owed by then and was not sent yet. Twice is once.

    The entries of a district that are due on one day are one message to its supervision. Offsets that a missed night
    left out are written down with the latest one and told of in one message.
    """
    sent: list[TabChased] = []
    for due in reviews_due(SYSTEM):
        offsets = _owe(due, on, policy)
        if not offsets:
            continue
        supervision = supervisors_of(due.unit.pk, on=on)
        sent.append(_send(due, max(offsets), supervision, escalated=False, at=at))
        if any(escalates(offset, policy) for offset in offsets):
            inspectors = inspectors_of(due.unit.pk, on=on)
            sent.append(_send(due, max(offsets), inspectors, escalated=True, at=at))
    return sent


def _owe(due: ReviewsDue, on: date, policy: ReminderPolicy) -> list[int]:
    """Write what is owed by a day in one statement; the offsets that nobody had written before."""
    owed = [
        one
        for one in reminders(due.due_on, until=on, calendar=calendar(), policy=policy)
        if one.send_on > due.waiting_since
    ]
    if not owed:
        return []
    values: dict[str, Any] = {
        "unit": due.unit.pk,
        "due": due.due_on,
        "on": on,
        "days": [one.offset for one in owed],
        "send": [one.send_on for one in owed],
    }
    with connection.cursor() as cursor:
        cursor.execute(_OWE, values)
        return [offset for (offset,) in cursor.fetchall()]


def _send(due: ReviewsDue, offset: int, user_ids: list[int], *, escalated: bool, at: datetime) -> TabChased:
    """What is due today goes by e-mail at once, the rest in the daily digest. Names a district, never a person."""
    told = sorted(set(user_ids))
    people = "1 person" if due.entries == 1 else f"{due.entries} people"
    for user_id in told:
        notify(
            user_id,
            key=f"tab:{due.unit.pk}:{due.due_on}:{offset}{':escalated' if escalated else ''}",
            kind=REVIEW,
            subject=f"{'Escalated: ' if escalated else ''}Review the emerging-threat tab: {wording(offset)}",
            body=(
                f"{due.unit.name}: the next review of {people} is due by {due.due_on:%-d %B %Y}."
                " Each of them is reviewed at least twice in any seven days."
            ),
            url=f"/emerging/{due.unit.code}/",
            due_on=due.due_on if offset <= 0 else None,
            at=at,
        )
    return TabChased(due.unit.code, due.due_on, due.entries, offset, escalated, tuple(told))
