from importlib import import_module

from django.apps import AppConfig

from iom.accounts.rules import Power
from iom.kernel.navigation import NavItem, register_nav_item


class WorthConfig(AppConfig):
    name = "reports.worth"
    label = "worth"

    def ready(self) -> None:
        import_module("reports.worth.audit")
        import_module("reports.worth.jobs")
        register_nav_item(NavItem("Worth of the scores", "worth:reports", Power.SEE_WORTH, order=72))
