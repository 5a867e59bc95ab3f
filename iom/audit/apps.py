from django.apps import AppConfig

from iom.audit.sections import AuditSection, register_section
from iom.kernel.navigation import NavItem, register_nav_item


class AuditConfig(AppConfig):
    name = "iom.audit"
    label = "audit"

    def ready(self) -> None:
        register_nav_item(NavItem("Audit", "audit:act_list", power="see_audit", order=110))
        register_section(AuditSection("What was done", "audit:act_list", "see_audit", order=10))
        register_section(AuditSection("Seals", "audit:seal_list", "see_seals", order=40))
