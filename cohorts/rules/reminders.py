"""When a deadline is chased, and whom (CMP-7)."""

from dataclasses import dataclass
from datetime import date

from iom.working_days.rules import Calendar, add


@dataclass(frozen=True)
class ReminderPolicy:
    """Offsets in working days from the due date, 0 being the day itself; a negative one lies before it."""

    before: tuple[int, ...] = (-3, -1, 0)
    first_after: int = 1
    then_every: int = 2
    escalate_after: int = 1


DEFAULT_REMINDERS = ReminderPolicy()


@dataclass(frozen=True)
class DueReminder:
    """One message owed: its offset from the due date and the day on which it is owed."""

    offset: int
    send_on: date


def reminders(
    due_on: date, *, until: date, calendar: Calendar, policy: ReminderPolicy = DEFAULT_REMINDERS
) -> tuple[DueReminder, ...]:
    """Every message a deadline that is still open owes up to and including the day `until`, oldest first."""
    owed = [DueReminder(n, add(calendar, due_on, n)) for n in policy.before]
    if until > due_on:
        offset = policy.first_after
        day = add(calendar, due_on, offset)
        while day <= until:
            owed.append(DueReminder(offset, day))
            offset += policy.then_every
            day = add(calendar, day, policy.then_every)
    return tuple(r for r in owed if r.send_on <= until)


def escalates(offset: int, policy: ReminderPolicy = DEFAULT_REMINDERS) -> bool:
    """Whether this message goes to the inspector as well as to the owner."""
    return offset == policy.escalate_after


def wording(offset: int) -> str:
    """Words such as "3 working days left", "due today", "1 working day overdue"."""
    if offset == 0:
        return "due today"
    days = f"{abs(offset)} working day{'' if abs(offset) == 1 else 's'}"
    return f"{days} left" if offset < 0 else f"{days} overdue"
