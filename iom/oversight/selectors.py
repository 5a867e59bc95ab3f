"""Reading unusual access, reviews, and who looked at a person (SHR-3)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from iom.access.actor import Actor
from iom.audit.permissions import visible_to as acts_visible_to
from iom.audit.rules import KIND_LABELS
from iom.audit.selectors import ActRow, in_words, sentence
from iom.oversight.models import AuditReview, Finding
from iom.oversight.permissions import reviews_visible_to, visible_to

LOOKS_SHOWN = 100


@dataclass(frozen=True)
class Look:
    """One look at a person's record, in words."""

    at: datetime
    who: str
    agency: str
    kind: str
    sentence: str
    reason: str


def findings(actor: Actor, *, status: str = "", kind: str = "") -> QuerySet[Finding]:
    """What was found, the latest first."""
    rows = visible_to(actor).select_related("user", "reviewed_by").order_by("-for_date", "-pk")
    if status:
        rows = rows.filter(status=status)
    return rows.filter(kind=kind) if kind else rows


def acts_of(actor: Actor, finding: Finding) -> list[ActRow]:
    """The acts behind a finding that the reader may read, in the order in which they were done."""
    rows = acts_visible_to(actor).filter(pk__in=finding.acts).order_by("at", "pk")
    return in_words(actor, list(rows))


def reviews(actor: Actor) -> QuerySet[AuditReview]:
    return (
        reviews_visible_to(actor)
        .select_related("reviewed", "reviewer")
        .order_by("signed_at", "-month", "reviewed__name")
    )


def who_looked(person_id: int, *, older_than: datetime) -> list[Look]:
    """The latest looks at a person's record; empty for whoever does not answer for them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT at, user_name, agency, kind, action, reason FROM authz.who_looked(%s, %s, %s)",
            [person_id, older_than, LOOKS_SHOWN],
        )
        rows: list[Any] = cursor.fetchall()
    return [
        Look(at, name, agency, KIND_LABELS.get(kind, kind), sentence(kind, action), reason)
        for at, name, agency, kind, action, reason in rows
    ]
