from django.apps import AppConfig

from iom.kernel.navigation import NavItem, register_nav_item
from iom.persons.sections import Section, register_section


class TaggingConfig(AppConfig):
    name = "tagging"
    verbose_name = "Tags"

    def ready(self) -> None:
        register_nav_item(NavItem("Tags", "tagging:device_list", power="see_tags", order=75))
        register_section(Section("tags", "Tags", "tagging:person_tags", power="see_tags", order=10))
