"""Whom an act was about, in words. The persons app fills this in: the audit itself knows numbers only."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Subject:
    """A person named to a reader who may see them."""

    person_id: int
    name: str
    reference: str
    url: str


Names = Callable[[Any, Collection[int]], Mapping[int, Subject]]
Find = Callable[[Any, str], int | None]
Records = Callable[[int], list[int]]


@dataclass(frozen=True)
class Namer:
    """`names(actor, ids)` gives those whom the actor may see, `find(actor, reference)` one of them or None.

    `records(id)` gives that number and those of records merged into theirs: what was done with those is about them.
    """

    names: Names
    find: Find
    records: Records


_namers: list[str] = []


def register_namer(path: str) -> None:
    """Say where the `Namer` is, as a dotted path; called once, from the `ready()` of the app that holds persons."""
    _namers[:] = [path]


def _namer() -> Namer | None:
    found: Namer | None = import_string(_namers[0]) if _namers else None
    return found


def names_of(actor: Any, ids: Collection[int]) -> Mapping[int, Subject]:
    """The people among these whom the actor may see; nobody while no app names them."""
    namer = _namer()
    return namer.names(actor, ids) if namer and ids else {}


def find_subject(actor: Any, reference: str) -> int | None:
    """The person with this reference if the actor may see them: absent and not yours are one answer."""
    namer = _namer()
    return namer.find(actor, reference) if namer else None


def records_of(person_id: int) -> list[int]:
    """The numbers under which acts are about this person: their own, and those of records merged into theirs."""
    namer = _namer()
    return namer.records(person_id) if namer else [person_id]
