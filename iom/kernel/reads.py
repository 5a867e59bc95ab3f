"""Which tables that lead to a person a request reads, and whether it says whose records it showed (SHR-3).

A view says so by an act of the audit that names its people. One that reads and names nobody on purpose says why:
`@reads_nobody("figures only")`, or `with naming_nobody("a count in the menu")` around a part.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache, lru_cache, wraps
from typing import Any, TypeVar

from django.apps import apps
from django.db import connection
from django.db.models import Model

ROOT = "persons.Person"
View = TypeVar("View", bound=Callable[..., Any])


@dataclass
class Reading:
    """What one request has read so far; `said` once an act named whose it was."""

    tables: set[str] = field(default_factory=set)
    said: bool = False
    nobody: str = ""
    quiet: int = 0

    @property
    def is_unsaid(self) -> bool:
        """Whether records were read that no act speaks for."""
        return bool(self.tables) and not self.said and not self.nobody


_reading: ContextVar[Reading | None] = ContextVar("reading", default=None)


@contextmanager
def watched() -> Iterator[Reading]:
    """Watch the statements of a request; costs no query."""
    reading = Reading()
    token = _reading.set(reading)

    def watch(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        if not reading.quiet:
            reading.tables |= tables_read(str(sql))
        return execute(sql, params, many, context)

    try:
        with connection.execute_wrapper(watch):
            yield reading
    finally:
        _reading.reset(token)


def say() -> None:
    """An act of this request named whose records it is about."""
    reading = _reading.get()
    if reading is not None:
        reading.said = True


@contextmanager
def naming_nobody(why: str) -> Iterator[None]:
    """What is read in here is shown as figures alone; `why` tells the reader of the code."""
    reading = _reading.get()
    if reading is None:
        yield
        return
    reading.quiet += 1
    try:
        yield
    finally:
        reading.quiet -= 1


def reads_nobody(why: str) -> Callable[[View], View]:
    """A view that reads tables of people and shows none of them, and why that is so."""

    def decorate(view: View) -> View:
        @wraps(view)
        def inner(*args: Any, **kwargs: Any) -> Any:
            reading = _reading.get()
            if reading is not None:
                reading.nobody = why
            return view(*args, **kwargs)

        inner.reads_nobody = why  # type: ignore[attr-defined]
        return inner  # type: ignore[return-value]

    return decorate


@cache
def tables_of_people() -> frozenset[str]:
    """The person's table, every table with a chain of links to it, and every one that names a person by number."""
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    found: set[type[Model]] = {apps.get_model(ROOT)}
    while True:
        more = {
            model
            for model in models
            for one in model._meta.concrete_fields
            if one.attname == "person_id" or one.related_model in found
        }
        if more <= found:
            return frozenset(model._meta.db_table for model in found)
        found |= more


@cache
def _named() -> re.Pattern[str]:
    return re.compile(rf"\b({'|'.join(sorted(map(re.escape, tables_of_people())))})\b")


@lru_cache(maxsize=4096)
def tables_read(sql: str) -> frozenset[str]:
    """The tables of people that a statement reads; one that only adds or changes rows shows nothing."""
    if not sql.lstrip(" (\n").upper().startswith(("SELECT", "WITH")):
        return frozenset()
    return frozenset(_named().findall(sql))
