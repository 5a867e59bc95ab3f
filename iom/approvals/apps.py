from importlib import import_module

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "iom.approvals"
    label = "approvals"

    def ready(self) -> None:
        import_module("iom.approvals.startup").begin()
