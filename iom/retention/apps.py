from importlib import import_module

from django.apps import AppConfig
from django.core import checks


class RetentionConfig(AppConfig):
    name = "iom.retention"
    label = "retention"

    def ready(self) -> None:
        import_module("iom.retention.startup").begin()
        checks.register(import_module("iom.retention.graph").check_disposal)
