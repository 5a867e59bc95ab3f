"""Who is at the sign-in pages, before a role is known."""

from collections.abc import Callable
from typing import Any

from iom.accounts.models import User


class Visitor:
    """Whoever is at the sign-in page, before a role is known."""

    role_code = ""
    agency_name = ""

    def __init__(self, user: User | None, name: str) -> None:
        self.user_id = user.pk if user else None
        self.name = name


def runs_as_session(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a view that works with the rights of the sign-in alone."""
    view.runs_as_session = True  # type: ignore[attr-defined]
    return view
