"""What is to be known first about a person, by whoever may see it; higher apps say it (NEW-3)."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class PersonAlert:
    """What stands above everything else on each of a person's pages."""

    title: str
    text: str
    variant: str = "warning"


@dataclass(frozen=True)
class AlertSource:
    """Where alerts come from: dotted paths of `(reader, person) -> rows`, a query, and `row -> PersonAlert`."""

    rows: str
    said: str


AlertRows = dict[AlertSource, QuerySet[Any]]
_sources: list[AlertSource] = []


def register_alerts(source: AlertSource) -> None:
    """Add a source once; called in an app's `ready()`."""
    if source not in _sources:
        _sources.append(source)


def alert_rows(reader: Any, person: Any) -> AlertRows:
    """Every app's rows about the person that this reader may see and that are alerts: queries, not read yet."""
    return {source: import_string(source.rows)(reader, person) for source in _sources}


def alerts_in(rows: AlertRows) -> tuple[PersonAlert, ...]:
    """What the rows say."""
    return tuple(import_string(source.said)(row) for source, found in rows.items() for row in found)
