"""Which nights are owed, when work is handed out again, and when it is given up. No database, no clock."""

from datetime import date, datetime, time, timedelta

from iom.working_days.rules import LONDON

TICK = "tick"
NIGHT_STARTS = time(2, 0)
CATCH_UP_NIGHTS = 14
MAX_ATTEMPTS = 5
HAND_OUT_AGAIN_AFTER = timedelta(seconds=150)
HANDED_OUT_AT_MOST = 200
SILENT_AFTER = timedelta(minutes=3)
ONE_DAY = timedelta(days=1)


def night_due(at: datetime) -> date:
    """The night whose work may begin: today's from two in the morning in London, before that yesterday's."""
    local = at.astimezone(LONDON)
    return local.date() if local.time() >= NIGHT_STARTS else local.date() - ONE_DAY


def nights_owed(last_run: date | None, at: datetime) -> list[date]:
    """Every night since the last run, oldest first, the latest 14 at most; the first run ever owes one night."""
    due = night_due(at)
    if last_run is None:
        return [due]
    first = max(last_run + ONE_DAY, due - (CATCH_UP_NIGHTS - 1) * ONE_DAY)
    return [first + i * ONE_DAY for i in range((due - first).days + 1)]


def is_silent(last_tick_at: datetime | None, at: datetime) -> bool:
    """Whether the workers have not been heard of for longer than a few ticks."""
    return last_tick_at is None or at - last_tick_at > SILENT_AFTER
