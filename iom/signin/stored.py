"""Where sessions are kept, and when they are written again (ORG-3)."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends import db

from iom.kernel.rights import rights_of


class SessionStore(db.SessionStore):
    """Sessions in the database, written with the rights of the sign-in, in whatever role a request ends."""

    ends_at: datetime | None = None

    def _get_session_from_db(self) -> Any:
        row = super()._get_session_from_db()  # type: ignore[misc]
        self.ends_at = row.expire_date if row else None
        return row

    def save(self, must_create: bool = False) -> None:
        with rights_of("iom_session"):
            super().save(must_create)

    def keep_alive(self, *, at: datetime) -> None:
        """Let the idle time start anew; the row is written again once a fifteenth of that time has gone by."""
        if self.ends_at is None:
            return
        left = (self.ends_at - at).total_seconds()
        if left <= settings.SESSION_COOKIE_AGE - settings.SESSION_SAVED_EVERY_SECONDS:
            self.modified = True
