"""Two logins to one database: the owner migrates, everything else is the web login's."""

from typing import Any

from django.conf import settings


class OneDatabase:
    """Queries go to `default`; migrations run through `owner` (in tests both are one)."""

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "owner" or settings.IOM_ENV == "test"
