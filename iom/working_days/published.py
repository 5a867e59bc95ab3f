"""The bank holidays of England and Wales, read offline from the `holidays` package."""

from dataclasses import dataclass
from datetime import date

from holidays import country_holidays

SHIPPED_FROM = date(2000, 1, 1)
CONFIRMED_UNTIL = date(2028, 12, 31)
EXPECTED_UNTIL = date(2045, 12, 31)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class PublishedHoliday:
    on: date
    title: str
    confirmed: bool


def published_holidays(first: date = SHIPPED_FROM, last: date = EXPECTED_UNTIL) -> list[PublishedHoliday]:
    """The weekdays nobody works, as the government lists them: a substitute day stands for its weekend day.

    Those after the confirmed year follow the standing rules and may still be moved.
    """
    listed = country_holidays("GB", subdiv="ENG", years=range(first.year, last.year + 1))
    return [
        PublishedHoliday(day, title.replace("(observed)", "(substitute day)"), day <= CONFIRMED_UNTIL)
        for day, title in sorted(listed.items())
        if first <= day <= last and day.weekday() < SATURDAY
    ]
