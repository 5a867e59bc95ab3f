from importlib import import_module

from django.apps import AppConfig

from scoring import feeds


class ScoringConfig(AppConfig):
    name = "scoring"
    label = "scoring"

    def ready(self) -> None:
        import_module("scoring.jobs")
        feeds.declare()
