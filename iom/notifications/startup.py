"""What this app adds to the tick and to the frame of every page, once the models are there."""

from typing import Any

from django.http import HttpRequest

from iom.jobs.registry import TickStep, register_step
from iom.kernel.frame import register_frame_part
from iom.notifications.selectors import unread_count
from iom.notifications.services import compose_one, send_one


def begin() -> None:
    register_step(TickStep("notifications.compose", compose_one))
    register_step(TickStep("notifications.send", send_one))
    register_frame_part(notification_count)


def notification_count(request: HttpRequest) -> dict[str, Any]:
    """How many messages the signed-in person has not read."""
    return {"unread_count": unread_count(request.actor.user_id)}  # type: ignore[attr-defined]
