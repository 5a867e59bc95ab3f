"""What a person leaves behind when a membership ends; each app registers what it keeps (ORG-3).

An administrator is told numbers alone; the supervisors of the unit get a message that leads to the list.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.module_loading import import_string


@dataclass(frozen=True)
class LeftOver:
    """Open work of one kind in one unit that needs a new owner; `url` is where its supervisors find it."""

    unit_id: int
    what: str
    count: int
    url: str

    @property
    def words(self) -> str:
        """How much it is: "1 case", "3 actions"."""
        return f"{self.count} {self.what.removesuffix('s') if self.count == 1 else self.what}"


Check = Callable[[int], list[LeftOver]]
_checks: list[str] = []


def register_leaver_check(path: str) -> None:
    """Say where `(user id) -> [LeftOver]` is; called with the rights of the service."""
    if path not in _checks:
        _checks.append(path)


def left_over(user_id: int) -> list[LeftOver]:
    """Everything that needs a new owner when this person goes."""
    checks: list[Check] = [import_string(path) for path in _checks]
    return [row for check in checks for row in check(user_id)]
