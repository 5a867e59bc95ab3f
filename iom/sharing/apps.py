from importlib import import_module

from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "iom.sharing"
    label = "sharing"

    def ready(self) -> None:
        import_module("iom.sharing.startup").begin()
