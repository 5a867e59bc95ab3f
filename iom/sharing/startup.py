"""What this app adds to the second signatures, the menu and a person's pages, once the models are there."""

from django.http import HttpRequest
from django.urls import reverse

from iom.accounts.rules import Power
from iom.approvals.registry import register
from iom.kernel.day import DayPart, register_day_part
from iom.kernel.navigation import NavItem, register_nav_item
from iom.persons.sections import Section, register_section
from iom.sharing import audit  # noqa: F401  (the list of acts is complete only once it is read)
from iom.sharing.own_things import OWN_THINGS
from iom.sharing.services.disclosure import KIND
from iom.sharing.things import register_thing


def begin() -> None:
    register(KIND)
    for thing in OWN_THINGS:
        register_thing(thing)
    register_section(Section("sharing", "Sharing", "sharing:person", power=Power.SEE_LEDGER, order=40))
    register_day_part(DayPart("Newly disclosed to your agency", "iom.sharing.day.disclosed"))
    register_nav_item(NavItem("Disclosed to us", received_address, order=60))


def received_address(request: HttpRequest) -> str:
    """The page of what was disclosed by name, for partners alone."""
    return reverse("sharing:received") if request.actor.is_partner else ""  # type: ignore[attr-defined]
