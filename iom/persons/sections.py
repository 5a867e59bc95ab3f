"""Sections of a person's pages that apps add: tags, meetings and whatever else is about one person."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from django.urls import reverse
from django.utils.module_loading import import_string


class Asks(Protocol):
    """Whoever reads the page."""

    def may(self, power: Any) -> bool: ...


@dataclass(frozen=True)
class Section:
    """One section: `url_name` takes the nominal reference; `power` is the role's power that opens it.

    `opens` says further, of a reader and a nominal reference, whether the section is theirs.
    """

    key: str
    label: str
    url_name: str
    power: str
    order: int = 50
    opens: Callable[[Any, str], bool] | None = None


_sections: list[Section] = []


def register_section(section: Section) -> None:
    """Add a section once; called from an app's `ready()`."""
    if section not in _sections:
        _sections.append(section)


def sections_of(reader: Asks, nominal_ref: str, current: str) -> list[dict[str, Any]]:
    """The added sections that the reader's role opens, for the sub-navigation of a person's pages."""
    return [
        {"label": one.label, "url": reverse(one.url_name, args=[nominal_ref]), "current": one.key == current}
        for one in sorted(_sections, key=lambda section: (section.order, section.label))
        if reader.may(one.power) and (one.opens is None or one.opens(reader, nominal_ref))
    ]


_frames: list[str] = []


def register_frame(path: str) -> None:
    """Say what makes the frame of a person's pages, as a dotted path; called once, by the app that knows them all."""
    _frames[:] = [path]


def person_page(reader: Any, person: Any, current: str, *, on: date) -> dict[str, Any]:
    """What stands around a page about one person (`person`, `identity`, `sections`), for apps below its maker."""
    return dict(import_string(_frames[0])(reader, person, current, on=on))
