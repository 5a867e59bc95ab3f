from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "iom.access"
    label = "access"
