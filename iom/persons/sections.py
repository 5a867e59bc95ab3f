"""Sections of a person's pages that apps add: tags, meetings and whatever else is about one person."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.module_loading import import_string

from iom.kernel.together import Asked


class Asks(Protocol):
    """Whoever reads the page."""

    def may(self, power: Any) -> bool: ...


@dataclass(frozen=True)
class Section:
    """One section: `url_name` takes the nominal reference; `power` is the role's power that opens it.

    `opens` says further, of a reader and a nominal reference, whether the section is theirs, or gives the query whose
    rows say so.
    """

    key: str
    label: str
    url_name: str
    power: str
    order: int = 50
    opens: Callable[[Any, str], "bool | QuerySet[Any, Any]"] | None = None


Opened = dict[Section, "bool | QuerySet[Any, Any]"]
_sections: list[Section] = []


def register_section(section: Section) -> None:
    """Add a section once; called from an app's `ready()`."""
    if section not in _sections:
        _sections.append(section)


def opened_to(reader: Asks, nominal_ref: str) -> Opened:
    """The added sections that the reader's role opens, in order, each with what says whether this person's is open."""
    return {
        one: one.opens(reader, nominal_ref) if one.opens else True
        for one in sorted(_sections, key=lambda section: (section.order, section.label))
        if reader.may(one.power)
    }


def queries_of(opened: Opened) -> list[Asked]:
    """What must be read to know which of them are open."""
    return [found for found in opened.values() if isinstance(found, QuerySet)]


def sections_of(opened: Opened, nominal_ref: str, current: str) -> list[dict[str, Any]]:
    """The sections that are open, for the sub-navigation of a person's pages."""
    return [
        {"label": one.label, "url": reverse(one.url_name, args=[nominal_ref]), "current": one.key == current}
        for one, found in opened.items()
        if found
    ]


_frames: list[str] = []


def register_frame(path: str) -> None:
    """Say what makes the frame of a person's pages, as a dotted path; called once, by the app that knows them all."""
    _frames[:] = [path]


def person_page(reader: Any, person: Any, current: str, *, on: date) -> dict[str, Any]:
    """What stands around a page about one person (`person`, `identity`, `sections`), for apps below its maker."""
    return dict(import_string(_frames[0])(reader, person, current, on=on))
