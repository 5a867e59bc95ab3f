"""How a session finds its person again."""

from typing import Any

from iom.accounts.models import User


class OwnBackend:
    """Reads the person with what proves them in one query; passwords are checked by `iom.signin` alone."""

    def authenticate(self, request: Any, **given: Any) -> None:
        return None

    def get_user(self, user_id: int) -> User | None:
        return User.objects.select_related("credential").filter(pk=user_id, is_active=True).first()
