"""A district's emerging-threat tab week by week, by both readings of the policy (CMP-1)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, Value

from iom.working_days.review_windows import Reading, Session, Stay, session_occasions, tab_stays
from iom.working_days.rules import Calendar
from iom.working_days.selectors import calendar
from reports.compliance.facts import Question
from reports.compliance.figures import ReadingFigures
from reports.compliance.tab import alerts, as_reading
from reports.compliance.windows import WindowCount, WindowCounter

WEEK = timedelta(days=7)
ONE_DAY = timedelta(days=1)
LONGEST_WINDOW = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One entry of the tab: its stay and the days it was reviewed on."""

    alert_id: int
    stay: Stay
    reviewed_on: frozenset[date]

    def stands_on(self, day: date) -> bool:
        """Whether it is on the tab when the day ends: leaving it on a day is not being there at its end."""
        return self.stay.first_on <= day and (self.stay.last_on is None or day < self.stay.last_on)


@dataclass(frozen=True, slots=True)
class TabReading:
    """One reading of one week: people by verdict, and the windows of the tab as a whole."""

    people: ReadingFigures
    tab_windows: int
    tab_failed: int


@dataclass(frozen=True, slots=True)
class TabWeek:
    """One week, Monday to Sunday: a window belongs to the week in which its last day falls."""

    from_on: date
    to_on: date
    on_tab: int
    reviews: int
    sessions: int
    calendar: TabReading
    working: TabReading

    def of(self, reading: Reading) -> TabReading:
        return self.calendar if reading is Reading.CALENDAR else self.working


def tab_record(asked: Question) -> list[TabWeek]:
    """The weeks of the period, oldest first, as known on a day; one query, and the figures of the compliance report."""
    monday = asked.from_on - timedelta(days=asked.from_on.weekday())
    found, days = _entries(replace(asked, from_on=monday - LONGEST_WINDOW)), calendar()
    sessions = session_occasions(_sittings(found))
    stays = tab_stays(one.stay for one in found)
    weeks = []
    while monday <= asked.to_on:
        weeks.append(_week(found, stays, sessions, monday, asked.on, days))
        monday += WEEK
    return weeks


def _entries(asked: Question) -> list[Reviewed]:
    """Every entry of the period and longest window before it; what happened after the day `on` is not known."""
    known = Q(reviews__reviewed_on__lte=asked.on)
    rows = (
        alerts(asked)
        .order_by("opened_on", "id")
        .values_list("id", "opened_on", "closed_on")
        .annotate(review_days=ArrayAgg("reviews__reviewed_on", filter=known, default=Value([])))
    )
    return [
        Reviewed(
            alert_id, Stay(opened_on, closed_on if closed_on and closed_on <= asked.on else None),
            frozenset(review_days),
        )
        for alert_id, opened_on, closed_on, review_days in rows
    ]  # fmt: skip


def _sittings(found: Sequence[Reviewed]) -> list[Session]:
    """One for each day with a review: whom it covered, and who stood on the tab when the day ended."""
    return [
        Session(
            on=day,
            covered=frozenset(one.alert_id for one in found if day in one.reviewed_on),
            on_tab_at_end=frozenset(one.alert_id for one in found if one.stands_on(day)),
        )
        for day in sorted({day for one in found for day in one.reviewed_on})
    ]


def _week(
    found: Sequence[Reviewed],
    stays: Sequence[Stay],
    sessions: frozenset[date],
    monday: date,
    on: date,
    days: Calendar,
) -> TabWeek:
    sunday = monday + WEEK - ONE_DAY
    here = [
        one
        for one in found
        if one.stay.first_on <= min(sunday, on) and (one.stay.last_on is None or one.stay.last_on >= monday)
    ]
    readings = {}
    for reading in Reading:
        counter = WindowCounter(reading, days, from_on=monday, to_on=sunday, on=on)
        tab = [counter.count(stay, sessions) for stay in stays]
        readings[reading] = TabReading(
            people=as_reading([counter.count(one.stay, one.reviewed_on) for one in here]),
            tab_windows=_sum(tab).windows,
            tab_failed=_sum(tab).failed,
        )
    return TabWeek(
        from_on=monday,
        to_on=sunday,
        on_tab=len(here),
        reviews=sum(monday <= day <= sunday for one in here for day in one.reviewed_on),
        sessions=sum(monday <= day <= sunday for day in sessions),
        calendar=readings[Reading.CALENDAR],
        working=readings[Reading.WORKING],
    )


def _sum(counts: Sequence[WindowCount]) -> WindowCount:
    return WindowCount(sum(one.windows for one in counts), sum(one.failed for one in counts))
