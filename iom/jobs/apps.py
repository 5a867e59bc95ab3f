from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "iom.jobs"
    label = "jobs"
