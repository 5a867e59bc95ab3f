from importlib import import_module

from django.apps import AppConfig

from iom.approvals.registry import register_deciders
from iom.kernel.navigation import NavItem, register_nav_item


class AgenciesConfig(AppConfig):
    name = "iom.agencies"
    label = "agencies"

    def ready(self) -> None:
        register_nav_item(NavItem("Partnership", "agencies:agency_list", order=100))
        register_deciders("iom.agencies.selectors.holders_of")
        import_module("iom.agencies.startup").begin()
