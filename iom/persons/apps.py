from django.apps import AppConfig

from iom.approvals.registry import register_people
from iom.audit.subjects import register_namer
from iom.feeds.registry import register
from iom.kernel.navigation import NavItem, register_nav_item
from iom.persons.feeds import CUSTODY, PERSONS


class PersonsConfig(AppConfig):
    name = "iom.persons"
    label = "persons"

    def ready(self) -> None:
        register_nav_item(NavItem("People", "persons:people", power="see_people", order=10))
        register_people("iom.persons.permissions.visible_to")
        register_namer("iom.persons.subjects.NAMER")
        register(PERSONS)
        register(CUSTODY)
