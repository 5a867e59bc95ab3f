"""How a session finds its person again."""

from typing import Any

from iom.access.actor import memberships_today
from iom.accounts.models import User
from iom.kernel import clock


class OwnBackend:
    """Reads the person, what proves them and what they may act as in one query; `iom.signin` checks passwords."""

    def authenticate(self, request: Any, **given: Any) -> None:
        return None

    def get_user(self, user_id: int) -> User | None:
        """The person, with `memberships_today` as this request read them; who has none is read alone."""
        held = list(memberships_today(user_id, on=clock.today()).select_related("user__credential"))
        if not held:
            return User.objects.select_related("credential").filter(pk=user_id, is_active=True).first()
        user = held[0].user
        user.memberships_today = held
        return user if user.is_active else None
