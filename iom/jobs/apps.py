from importlib import import_module

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "iom.jobs"
    label = "jobs"

    def ready(self) -> None:
        import_module("iom.jobs.startup").begin()
