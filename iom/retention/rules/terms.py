"""By when a person who asks what is held about them must be answered (Data Protection Act 2018, section 54)."""

from datetime import date, timedelta

from iom.retention.rules.schedule import AccessTerms
from iom.working_days.rules import Calendar, last_day_of_month, working_days_from

DAY_OF_RECEIPT, DAY_AFTER = "day_of_receipt", "day_after"


def add_months(day: date, months: int) -> date:
    """The corresponding date some months later, or that month's last day where it has none."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = last_day_of_month(year, month + 1)
    return last if day.day > last.day else last.replace(day=day.day)


def runs_from(
    received_on: date, identity_asked_on: date | None, identity_proved_on: date | None
) -> date | None:
    """The day the time runs from: receipt, or the proof of identity where that was asked for; None while it is owed."""
    if identity_asked_on is None:
        return received_on
    return max(received_on, identity_proved_on) if identity_proved_on else None


def due_on(terms: AccessTerms, from_on: date, calendar: Calendar | None, *, extended: bool = False) -> date:
    """The last day for the answer. With no calendar a weekend or holiday changes nothing."""
    begins = from_on + timedelta(days=1) if terms.begins == DAY_AFTER else from_on
    due = add_months(begins, terms.months + (terms.extension_months if extended else 0))
    if terms.next_working_day and calendar is not None and not calendar.is_working_day(due):
        return next(working_days_from(calendar, due))
    return due


def may_extend(first_due_on: date, on: date, *, already: bool) -> str:
    """Why the time cannot be extended; empty when it can."""
    if already:
        return "The time was extended already: the law allows it once."
    if on > first_due_on:
        return "The notice of an extension must be given within the first month."
    return ""
