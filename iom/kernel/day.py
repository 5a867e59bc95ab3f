"""What waits for somebody today, from apps above the case: added to "my day", each with its date."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.module_loading import import_string


@dataclass(frozen=True)
class DayRow:
    """One thing that waits: what, where it is done, by when, and whom it is about."""

    text: str
    url: str
    due_on: date | None
    person_id: int | None


@dataclass(frozen=True)
class DayPart:
    """A list of my day: `rows` is the dotted path of `(actor, on) -> rows`, which asks the actor's powers first."""

    label: str
    rows: str


@dataclass(frozen=True)
class ShownPart:
    """A list as one page shows it."""

    label: str
    rows: list[DayRow]


_parts: list[DayPart] = []


def register_day_part(part: DayPart) -> None:
    """Add a list once; called from an app's `ready()`."""
    if part not in _parts:
        _parts.append(part)


def parts_for(actor: Any, on: date) -> list[ShownPart]:
    """The lists that hold something for the actor."""
    shown = []
    for part in _parts:
        find: Callable[[Any, date], list[DayRow]] = import_string(part.rows)
        if rows := find(actor, on):
            shown.append(ShownPart(part.label, rows))
    return shown
