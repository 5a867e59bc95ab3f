from django.apps import AppConfig


class SigninConfig(AppConfig):
    name = "iom.signin"
    label = "signin"
