"""The sections of the audit: what was done, the seals, and what apps above add."""

from dataclasses import dataclass
from typing import Any, Protocol

from django.urls import reverse


class Asks(Protocol):
    """Whoever reads the page."""

    def may(self, power: Any) -> bool: ...


@dataclass(frozen=True)
class AuditSection:
    """One section, for roles with `power`."""

    label: str
    url_name: str
    power: str
    order: int


_sections: list[AuditSection] = []


def register_section(section: AuditSection) -> None:
    """Add a section once; called from an app's `ready()`."""
    if section not in _sections:
        _sections.append(section)


def sections_for(reader: Asks, current: str) -> list[dict[str, Any]]:
    """The sections that the reader's role opens; `current` is the name of the page's own address."""
    return [
        {"label": one.label, "url": reverse(one.url_name), "current": one.url_name == current}
        for one in sorted(_sections, key=lambda section: section.order)
        if reader.may(one.power)
    ]
