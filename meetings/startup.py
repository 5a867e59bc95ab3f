"""What this app adds to the menu, a person's pages and what can be disclosed, once the models are there."""

from iom.kernel.navigation import NavItem, register_nav_item
from iom.persons.sections import Section, register_section
from iom.sharing.things import register_thing
from meetings import audit  # noqa: F401  (the list of acts is complete only once it is read)
from meetings.disclosure import DECISION


def begin() -> None:
    register_nav_item(NavItem("Meetings", "meetings:meeting_list", power="see_meetings", order=80))
    register_section(
        Section("meetings", "Meetings", "meetings:person_meetings", power="see_meetings", order=20)
    )
    register_thing(DECISION)
