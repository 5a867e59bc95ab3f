from importlib import import_module

from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "iom.oversight"
    label = "oversight"

    def ready(self) -> None:
        import_module("iom.oversight.startup").begin()
