from django.apps import AppConfig


class CohortsConfig(AppConfig):
    name = "cohorts"

    def ready(self) -> None:
        from cohorts import audit  # noqa: F401, PLC0415  (the list of acts is complete only once it is read)
        from cohorts.tasks import CHASING, move_deadlines  # noqa: PLC0415  (models exist only from here on)
        from iom.jobs.registry import register  # noqa: PLC0415
        from iom.working_days.registry import when_calendar_changes  # noqa: PLC0415

        register(CHASING)
        when_calendar_changes(move_deadlines)
