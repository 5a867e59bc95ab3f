"""What else must happen when the calendar changes, registered by the apps that keep due dates."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from iom.working_days.rules import Calendar


@dataclass(frozen=True, slots=True)
class CalendarChange:
    """The calendar before and after, the days it gained, who changed it and why."""

    before: Calendar
    after: Calendar
    gained: frozenset[date]
    by_id: int | None
    at: datetime
    reason: str


Listener = Callable[[CalendarChange], None]
_listeners: list[Listener] = []


def when_calendar_changes(listener: Listener) -> None:
    """Register once, from an app's `ready()`; it is called in the transaction of the change."""
    if listener not in _listeners:
        _listeners.append(listener)


def listeners() -> tuple[Listener, ...]:
    return tuple(_listeners)
