"""Ages and months as the published code counts them."""

from calendar import monthrange
from datetime import date


def completed_years(born_on: date, day: date) -> int:
    """Age in completed years; somebody born on 29 February turns on 1 March of a common year."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def whole_months(first: date, last: date) -> int:
    """Whole months between two days, none when the second is the earlier one."""
    months = (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)
    return max(months, 0)


def months_later(day: date, months: int) -> date:
    """The same day so many months on, or the last of that month."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
