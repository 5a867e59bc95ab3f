"""The emerging-threat tab in figures: who was on it, when they were reviewed, and whether that was enough (CMP-1)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import DateField, Q, QuerySet, Value
from django.db.models.functions import TruncDate

from iom.kernel.clock import LONDON
from iom.working_days.review_windows import Reading, Stay, Verdict, next_review_due
from iom.working_days.rules import Calendar
from iom.working_days.selectors import calendar
from reports.compliance.facts import Question
from reports.compliance.figures import District, ReadingFigures, TabFigures
from reports.compliance.windows import WindowCount, WindowCounter
from scoring.permissions import alerts_visible_to


@dataclass(frozen=True, slots=True)
class Entry:
    """One person's entry on the tab for one score model, judged by both readings over the period."""

    alert_id: int
    person_id: int
    unit_id: int
    stay: Stay
    reviewed_on: tuple[date, ...]
    calendar: WindowCount
    working: WindowCount
    next_due_on: date | None

    def by(self, reading: Reading) -> WindowCount:
        return self.calendar if reading is Reading.CALENDAR else self.working

    def is_overdue(self, on: date) -> bool:
        return self.next_due_on is not None and self.next_due_on < on


def alerts(asked: Question) -> "QuerySet[Any, Any]":
    """Every entry that was on the tab of the districts on some day of the period, as known at the end of `on`."""
    closed_on = TruncDate("closed_at", tzinfo=LONDON, output_field=DateField())
    return (
        alerts_visible_to(asked.actor)
        .annotate(closed_on=closed_on)
        .filter(
            Q(closed_on__isnull=True) | Q(closed_on__gte=asked.from_on),
            unit__in=asked.unit_ids,
            opened_on__lte=min(asked.to_on, asked.on),
        )
    )


def entries(asked: Question) -> Iterator[Entry]:
    """The entries of the period, oldest first, each judged; the same for counting and for listing.

    A review is an outcome with a rationale; its day is known from the day `on` at the latest.
    """
    days = calendar()
    by_calendar, by_working_days = (
        WindowCounter(reading, days, from_on=asked.from_on, to_on=asked.to_on, on=asked.on)
        for reading in (Reading.CALENDAR, Reading.WORKING)
    )
    known = Q(reviews__reviewed_on__lte=asked.on)
    rows = (
        alerts(asked)
        .order_by("opened_on", "id")
        .values_list("id", "person_id", "unit_id", "opened_on", "closed_on")
        .annotate(review_days=ArrayAgg("reviews__reviewed_on", filter=known, default=Value([])))
    )
    for alert_id, person_id, unit_id, opened_on, closed_on, review_days in rows:
        stay = Stay(opened_on, closed_on if closed_on and closed_on <= asked.on else None)
        reviewed_on = tuple(sorted(set(review_days)))
        yield Entry(
            alert_id,
            person_id,
            unit_id,
            stay,
            reviewed_on,
            by_calendar.count(stay, reviewed_on),
            by_working_days.count(stay, reviewed_on),
            _next_due(stay, reviewed_on, days),
        )


def figures(asked: Question) -> tuple[tuple[District, TabFigures], ...]:
    """Each district's tab in the period."""
    found: dict[int, list[Entry]] = {d.id: [] for d in asked.districts}
    for entry in entries(asked):
        found[entry.unit_id].append(entry)
    return tuple((d, _as_figures(found[d.id], asked.on)) for d in asked.districts)


def _next_due(stay: Stay, reviewed_on: tuple[date, ...], days: Calendar) -> date | None:
    """By the strict reading, which reminders chase; nothing for who has left the tab."""
    if stay.last_on is not None:
        return None
    return next_review_due(Reading.CALENDAR, stay, reviewed_on, calendar=days)


def _as_figures(found: list[Entry], on: date) -> TabFigures:
    return TabFigures(
        calendar=as_reading([e.calendar for e in found]),
        working=as_reading([e.working for e in found]),
        on_tab_now=sum(e.stay.last_on is None for e in found),
        overdue_now=sum(e.is_overdue(on) for e in found),
        next_due_on=min((e.next_due_on for e in found if e.next_due_on), default=None),
    )


def as_reading(found: list[WindowCount]) -> ReadingFigures:
    """Counts of windows as people by verdict."""
    verdicts = Counter(count.verdict for count in found)
    return ReadingFigures(
        kept=verdicts[Verdict.KEPT],
        failed=verdicts[Verdict.FAILED],
        not_judged=verdicts[Verdict.NOT_JUDGED],
        windows=sum(count.windows for count in found),
        windows_failed=sum(count.failed for count in found),
    )
