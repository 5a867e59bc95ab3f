from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "iom.records"
    label = "records"
