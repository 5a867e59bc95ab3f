"""The emerging-threat tab in figures: who was on it, when they were reviewed, and whether that was enough (CMP-1)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import DateField, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate

from iom.kernel.clock import LONDON
from iom.persons.permissions import visible_to as persons_visible_to
from iom.working_days.review_windows import Reading, Stay, Verdict, next_review_due
from iom.working_days.rules import Calendar
from iom.working_days.selectors import calendar
from reports.compliance.facts import Question
from reports.compliance.figures import District, ReadingFigures, TabFigures, added
from reports.compliance.windows import WindowCount, WindowCounter
from scoring.models import ThreatAlert, ThreatReview


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


def alerts(asked: Question) -> "QuerySet[ThreatAlert, ThreatAlert]":
    """Every entry that was on the tab of the districts on some day of the period, as known at the end of `on`."""
    closed_on = TruncDate("closed_at", tzinfo=LONDON, output_field=DateField())
    rows = ThreatAlert.objects.annotate(closed_on=closed_on).filter(
        Q(closed_on__isnull=True) | Q(closed_on__gte=asked.from_on),
        unit__in=asked.unit_ids,
        opened_on__lte=min(asked.to_on, asked.on),
    )
    if not asked.actor.force_wide:
        rows = rows.filter(person__in=persons_visible_to(asked.actor))
    return rows


def entries(asked: Question) -> Iterator[Entry]:
    """The entries of the period, oldest first, each judged; the same for counting and for listing."""
    days = calendar()
    period = {"from_on": asked.from_on, "to_on": asked.to_on, "on": asked.on}
    by_calendar = WindowCounter(Reading.CALENDAR, days, **period)
    by_working_days = WindowCounter(Reading.WORKING, days, **period)
    rows = (
        alerts(asked)
        .order_by("opened_on", "id")
        .annotate(review_days=_review_days(asked.on))
        .values_list("id", "person_id", "unit_id", "opened_on", "closed_on", "review_days")
    )
    for alert_id, person_id, unit_id, opened_on, closed_on, review_days in rows:
        if closed_on is not None and closed_on > asked.on:
            closed_on = None
        reviewed_on = tuple(review_days)
        stay = Stay(opened_on, closed_on)
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


def _review_days(on: date) -> ArraySubquery:
    """The distinct local dates, in order, on which an entry had a qualifying review."""
    reviews = ThreatReview.objects.filter(alert=OuterRef("pk"), reviewed_on__lte=on)
    return ArraySubquery(reviews.order_by("reviewed_on").values("reviewed_on").distinct())


def figures(asked: Question) -> tuple[tuple[District, TabFigures], ...]:
    """Each district's tab in the period."""
    found: dict[int, list[Entry]] = {d.id: [] for d in asked.districts}
    for entry in entries(asked):
        found[entry.unit_id].append(entry)
    return tuple((d, added(_as_figures(e, asked.on) for e in found[d.id])) for d in asked.districts)


def _next_due(stay: Stay, reviewed_on: tuple[date, ...], days: Calendar) -> date | None:
    """By the strict reading, which reminders chase; nothing for who has left the tab."""
    if stay.last_on is not None:
        return None
    return next_review_due(Reading.CALENDAR, stay, reviewed_on, calendar=days)


def _as_figures(entry: Entry, on: date) -> TabFigures:
    return TabFigures(
        calendar=_as_reading(entry.calendar),
        working=_as_reading(entry.working),
        on_tab_now=int(entry.stay.last_on is None),
        overdue_now=int(entry.is_overdue(on)),
        next_due_on=entry.next_due_on,
    )


def _as_reading(count: WindowCount) -> ReadingFigures:
    verdict = count.verdict
    return ReadingFigures(
        kept=int(verdict is Verdict.KEPT),
        failed=int(verdict is Verdict.FAILED),
        not_judged=int(verdict is Verdict.NOT_JUDGED),
        windows=count.windows,
        windows_failed=count.failed,
    )
