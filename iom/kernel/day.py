"""What waits for somebody today, from apps above the case: added to "my day", each with its date."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.module_loading import import_string

from iom.kernel.together import Asked, read_together


@dataclass(frozen=True)
class DayRow:
    """One thing that waits: what, where it is done, by when, and whom it is about."""

    text: str
    url: str
    due_on: date | None
    person_id: int | None


def nothing() -> list[DayRow]:
    return []


@dataclass(frozen=True)
class Waiting:
    """What waits for somebody: the queries that tell it, and its lines once these have been read."""

    asks: tuple[Asked, ...] = ()
    lines: Callable[[], list[DayRow]] = nothing


@dataclass(frozen=True)
class DayPart:
    """A list of my day: `waits` is the dotted path of `(actor, on) -> Waiting`, which asks the actor's powers first."""

    label: str
    waits: str


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


def parts_for(actor: Any, on: date) -> list[tuple[str, Waiting]]:
    """What every list asks for the actor, by its label, not read yet."""
    return [(part.label, import_string(part.waits)(actor, on)) for part in _parts]


def shown(parts: list[tuple[str, Waiting]]) -> list[ShownPart]:
    """The lists that hold something, read in one unless they have been."""
    read_together(*(asked for _, waiting in parts for asked in waiting.asks))
    lines = [(label, waiting.lines()) for label, waiting in parts]
    return [ShownPart(label, rows) for label, rows in lines if rows]
