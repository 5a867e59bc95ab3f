from django.apps import AppConfig


class WorkingDaysConfig(AppConfig):
    name = "iom.working_days"
    label = "working_days"
