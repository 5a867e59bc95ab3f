"""What is to be known first about a person, by whoever may see it; higher apps say it (NEW-3)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.module_loading import import_string


@dataclass(frozen=True)
class PersonAlert:
    """What stands above everything else on each of a person's pages."""

    title: str
    text: str
    variant: str = "warning"


_sources: list[str] = []


def register_alerts(path: str) -> None:
    """A function of reader, person and day that gives alerts, as a dotted path; called in an app's `ready()`."""
    if path not in _sources:
        _sources.append(path)


def alerts_for(reader: Any, person: Any, on: date) -> tuple[PersonAlert, ...]:
    """Every app's alerts about the person that this reader may see."""
    return tuple(one for path in _sources for one in import_string(path)(reader, person, on))
