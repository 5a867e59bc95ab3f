from importlib import import_module

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "iom.notifications"
    label = "notifications"

    def ready(self) -> None:
        import_module("iom.notifications.startup").begin()
