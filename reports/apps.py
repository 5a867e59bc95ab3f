from django.apps import AppConfig

from iom.kernel.navigation import NavItem, register_nav_item


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self) -> None:
        from reports import audit  # noqa: F401, PLC0415  (the list of acts is complete only once it is read)

        register_nav_item(NavItem("Compliance", "reports:compliance", power="see_compliance", order=70))
