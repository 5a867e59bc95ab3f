from django.apps import AppConfig

from iom.accounts.rules import Power
from iom.agencies.leavers import register_leaver_check
from iom.kernel.navigation import NavItem, register_nav_item
from iom.persons.keepers import register_keepers
from iom.persons.sections import register_frame

NAVIGATION = (
    NavItem("My day", "cohorts:my_day", order=0),
    NavItem("Referrals", "cohorts:referrals", Power.SEE_PEOPLE, order=30),
    NavItem("Cases", "cohorts:cases", Power.SEE_PEOPLE, order=40),
    NavItem("Deadlines", "cohorts:deadlines", Power.SEE_PEOPLE, order=45),
)


class CohortsConfig(AppConfig):
    name = "cohorts"

    def ready(self) -> None:
        from cohorts import audit  # noqa: F401, PLC0415  (the list of acts is complete only once it is read)
        from cohorts.selectors import sources  # noqa: PLC0415, F401  (adds scoring to timeline and research pack)
        from cohorts.services.beside import keep_scores  # noqa: PLC0415
        from cohorts.services.board import when_decided  # noqa: PLC0415
        from cohorts.tasks import CHASING, move_deadlines  # noqa: PLC0415  (models exist only from here on)
        from iom.jobs.registry import register  # noqa: PLC0415
        from iom.working_days.registry import when_calendar_changes  # noqa: PLC0415

        register(CHASING)
        when_decided(keep_scores)
        register_frame("cohorts.views.frame.page_frame")
        register_leaver_check("cohorts.leavers.open_work")
        register_keepers("cohorts.selectors.cases.managers_of")
        when_calendar_changes(move_deadlines)
        for item in NAVIGATION:
            register_nav_item(item)
