from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "iom.demo"
    label = "demo"
