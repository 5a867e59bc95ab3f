"""The emerging-threat tab of a district with its review clock (SCO-5, CMP-1)."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from iom.access.actor import Actor
from iom.agencies.models import Unit
from iom.agencies.rules import UnitKind
from iom.kernel.errors import NotFound
from iom.working_days.review_windows import Reading, Stay, Verdict, judge, next_review_due
from iom.working_days.selectors import calendar
from scoring.models import ThreatAlert, ThreatReview
from scoring.rules.second_opinion import SecondOpinion
from scoring.selectors.alerts import AlertRow, alert_rows, open_alerts
from scoring.selectors.second_opinion import second_opinions


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
class Tab:
    """A district's tab today, the most pressing review first."""

    unit: Unit
    entries: tuple[TabEntry, ...]
    on: date

    @property
    def next_due_on(self) -> date | None:
        """The latest day for the next review of anybody on the tab."""
        return min((entry.next_due_on for entry in self.entries), default=None)

    @property
    def overdue(self) -> int:
        return sum(entry.overdue(self.on) for entry in self.entries)


def tabs_of(actor: Actor) -> list[Unit]:
    """The units whose tab the reader may open, by name."""
    return list(
        Unit.objects.filter(pk__in=actor.unit_ids).exclude(kind=UnitKind.FORCE).order_by("kind", "name")
    )


def unit_of(actor: Actor, code: str) -> Unit:
    """The unit of one of the reader's tabs, or NotFound."""
    unit = next((unit for unit in tabs_of(actor) if unit.code == code), None)
    if unit is None:
        raise NotFound
    return unit


def tab(actor: Actor, unit: Unit, *, on: date) -> Tab:
    """Everybody on the unit's tab whom the actor may see, soonest review first, then the greatest rise."""
    days = calendar()
    alerts = list(
        open_alerts(actor, unit_ids=[unit.pk]).prefetch_related(
            Prefetch("reviews", ThreatReview.objects.select_related("by").order_by("-reviewed_at"))
        )
    )
    opinions = second_opinions(actor, alerts)
    entries = []
    for row, alert in zip(alert_rows(actor, alerts), alerts, strict=True):
        reviews = tuple(alert.reviews.all())
        stay, dates = Stay(alert.opened_on), [review.reviewed_on for review in reviews]
        entries.append(
            TabEntry(
                alert=row,
                reviews=reviews,
                next_due_on=next_review_due(Reading.CALENDAR, stay, dates, calendar=days),
                calendar=judge(Reading.CALENDAR, stay, dates, on=on, calendar=days).verdict,
                working=judge(Reading.WORKING, stay, dates, on=on, calendar=days).verdict,
                opinion=opinions[alert.pk],
            )
        )
    entries.sort(key=lambda entry: (entry.next_due_on, -entry.alert.jump, entry.alert.id))
    return Tab(unit=unit, entries=tuple(entries), on=on)


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
