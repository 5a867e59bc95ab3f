from importlib import import_module

from django.apps import AppConfig

from iom.accounts.rules import Power
from iom.kernel.navigation import NavItem, register_nav_item


class FeedsConfig(AppConfig):
    name = "iom.feeds"
    label = "feeds"

    def ready(self) -> None:
        register_nav_item(NavItem("Feeds", "feeds:file_list", power=Power.SEE_FEEDS.value, order=96))
        import_module("iom.feeds.startup").begin()
