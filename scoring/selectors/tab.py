"""The emerging-threat tab of a district with its review clock (SCO-5, CMP-1)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Prefetch, QuerySet

from iom.access.actor import Actor
from iom.agencies.models import Unit
from iom.agencies.rules import UnitKind
from iom.kernel.errors import NotFound
from iom.kernel.together import read_together
from iom.working_days.review_windows import Reading, Stay, Verdict, judge, next_review_due
from iom.working_days.rules import Calendar
from iom.working_days.selectors import calendar
from scoring.models import ThreatAlert, ThreatReview
from scoring.rules.second_opinion import SecondOpinion
from scoring.selectors.alerts import AlertRow, alert_rows, events_behind, open_alerts, open_on_tabs
from scoring.selectors.second_opinion import second_opinions, versions_of


@dataclass(frozen=True)
class TabEntry:
    """One entry of the tab: why it is there, its reviews, when the next is due, and how both readings judge it."""

    alert: AlertRow
    reviews: tuple[ThreatReview, ...]
    next_due_on: date
    calendar: Verdict
    working: Verdict
    opinion: SecondOpinion

    def overdue(self, on: date) -> bool:
        return self.next_due_on < on


@dataclass(frozen=True)
class Standing:
    """Somebody on the tab as far as the order of the tab needs it."""

    alert_id: int
    opened_on: date
    jump: int
    reviewed_on: tuple[date, ...]
    next_due_on: date


@dataclass(frozen=True)
class Standings:
    """Everybody on a district's tab today, the most pressing review first, then the greatest rise."""

    unit: Unit
    order: tuple[Standing, ...]
    calendar: Calendar
    on: date

    @property
    def next_due_on(self) -> date | None:
        """The latest day for the next review of anybody on the tab."""
        return min((one.next_due_on for one in self.order), default=None)

    @property
    def overdue(self) -> int:
        return sum(one.next_due_on < self.on for one in self.order)


@dataclass(frozen=True)
class Tab:
    """A district's tab today, or a page of it, the most pressing review first."""

    unit: Unit
    entries: tuple[TabEntry, ...]
    on: date


def tabs_for(actor: Actor) -> QuerySet[Unit]:
    """The units whose tab the reader may open, by name."""
    return Unit.objects.filter(pk__in=actor.unit_ids).exclude(kind=UnitKind.FORCE).order_by("kind", "name")


def tabs_of(actor: Actor) -> list[Unit]:
    """The same as a list."""
    return list(tabs_for(actor))


def unit_of(tabs: Iterable[Unit], code: str) -> Unit:
    """The unit of one of these tabs, or NotFound."""
    unit = next((unit for unit in tabs if unit.code == code), None)
    if unit is None:
        raise NotFound
    return unit


def standings(actor: Actor, unit: Unit, *, on: date, days: Calendar | None = None) -> Standings:
    """Who stands on the unit's tab of those whom the actor may see; nothing is read but what their order needs."""
    days = days or calendar()
    reviewed = ThreatReview.objects.filter(alert=OuterRef("pk")).order_by("-reviewed_at")
    rows = open_on_tabs(actor).filter(unit=unit).annotate(days=ArraySubquery(reviewed.values("reviewed_on")))
    due: dict[tuple[date, tuple[date, ...]], date] = {}
    order = []
    for alert_id, opened_on, jump, dates in rows.values_list("pk", "opened_on", "jump", "days"):
        known = (opened_on, tuple(dates))
        if known not in due:
            due[known] = next_review_due(Reading.CALENDAR, Stay(opened_on), dates, calendar=days)
        order.append(Standing(alert_id, opened_on, jump, known[1], due[known]))
    order.sort(key=lambda one: (one.next_due_on, -one.jump, one.alert_id))
    return Standings(unit, tuple(order), days, on)


def tab(
    actor: Actor,
    unit: Unit,
    *,
    on: date,
    all_of: Standings | None = None,
    page: Sequence[Standing] | None = None,
) -> Tab:
    """Everybody on the unit's tab whom the actor may see, or those of one page of its standings."""
    all_of = all_of or standings(actor, unit, on=on)
    order = all_of.order if page is None else page
    ids = [one.alert_id for one in order]
    found = open_alerts(actor, unit_ids=[unit.pk]).filter(pk__in=ids)
    reviewed = ThreatReview.objects.filter(alert__in=ids).select_related("by").order_by("-reviewed_at")
    read_together(found, reviewed)
    reviews: dict[int, list[ThreatReview]] = defaultdict(list)
    for review in reviewed:
        reviews[review.alert_id].append(review)
    versions, behind = versions_of(found), events_behind(actor, found)
    read_together(versions, behind)
    opinions = second_opinions(actor, found, versions)
    rows = {row.id: row for row in alert_rows(actor, found, behind)}
    entries = [
        _entry(rows[one.alert_id], reviews[one.alert_id], opinions[one.alert_id], one, all_of)
        for one in order
        if one.alert_id in rows
    ]
    return Tab(unit=unit, entries=tuple(entries), on=on)


def _entry(
    row: AlertRow, reviews: Sequence[ThreatReview], opinion: SecondOpinion, one: Standing, all_of: Standings
) -> TabEntry:
    stay, dates, days = Stay(one.opened_on), one.reviewed_on, all_of.calendar
    return TabEntry(
        alert=row,
        reviews=tuple(reviews),
        next_due_on=one.next_due_on,
        calendar=judge(Reading.CALENDAR, stay, dates, on=all_of.on, calendar=days).verdict,
        working=judge(Reading.WORKING, stay, dates, on=all_of.on, calendar=days).verdict,
        opinion=opinion,
    )


@dataclass(frozen=True)
class ReviewsDue:
    """The entries of one district's tab whose next review is due on one day, for those who chase it."""

    unit: Unit
    due_on: date
    entries: int
    # The day from which the first of them has waited for this review: no reminder is owed before it.
    waiting_since: date


def reviews_due(actor: Actor) -> list[ReviewsDue]:
    """Every open entry by district and by the day its next review is due, soonest first (CMP-1)."""
    days = calendar()
    alerts = open_alerts(actor).prefetch_related(
        Prefetch("reviews", ThreatReview.objects.order_by("reviewed_on"))
    )
    groups: dict[tuple[int, date], list[ThreatAlert]] = {}
    for alert in alerts:
        dates = [review.reviewed_on for review in alert.reviews.all()]
        due_on = next_review_due(Reading.CALENDAR, Stay(alert.opened_on), dates, calendar=days)
        groups.setdefault((alert.unit_id, due_on), []).append(alert)
    found = [
        ReviewsDue(group[0].unit, due_on, len(group), min(_waiting_since(alert) for alert in group))
        for (_, due_on), group in groups.items()
    ]
    return sorted(found, key=lambda one: (one.due_on, one.unit.pk))


def _waiting_since(alert: ThreatAlert) -> date:
    return max([alert.opened_on, *(review.reviewed_on for review in alert.reviews.all())])
