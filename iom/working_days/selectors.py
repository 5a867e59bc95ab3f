"""The calendar that every due date is worked out by."""

from datetime import date, timedelta
from functools import lru_cache

from django.db.models import QuerySet

from iom.kernel.errors import Refused
from iom.working_days.models import CalendarVersion, Holiday
from iom.working_days.rules import Calendar

WARN_BEFORE_END = timedelta(days=365)


def latest_calendar() -> QuerySet[CalendarVersion]:
    """The version in force, to be read together with others."""
    return CalendarVersion.objects.order_by("-number")[:1]


def calendar(latest: QuerySet[CalendarVersion] | None = None) -> Calendar:
    """The calendar in force: one query; the list of days is read again only when its version changes.

    `latest`: the `latest_calendar`, where it has been read already.
    """
    version = next(iter(latest_calendar() if latest is None else latest), None)
    if version is None:
        raise Refused("The list of bank holidays is empty. Run `manage.py migrate` to load it.")
    return Calendar(
        holidays=_holidays_of(version.pk),
        confirmed_until=version.confirmed_until,
        version=str(version),
        day_0_counts=version.day_0_counts,
        confirmed_from=version.confirmed_from,
    )


@lru_cache(maxsize=4)
def _holidays_of(version_id: int) -> frozenset[date]:
    return frozenset(Holiday.objects.values_list("date", flat=True))


def horizon_warning(on: date) -> str:
    """A sentence when the confirmed list ends within a year of a day, otherwise nothing."""
    until = calendar().confirmed_until
    if until - on > WARN_BEFORE_END:
        return ""
    return (
        f"The confirmed list of bank holidays ends on {until.isoformat()}. Deadlines after it are provisional. "
        "Install a newer version of the holidays package and run `manage.py migrate`."
    )
