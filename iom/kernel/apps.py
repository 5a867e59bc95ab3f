from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "iom.kernel"
    label = "kernel"
