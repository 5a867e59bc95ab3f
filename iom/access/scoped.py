"""What is shown of a record, to whoever reads it: one serializer for pages, API, CSV and PDF (SHR-2).

A field whose compartment the reader may not see is absent, name and all; and neither filter, order nor count works
over it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, ClassVar

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.dateparse import parse_datetime

from iom.access.actor import Actor
from iom.access.api import Answer
from iom.access.readers import (
    COMPARTMENT_READERS,
    Only,
    Reader,
    compartment_lines,
    readers,
    sees,
)
from iom.accounts.rules import DbClass
from iom.kernel.compartments import Compartment, compartment_of, ours
from iom.kernel.wording import date_uk, datetime_uk

__all__ = [
    "COMPARTMENT_READERS",
    "Only",
    "Reader",
    "Said",
    "ScopedSerializer",
    "columns",
    "compartment_lines",
    "said",
    "scoped_filters",
    "scoped_sort",
    "sees",
    "shown",
]
ISO = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?")
Needs = Compartment | Iterable[Compartment]


def _needs(value: Needs) -> frozenset[Compartment]:
    return frozenset({value}) if isinstance(value, Compartment) else frozenset(value)


def seen_by_all() -> frozenset[Compartment]:
    """The compartments that every reader of records sees of whom they reach."""
    classes = (DbClass.POLICE, DbClass.PARTNER, DbClass.AUDITOR)
    return frozenset(
        compartment
        for compartment in Compartment
        if all(
            any(
                not r.powers and r.agency_kinds is None and r.only == Only.REACH
                for r in readers(compartment, c)
            )
            for c in classes
        )
    )


class ScopedSerializer(Answer):
    """Shows rows of `Meta.model`; each field needs the compartments of the model fields on its way.

    What is no field of the model is named in `Meta.compartments`: `{"age": Compartment.CORE}`. A field that is neither
    is a fault of the programme and is refused for every reader.
    """

    _needed: ClassVar[dict[str, frozenset[Compartment]]]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._needed = {}

    @classmethod
    def needs(cls, name: str, source: str | None = None) -> frozenset[Compartment]:
        """The compartments that a reader must see to be shown the field."""
        if name not in cls._needed:
            meta = getattr(cls, "Meta", None)
            declared: Mapping[str, Needs] = getattr(meta, "compartments", {})
            model: type[models.Model] | None = getattr(meta, "model", None)
            if name in declared:
                cls._needed[name] = _needs(declared[name])
            else:
                cls._needed[name] = _along(model, source or name, f"{cls.__name__}.{name}")
        return cls._needed[name]

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        actor: Actor | None = self.context.get("actor")
        common = seen_by_all() if actor is None else frozenset()
        for name, field in list(fields.items()):
            needed = self.needs(name, field.source)
            if actor is None:
                if not needed <= common:
                    field.required = False
                    field.help_text = "Absent for who may not see it."
            elif not all(sees(actor, compartment) for compartment in needed):
                del fields[name]
        return fields

    def to_representation(self, instance: Any) -> Any:
        """Refused where nobody said for whom: without a reader nothing can be left out."""
        if "actor" not in self.context:
            raise TypeError(f"{type(self).__name__} is asked for an answer without its reader.")
        return super().to_representation(instance)


def _along(model: type[models.Model] | None, source: str, who: str) -> frozenset[Compartment]:
    found = set()
    for part in source.split("."):
        part = part.removeprefix("get_").removesuffix("_display") if part.endswith("_display") else part
        try:
            field = model._meta.get_field(part) if model else None
        except FieldDoesNotExist:
            field = None
        if model is None or not isinstance(field, models.Field):
            raise TypeError(f"{who} is no field of its model: say its compartment in Meta.compartments.")
        found.add(compartment_of(model, field.name))
        model = field.related_model if field.is_relation else None  # type: ignore[assignment]
    return frozenset(found)


def shown(
    serializer: type[ScopedSerializer], rows: Iterable[Any], *, actor: Actor, on: date
) -> list[dict[str, Any]]:
    """The rows as this reader sees them, for a page, a CSV or a PDF: what the API would answer."""
    answer = serializer(list(rows), many=True, context={"actor": actor, "on": on})
    return list(answer.data)


@dataclass(frozen=True)
class Said:
    """One row as a page, a CSV or a PDF says it: the answer, and its labelled fields in words, in order."""

    data: Mapping[str, Any]
    lines: tuple[tuple[str, str, str], ...]
    """Name of the field, label, words; a field the reader may not see has no line."""


def said(serializer: type[ScopedSerializer], rows: Iterable[Any], *, actor: Actor, on: date) -> list[Said]:
    """The rows in words, made from what the API would answer; `Meta.labels` gives the fields to say and their order."""
    labels = columns(serializer, actor=actor, on=on)
    return [
        Said(
            data, tuple((name, label, in_words(data[name])) for name, label in labels.items() if name in data)
        )
        for data in shown(serializer, rows, actor=actor, on=on)
    ]


def columns(serializer: type[ScopedSerializer], *, actor: Actor, on: date) -> dict[str, str]:
    """The labelled fields this reader sees, each with its label, in order."""
    fields = serializer(context={"actor": actor, "on": on}).fields
    labels: Mapping[str, str] = serializer.Meta.labels  # type: ignore[attr-defined]
    return {name: label for name, label in labels.items() if name in fields}


def in_words(value: Any) -> str:
    """A value of an answer as people read it."""
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, Mapping):
        return str(value.get("name", ""))
    if isinstance(value, list):
        return ", ".join(in_words(one) for one in value)
    if isinstance(value, str) and ISO.fullmatch(value):
        return datetime_uk(parse_datetime(value)) if "T" in value else date_uk(value)
    return str(value)


def shows_column(actor: Actor, table: str, column: str) -> bool:
    """Whether the reader of the audit sees what stood in a column of a table: as its compartment says.

    Numbers and keys of rows are shown, for the audit is read by them; a column nobody classified is not.
    """
    field = _columns().get((table, column))
    if field is None:
        return False
    compartment = compartment_of(*field)
    return compartment == Compartment.SYSTEM or sees(actor, compartment)


@cache
def _columns() -> dict[tuple[str, str], tuple[str, str]]:
    """Table and column -> model and field, of every classified table."""
    return {
        (model._meta.db_table, str(field.column)): (model._meta.label, field.name)
        for config in ours()
        for model in config.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
    }


def scoped_filters(actor: Actor, asked: Mapping[str, Any], needs: Mapping[str, Needs]) -> dict[str, Any]:
    """The filters as asked, without those over what the reader may not see; `needs` names what each reads."""
    return {
        name: value
        for name, value in asked.items()
        if name not in needs or all(sees(actor, one) for one in _needs(needs[name]))
    }


def scoped_sort(actor: Actor, sort: str, needs: Mapping[str, Needs], neutral: str) -> str:
    """The order as asked, or the neutral one where it would order by what the reader may not see."""
    name = sort.removeprefix("-")
    return sort if scoped_filters(actor, {name: sort}, needs) else neutral
