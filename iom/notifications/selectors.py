"""A person's messages, and what still waits to be sent."""

from datetime import datetime

from django.db.models import F, QuerySet

from iom.notifications.models import Notification, Outbox
from iom.notifications.permissions import Reader, visible_to


def unread_of(user_id: int) -> QuerySet[Notification]:
    """The messages that a person has not read, whose number stands in the navigation."""
    return Notification.objects.filter(user_id=user_id, read_at__isnull=True)


def unread_count(user_id: int) -> int:
    """How many they are."""
    return unread_of(user_id).count()


def messages_of(actor: Reader, *, unread_only: bool = False) -> QuerySet[Notification]:
    """The reader's messages: unread first, then the newest."""
    rows = visible_to(actor).order_by(F("read_at").desc(nulls_first=True), "-created_at", "-pk")
    return rows.filter(read_at__isnull=True) if unread_only else rows


def oldest_unsent_at() -> datetime | None:
    """Since when the oldest e-mail has waited, for the health page."""
    waiting = Outbox.objects.filter(state=Outbox.State.PENDING).order_by("created_at")
    return waiting.values_list("created_at", flat=True).first()


def given_up() -> QuerySet[Outbox]:
    """E-mails that could not be sent, for administrators."""
    return Outbox.objects.filter(state=Outbox.State.FAILED)
