"""What this app adds to the tick and to the menu, once the models are there."""

from django.http import HttpRequest

from iom.jobs.registry import TickStep, register_step
from iom.kernel.navigation import NavItem, register_nav_item
from iom.kernel.together import Number
from iom.notifications.selectors import unread_of
from iom.notifications.services import compose_one, send_one


def begin() -> None:
    register_step(TickStep("notifications.compose", compose_one))
    register_step(TickStep("notifications.send", send_one))
    register_nav_item(NavItem("Messages", "notifications:list", order=95, count=unread))


def unread(request: HttpRequest) -> Number:
    """How many messages the signed-in person has not read."""
    return Number(unread_of(request.actor.user_id))  # type: ignore[attr-defined]
