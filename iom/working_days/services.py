"""Changing the calendar: the list that ships with the product, and days proclaimed later."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from iom.kernel.errors import Invalid
from iom.working_days.models import CalendarVersion, Holiday
from iom.working_days.published import CONFIRMED_UNTIL, SHIPPED_FROM, PublishedHoliday
from iom.working_days.registry import CalendarChange, listeners
from iom.working_days.rules import SATURDAY
from iom.working_days.selectors import calendar


@transaction.atomic
def load_published(published: Iterable[PublishedHoliday], *, at: datetime) -> int:
    """Bring in the shipped list: new days are added, expected ones confirmed; days added here stay.

    Returns how many days were new or newly confirmed. The first load makes the first version of the calendar; a
    later one makes a new version if it changed anything.
    """
    first_load = not _latest_versions_locked()
    before = None if first_load else calendar()
    known = {h.date: h for h in Holiday.objects.all()}
    new, confirmed = [], []
    for day in published:
        source = Holiday.Source.PUBLISHED if day.confirmed else Holiday.Source.EXPECTED
        held = known.get(day.on)
        if held is None:
            new.append(Holiday(date=day.on, title=day.title, source=source, added_at=at))
        elif held.source == Holiday.Source.EXPECTED and day.confirmed:
            confirmed.append(held.pk)
    Holiday.objects.bulk_create(new)
    Holiday.objects.filter(pk__in=confirmed).update(source=Holiday.Source.PUBLISHED)
    changes = len(new) + len(confirmed)
    if first_load or changes:
        _new_version(at=at, by_id=None, reason="Loaded the published list.", confirmed_until=CONFIRMED_UNTIL)
        if before:
            _tell(
                CalendarChange(before, calendar(), frozenset(h.date for h in new), None, at, "Published list")
            )
    return changes


@transaction.atomic
def add_holiday(day: date, title: str, *, by_id: int | None, reason: str, at: datetime) -> Holiday:
    """Add a day proclaimed or closed after the list was published; open deadlines move in the same transaction.

    Listeners of `iom.working_days.registry` move the deadlines, write the act to the audit and tell the owners; the
    caller has asked whether the person may change the calendar.
    """
    _latest_versions_locked()
    before = calendar()
    _refuse_wrong_input(before.holidays, day, title, reason)
    holiday = Holiday.objects.create(
        date=day,
        title=title.strip(),
        source=Holiday.Source.ADDED,
        added_by_id=by_id,
        added_at=at,
        note=reason.strip(),
    )
    _new_version(at=at, by_id=by_id, reason=f"Added {day.isoformat()} {title.strip()}: {reason.strip()}")
    _tell(CalendarChange(before, calendar(), frozenset({day}), by_id, at, reason.strip()))
    return holiday


@transaction.atomic
def set_day_0_counts(counts: bool, *, by_id: int | None, reason: str, at: datetime) -> CalendarVersion:
    """Whether the day of the act is the first of the working days; deadlines already set stay as they are."""
    _latest_versions_locked()
    return _new_version(at=at, by_id=by_id, reason=reason, day_0_counts=counts)


def _latest_versions_locked() -> list[CalendarVersion]:
    """Two changes of the calendar wait for each other at its latest version."""
    return list(CalendarVersion.objects.select_for_update().order_by("-number")[:1])


def _refuse_wrong_input(held: frozenset[date], day: date, title: str, reason: str) -> None:
    problems: dict[str, list[str]] = {}
    if day.weekday() >= SATURDAY:
        problems["date"] = ["Nobody works at the weekend: choose a Monday to Friday."]
    elif day in held:
        problems["date"] = ["This day is on the list already."]
    if not title.strip():
        problems["title"] = ["Say what the day is."]
    if not reason.strip():
        problems["reason"] = ["Say who decided it and where that is written."]
    if problems:
        raise Invalid(problems)


def _new_version(
    *,
    at: datetime,
    by_id: int | None,
    reason: str,
    confirmed_until: date | None = None,
    day_0_counts: bool | None = None,
) -> CalendarVersion:
    latest = CalendarVersion.objects.order_by("-number").first()
    return CalendarVersion.objects.create(
        number=(CalendarVersion.objects.aggregate(top=Max("number"))["top"] or 0) + 1,
        confirmed_from=latest.confirmed_from if latest else SHIPPED_FROM,
        confirmed_until=confirmed_until or (latest.confirmed_until if latest else CONFIRMED_UNTIL),
        day_0_counts=day_0_counts if day_0_counts is not None else bool(latest and latest.day_0_counts),
        made_at=at,
        made_by_id=by_id,
        reason=reason,
    )


def _tell(change: CalendarChange) -> None:
    for listener in listeners():
        listener(change)
