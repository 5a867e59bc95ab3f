"""Reminding of deadlines: each offset once, late ones late and as one message (CMP-7)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from cohorts.models import Deadline
from cohorts.rules.reminders import DEFAULT_REMINDERS, ReminderPolicy, escalates, reminders, wording
from cohorts.selectors.staff import inspectors_of, supervisors_of
from cohorts.services.messages import DEADLINE, case_url
from iom.notifications.services import notify
from iom.working_days.rules import add
from iom.working_days.selectors import calendar

# A duty that was fulfilled or ended since is not chased, whatever the date of the round.
_OWE = """
    INSERT INTO cohorts_reminder (deadline_id, due_on, "offset", send_on, round_on)
    SELECT d.id, d.due_on, owed.days, owed.send_on, %(on)s
    FROM cohorts_deadline d
    JOIN unnest(%(due)s::date[], %(days)s::int[], %(send)s::date[]) AS owed(due_on, days, send_on)
      ON owed.due_on = d.due_on
    WHERE d.met_on IS NULL AND d.stopped_on IS NULL AND owed.send_on > d.started_on
    ON CONFLICT DO NOTHING
    RETURNING deadline_id, "offset"
"""


@dataclass(frozen=True)
class Chased:
    """One message of a round: which deadline, at which offset, to whom, and whether to the inspector."""

    deadline_id: int
    case_id: int
    kind: str
    due_on: date
    offset: int
    escalated: bool
    user_ids: tuple[int, ...]


@transaction.atomic
def chase(*, on: date, at: datetime, policy: ReminderPolicy = DEFAULT_REMINDERS) -> list[Chased]:
    """One round of reminders as at a day: what is owed by then and was not sent yet. Twice is the same as once.

    Runs in the service scope. Offsets that a missed night left out are written down with the latest one and told of
    in one message. A deadline whose owner is not named goes to the supervision of its unit.
    """
    offsets = _owe(on, policy)
    rows = Deadline.objects.select_related("case").filter(pk__in=offsets).order_by("due_on", "pk")
    sent: list[Chased] = []
    for deadline in rows:
        mine = offsets[deadline.pk]
        owners = [deadline.owner_id] if deadline.owner_id else supervisors_of(deadline.case.unit_id, on=on)
        sent.append(_send(deadline, max(mine), owners, escalated=False, at=at))
        if any(escalates(offset, policy) for offset in mine):
            inspectors = inspectors_of(deadline.case.unit_id, on=on)
            sent.append(_send(deadline, max(mine), inspectors, escalated=True, at=at))
    return sent


def _owe(on: date, policy: ReminderPolicy) -> dict[int, list[int]]:
    """Write the reminders owed by a day in one statement; the new ones, by deadline."""
    days = calendar()
    latest = add(days, on, -min(*policy.before, 0))
    unmet = Deadline.objects.filter(met_on__isnull=True, stopped_on__isnull=True, due_on__lte=latest)
    due_dates = list(unmet.order_by("due_on").values_list("due_on", flat=True).distinct())
    owed = [
        (due, r.offset, r.send_on)
        for due in due_dates
        for r in reminders(due, until=on, calendar=days, policy=policy)
    ]
    new: dict[int, list[int]] = defaultdict(list)
    if not owed:
        return new
    due, offsets, send = (list(column) for column in zip(*owed, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(_OWE, {"on": on, "due": due, "days": offsets, "send": send})
        for deadline_id, offset in cursor.fetchall():
            new[deadline_id].append(offset)
    return new


def _send(
    deadline: Deadline, offset: int, user_ids: Sequence[int], *, escalated: bool, at: datetime
) -> Chased:
    """Owe the message; what is due today goes by e-mail at once, the rest in the daily digest."""
    told = sorted(set(user_ids))
    words = wording(offset)
    for user_id in told:
        notify(
            user_id,
            key=f"deadline:{deadline.pk}:{deadline.due_on}:{offset}{':escalated' if escalated else ''}",
            kind=DEADLINE,
            subject=f"{'Escalated: ' if escalated else ''}{deadline.words}: {words}",
            body=f"Due on {deadline.due_on:%-d %B %Y}. {deadline.clause}.",
            url=case_url(deadline.case),
            due_on=deadline.due_on if offset <= 0 else None,
            person_id=deadline.case.person_id,
            at=at,
        )
    return Chased(
        deadline.pk, deadline.case_id, deadline.kind, deadline.due_on, offset, escalated, tuple(told)
    )
