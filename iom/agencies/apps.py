from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    name = "iom.agencies"
    label = "agencies"
