"""Which values of a changed row the reader of the audit is shown; a higher app, which knows readers, says it."""

from typing import Any

from django.utils.module_loading import import_string

_sources: list[str] = []


def register_shows(path: str) -> None:
    """A function of reader, table and column, as a dotted path; called once, in an app's `ready()`."""
    _sources[:] = [path]


def shows(reader: Any, table: str, column: str) -> bool:
    """Whether the reader may see what stood in this column; nothing is shown while nobody says."""
    return bool(_sources) and bool(import_string(_sources[0])(reader, table, column))
