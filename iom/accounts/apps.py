from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from iom.accounts.rules import Power, Role, give_only


class AccountsConfig(AppConfig):
    name = "iom.accounts"
    label = "accounts"

    def ready(self) -> None:
        for power, roles in settings.ROLES_WITH.items():
            try:
                give_only(Power(power), [Role(role) for role in roles])
            except ValueError as error:
                raise ImproperlyConfigured(f"{power.upper()}_ROLES: {error}") from error
