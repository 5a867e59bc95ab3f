"""Working days of England and Wales and what follows from them (CMP-6). Plain values in, plain values out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
ONE_DAY = timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days nobody works besides Saturdays and Sundays, and the years for which that list is settled."""

    holidays: frozenset[date]
    confirmed_until: date
    version: str
    day_0_counts: bool = False
    confirmed_from: date = date.min

    def is_working_day(self, on: date) -> bool:
        return on.weekday() < SATURDAY and on not in self.holidays

    def is_provisional(self, *days: date) -> bool:
        """A date worked out from days outside the confirmed list may still move."""
        return max(days) > self.confirmed_until or min(days) < self.confirmed_from


@dataclass(frozen=True, slots=True)
class Due:
    """A due date, and whether it rests on holidays that are not yet confirmed."""

    on: date
    provisional: bool


class BeyondTheCalendar(ValueError):
    """The count runs past the first or the last date there is."""


def _plain(day: date) -> date:
    if isinstance(day, datetime):
        raise TypeError("A working day is a date: turn the moment into a local date first (local_date).")
    return day


def working_days_from(calendar: Calendar, day: date, *, backwards: bool = False) -> Iterator[date]:
    """Every working day strictly after (or before) a day, nearest first."""
    step = -ONE_DAY if backwards else ONE_DAY
    current = _plain(day)
    while True:
        try:
            current += step
        except OverflowError as error:
            raise BeyondTheCalendar(f"There is no such date that far from {day.isoformat()}.") from error
        if calendar.is_working_day(current):
            yield current


def add(calendar: Calendar, day: date, n: int) -> date:
    """The n-th working day strictly after a day; strictly before it for a negative n; the day itself for 0."""
    if n == 0:
        return _plain(day)
    days = working_days_from(calendar, day, backwards=n < 0)
    for _ in range(abs(n) - 1):
        next(days)
    return next(days)


def due_after(calendar: Calendar, day_0: date, n: int) -> Due:
    """When something owed within n working days of an act on day 0 is due (CMP-2, CMP-3).

    Day 0 does not count unless the deployment says so, and then only where it is a working day itself.
    """
    if n < 1:
        raise ValueError("A deadline is at least one working day after its act.")
    counted = calendar.day_0_counts and calendar.is_working_day(_plain(day_0))
    on = add(calendar, day_0, n - 1 if counted else n)
    return Due(on, calendar.is_provisional(day_0, on))


def count(calendar: Calendar, after: date, until: date) -> int:
    """How many working days lie after one date up to and with another; negative when `until` is the earlier."""
    if until < after:
        return -count(calendar, until, after)
    days = (_plain(until) - _plain(after)).days
    return sum(calendar.is_working_day(after + timedelta(days=i)) for i in range(1, days + 1))


def on_or_before(calendar: Calendar, day: date) -> date:
    """The day itself when it is worked, otherwise the working day before it."""
    return day if calendar.is_working_day(_plain(day)) else add(calendar, day, -1)


def months_before(day: date, months: int, calendar: Calendar) -> Due:
    """Calendar months before a day, clipped to the month's end; not a working day: the working day before."""
    index = _plain(day).year * 12 + day.month - 1 - months
    if not 12 <= index < (date.max.year + 1) * 12:
        raise BeyondTheCalendar(f"There is no such date that far from {day.isoformat()}.")
    year, month = divmod(index, 12)
    target = min(date(year, month + 1, 1) + timedelta(days=day.day - 1), last_day_of_month(year, month + 1))
    on = on_or_before(calendar, target)
    return Due(on, calendar.is_provisional(on, target))


def last_day_of_month(year: int, month: int) -> date:
    return date(year, 12, 31) if month == 12 else date(year, month + 1, 1) - ONE_DAY


def last_working_day_of_month(calendar: Calendar, year: int, month: int) -> Due:
    """When the monthly audit of tags is due (CMP-5)."""
    last = last_day_of_month(year, month)
    on = on_or_before(calendar, last)
    return Due(on, calendar.is_provisional(on, last))


def local_date(at: datetime) -> date:
    """The date in London at a moment; a moment without a time zone is refused."""
    return _aware(at).astimezone(LONDON).date()


def due_until(due_on: date) -> datetime:
    """The moment, in UTC, at which the London day of the due date has ended."""
    return datetime.combine(_plain(due_on) + ONE_DAY, time.min, LONDON).astimezone(UTC)


def done_in_time(due_on: date, done_at: datetime) -> bool:
    """Done in time means before midnight in London that ends the due day."""
    return _aware(done_at) < due_until(due_on)


def is_overdue(due_on: date, on: date) -> bool:
    """Worked out when read, never stored, so that a missed night cannot make it wrong."""
    return _plain(on) > _plain(due_on)


def _aware(at: datetime) -> datetime:
    if at.utcoffset() is None:
        raise ValueError("A moment needs its time zone.")
    return at
