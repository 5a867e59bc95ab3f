"""Everybody reads their own messages and nobody else's."""

from typing import Protocol

from django.db.models import QuerySet

from iom.kernel.errors import NotFound
from iom.notifications.models import Notification


class Reader(Protocol):
    """Whoever reads: a signed-in person."""

    @property
    def user_id(self) -> int | None: ...


def visible_to(actor: Reader) -> QuerySet[Notification]:
    """The reader's own messages; none for somebody without a sign-in."""
    return (
        Notification.objects.none()
        if actor.user_id is None
        else Notification.objects.filter(user_id=actor.user_id)
    )


def access_notification(actor: Reader, pk: int, *, lock: bool = False) -> Notification:
    """One of the reader's own messages; NotFound for any other."""
    rows = visible_to(actor)
    found = (rows.select_for_update() if lock else rows).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found
