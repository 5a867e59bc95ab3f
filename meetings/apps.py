from django.apps import AppConfig

from iom.kernel.navigation import NavItem, register_nav_item
from iom.persons.sections import Section, register_section


class MeetingsConfig(AppConfig):
    name = "meetings"
    verbose_name = "Meetings"

    def ready(self) -> None:
        register_nav_item(NavItem("Meetings", "meetings:meeting_list", power="see_meetings", order=80))
        register_section(
            Section("meetings", "Meetings", "meetings:person_meetings", power="see_meetings", order=20)
        )
