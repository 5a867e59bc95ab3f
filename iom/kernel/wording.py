"""How dates, times and points are said, on pages, in the PDF and in error messages."""

from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.dateparse import parse_date

from iom.kernel.clock import LONDON


def date_uk(value: Any) -> str:
    """30 June 2026; a moment is shown as its date in London."""
    if isinstance(value, str):
        value = parse_date(value)
    if isinstance(value, datetime):
        value = value.astimezone(LONDON) if value.tzinfo else value
    return f"{value.day} {value:%B %Y}" if isinstance(value, date) else ""


def time_uk(value: Any) -> str:
    """3:49am, midday, midnight, in London."""
    if isinstance(value, datetime):
        value = (value.astimezone(LONDON) if value.tzinfo else value).time()
    if not isinstance(value, time):
        return ""
    if (value.hour, value.minute) in {(0, 0), (12, 0)}:
        return "midday" if value.hour else "midnight"
    minutes = f":{value.minute:02d}" if value.minute else ""
    return f"{value.hour % 12 or 12}{minutes}{'am' if value.hour < 12 else 'pm'}"


def datetime_uk(value: Any) -> str:
    """30 June 2026 at 3:49am."""
    return f"{date_uk(value)} at {time_uk(value)}" if isinstance(value, datetime) else date_uk(value)


def points(value: Any) -> str:
    """Score points to two places: whole numbers are hundredths (8553), decimals are points (85.53)."""
    if value is None or value == "":
        return ""
    exact = Decimal(value) / 100 if isinstance(value, int) else Decimal(str(value))
    return f"{exact.quantize(Decimal('0.01'), rounding=ROUND_HALF_UP):,}"
