"""What this app adds to the frame, the menu, the background work and the acts that take two persons."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from iom.accounts.rules import Power
from iom.approvals.registry import ApprovalKind, register
from iom.jobs.registry import TickStep, register_step
from iom.kernel.frame import FramePart, register_frame_part
from iom.kernel.navigation import NavItem, register_nav_item
from iom.signin.people.rules import KIND
from iom.signin.people.services import close_dormant
from iom.signin.rules import WARN_SECONDS
from iom.signin.services.tidying import throw_away


@dataclass(frozen=True)
class System:
    """The product itself, which closes what nobody uses."""

    user_id: int | None = None
    name: str = "System"
    role_code: str = "system"
    agency_name: str = ""


def begin() -> None:
    register_frame_part(FramePart(idle_times))
    register_nav_item(NavItem("People and sign-ins", "signin:people", power=Power.KEEP_USERS, order=95))
    register_step(TickStep("signin.tidy", tidy))
    register(
        ApprovalKind(
            KIND,
            "Change who may sign in",
            Power.KEEP_USERS,
            "iom.signin.people.services.describe",
            "iom.signin.people.services.perform",
            "admin",
            asks=Power.KEEP_USERS,
            step_up="user_admin",
        )
    )


def idle_times(request: HttpRequest, asked: Mapping[str, Any]) -> dict[str, Any]:
    """When the warning before the idle end opens; asks nothing of the database."""
    sure = settings.SESSION_COOKIE_AGE - settings.SESSION_SAVED_EVERY_SECONDS
    return {"idle_seconds": sure, "idle_warn_seconds": WARN_SECONDS}


def tidy(at: datetime) -> bool:
    """Close dormant sign-ins, throw away sessions and failures that are over; one round is enough."""
    close_dormant(by=System(), at=at)
    throw_away(at=at)
    return False
