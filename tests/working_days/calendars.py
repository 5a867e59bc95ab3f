"""The bank holidays of England and Wales by the standing rules and the proclamations, written independently."""

from datetime import date, timedelta

from iom.working_days.published import CONFIRMED_UNTIL, published_holidays
from iom.working_days.rules import Calendar

MONDAY = 0
PROCLAIMED = [date(2012, 6, 5), date(2022, 6, 3), date(2022, 9, 19), date(2023, 5, 8)]
MOVED = {
    date(2012, 5, 28): date(2012, 6, 4),
    date(2020, 5, 4): date(2020, 5, 8),
    date(2022, 5, 30): date(2022, 6, 2),
}


def easter(year: int) -> date:
    """Meeus, Jones and Butcher."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    r = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * r) // 451
    month, day = divmod(h + r - 7 * m + 114, 31)
    return date(year, month, day + 1)


def monday_on_or_after(day: date) -> date:
    return day + timedelta(days=(MONDAY - day.weekday()) % 7)


def statutory_holidays(year: int) -> set[date]:
    new_year = date(year, 1, 1)
    if new_year.weekday() > 4:
        new_year = monday_on_or_after(new_year)
    christmas, boxing = date(year, 12, 25), date(year, 12, 26)
    days_off = {christmas, boxing}
    if christmas.weekday() == 4:  # Boxing Day on a Saturday
        days_off = {christmas, date(year, 12, 28)}
    elif christmas.weekday() == 5:
        days_off = {date(year, 12, 27), date(year, 12, 28)}
    elif christmas.weekday() == 6:
        days_off = {boxing, date(year, 12, 27)}
    days = {
        new_year,
        easter(year) - timedelta(days=2),
        easter(year) + timedelta(days=1),
        monday_on_or_after(date(year, 5, 1)),
        monday_on_or_after(date(year, 5, 25)),
        monday_on_or_after(date(year, 8, 25)),
    } | days_off
    return {MOVED.get(day, day) for day in days} | {day for day in PROCLAIMED if day.year == year}


def shipped_calendar(*, without: frozenset[date] = frozenset(), day_0_counts: bool = False) -> Calendar:
    days = frozenset(h.on for h in published_holidays())
    return Calendar(days - without, CONFIRMED_UNTIL, "shipped", day_0_counts)
