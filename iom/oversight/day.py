"""What waits today for whoever reviews others' access (SHR-3)."""

from datetime import date

from django.urls import reverse

from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.kernel.day import DayRow, Waiting
from iom.kernel.wording import date_uk
from iom.oversight.models import AuditReview, Finding
from iom.oversight.permissions import reviews_visible_to, visible_to

SHOWN = 20


def findings(actor: Actor, on: date) -> Waiting:
    """Unusual access that the actor may review, the oldest first."""
    if not actor.may(Power.REVIEW_AUDIT):
        return Waiting()
    rows = visible_to(actor).filter(status="open").select_related("user").order_by("for_date", "pk")[:SHOWN]
    return Waiting((rows,), lambda: [_finding(row) for row in rows])


def _finding(row: Finding) -> DayRow:
    return DayRow(
        f"{row.user.name}, {date_uk(row.for_date)}: {row.get_kind_display().lower()}",
        reverse("oversight:finding", args=[row.pk]),
        None,
        None,
    )


def reviews(actor: Actor, on: date) -> Waiting:
    """The months of other auditors that nobody has signed."""
    if not actor.may(Power.REVIEW_AUDIT):
        return Waiting()
    open_ones = reviews_visible_to(actor).filter(signed_at__isnull=True)
    others = open_ones.exclude(reviewed_id=actor.user_id or 0).select_related("reviewed")
    rows = others.order_by("month", "reviewed__name")[:SHOWN]
    return Waiting((rows,), lambda: [_review(row) for row in rows])


def _review(row: AuditReview) -> DayRow:
    return DayRow(
        f"{row.reviewed.name}, {row.month:%B %Y}",
        reverse("oversight:review", args=[row.pk]),
        row.due_on,
        None,
    )
