"""The rules that a new password keeps besides those of Django."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.module_loading import import_string


class NotBreached:
    """Asks the force's own list of breached passwords, where one is set (BREACHED_PASSWORDS); off otherwise."""

    def validate(self, password: str, user: object = None) -> None:
        path = settings.BREACHED_PASSWORDS
        if path and import_string(path)(password):
            raise ValidationError("This password has become known elsewhere. Choose another one.")

    def get_help_text(self) -> str:
        return "Your password must not be one that has become known elsewhere."
