from importlib import import_module

from django.apps import AppConfig


class SigninConfig(AppConfig):
    name = "iom.signin"
    label = "signin"

    def ready(self) -> None:
        import_module("iom.signin.startup").begin()
