"""What this app adds to the tick and to the menu, once the models are there."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse

from iom.approvals.permissions import has_a_use_for
from iom.approvals.services import lapse_old
from iom.jobs.registry import TickStep, register_step
from iom.kernel.navigation import NavItem, register_nav_item


@dataclass(frozen=True)
class System:
    """The product itself, which lets old requests lapse."""

    user_id: int | None = None
    name: str = "System"
    role_code: str = "system"
    agency_name: str = ""


def begin() -> None:
    register_step(TickStep("approvals.lapse", lapse))
    register_nav_item(NavItem("Second signature", address, order=92))


def lapse(at: datetime) -> bool:
    """One round is enough: nothing is left over."""
    lapse_old(by=System(), at=at)
    return False


def address(request: HttpRequest) -> str:
    """The page, for roles that ask for or decide anything."""
    return reverse("approvals:list") if has_a_use_for(request.actor) else ""  # type: ignore[attr-defined]
