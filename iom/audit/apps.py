from django.apps import AppConfig

from iom.kernel.navigation import NavItem, register_nav_item


class AuditConfig(AppConfig):
    name = "iom.audit"
    label = "audit"

    def ready(self) -> None:
        register_nav_item(NavItem("Audit", "audit:act_list", power="see_audit", order=110))
