from django.apps import AppConfig

from iom.approvals.registry import register_people
from iom.audit.subjects import register_namer
from iom.feeds.registry import register
from iom.kernel.day import DayPart, register_day_part
from iom.kernel.navigation import NavItem, register_nav_item
from iom.persons.feeds import CUSTODY, PERSONS
from iom.persons.sections import Section, register_section


class PersonsConfig(AppConfig):
    name = "iom.persons"
    label = "persons"

    def ready(self) -> None:
        from iom.jobs.registry import register as register_job  # noqa: PLC0415
        from iom.persons import audit  # noqa: F401, PLC0415  (the list of acts is complete only once it is read)
        from iom.persons.matching import WEEKLY  # noqa: PLC0415  (models exist only from here on)

        register_job(WEEKLY)

        register_nav_item(NavItem("People", "persons:people", power="see_people", order=10))
        register_nav_item(NavItem("Duplicates", "persons:duplicates", power="merge_people", order=93))
        register_nav_item(NavItem("Records opened", "persons:openings", power="see_audit", order=92))
        register_day_part(DayPart("Openings of records to review", "iom.persons.day.openings"))
        register_section(Section("who_sees", "Who sees this", "persons:who_sees", power="allocate", order=95))
        register_people("iom.persons.permissions.visible_to")
        register_namer("iom.persons.subjects.NAMER")
        register(PERSONS)
        register(CUSTODY)
