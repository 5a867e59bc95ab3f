"""Which tables lead to a person, in which order they are emptied, and the SQL of it: read from the models (SHR-4)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.core import checks
from django.db import models

from iom.kernel.compartments import ours
from iom.kernel.disposal import Rule, Way, rules

Model = type[models.Model]
PERSON = "persons.Person"
LOOSE_NAMES = ("subject", "subjects")


def models_of_ours() -> Iterator[Model]:
    """Every table of the product."""
    for config in ours():
        for model in config.get_models(include_auto_created=True):
            if model._meta.managed and not model._meta.proxy:
                yield model


def keys_of(model: Model) -> list[models.ForeignKey[Any, Any]]:
    return [field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]


def loose_numbers(model: Model) -> list[str]:
    """Columns that hold a person's number without a foreign key, by their names."""
    return [
        field.name
        for field in model._meta.concrete_fields
        if not field.is_relation
        and not isinstance(field, models.CharField | models.TextField)
        and (field.name.endswith("person_id") or field.name in LOOSE_NAMES)
    ]


def leading_to_a_person() -> dict[Model, list[models.ForeignKey[Any, Any]]]:
    """Each table that leads to a person, with the keys by which it does; a table that is kept leads no further."""
    person, said = apps.get_model(PERSON), rules()
    every = list(models_of_ours())
    found: dict[Model, list[models.ForeignKey[Any, Any]]] = {person: []}
    found |= {model: [] for model in every if loose_numbers(model)}
    while True:
        through = {m for m in found if said.get(m._meta.label, Rule("", Way.DELETE)).way != Way.KEEP}
        more = {
            model: keys
            for model in every
            if (keys := [key for key in keys_of(model) if key.related_model in through])
            and found.get(model) != keys
        }
        if not more:
            return found
        found |= more


def in_order(graph: dict[Model, list[models.ForeignKey[Any, Any]]]) -> list[Model]:
    """Children before what they hang on; the person last."""
    ordered: list[Model] = []
    left = dict(graph)
    while left:
        asked_for = {
            key.related_model
            for model, keys in left.items()
            for key in keys
            if key.related_model is not model
        }
        free = sorted((m for m in left if m not in asked_for), key=lambda m: m._meta.label)
        if not free:
            names = ", ".join(sorted(model._meta.label for model in left))
            raise ValueError(f"These tables lead to each other in a ring: {names}")
        ordered += free
        left = {model: keys for model, keys in left.items() if model not in free}
    return ordered


def condition(
    model: Model, graph: dict[Model, list[models.ForeignKey[Any, Any]]], *, person: str = "person"
) -> str:
    """The SQL that finds the person's rows of a table by every way that leads there."""
    rule = rules().get(model._meta.label)
    ways = [f"{rule.by} = {person}"] if rule and rule.by else []
    if model._meta.label == PERSON:
        ways.append(f"id = {person}")
    for key in graph[model]:
        parent = key.related_model
        if parent is model:
            continue
        if parent._meta.label == PERSON:
            ways.append(f"{key.column} = {person}")
        else:
            inner = condition(parent, graph, person=person)
            ways.append(
                f"{key.column} IN (SELECT {parent._meta.pk.column} FROM {parent._meta.db_table} WHERE {inner})"
            )
    return " OR ".join(f"({way})" if len(ways) > 1 else way for way in dict.fromkeys(ways)) or "false"


def steps() -> list[tuple[Model, str]]:
    """Each table with the statement that disposes of the person's rows, in the order in which they run.

    `people` are the person and the records that were merged into theirs.
    """
    graph, said = leading_to_a_person(), rules()
    found = []
    for model in in_order(graph):
        rule = said.get(model._meta.label)
        if rule is None or rule.way == Way.KEEP:
            continue
        table, where = model._meta.db_table, condition(model, graph, person="ANY (people)")
        if rule.way == Way.DELETE:
            found.append((model, f"DELETE FROM {table} WHERE {where}"))
        else:
            written = ", ".join(f"{column} = {value}" for column, value in rule.columns.items())
            found.append((model, f"UPDATE {table} SET {written} WHERE {where}"))
    return found


def check_disposal(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """iom.E010: a table that leads to a person and has no rule of disposal, or a rule that cannot hold."""
    return [checks.Error(problem, id="iom.E010") for problem in problems()]


def problems() -> Iterable[str]:
    """What the rules of disposal leave open, one sentence each."""
    graph, said = leading_to_a_person(), rules()
    for model in sorted(graph, key=lambda m: m._meta.label):
        label, rule = model._meta.label, said.get(model._meta.label)
        if rule is None:
            yield f"{label} leads to a person and no disposal.py says what becomes of its rows."
        elif rule.way != Way.KEEP and not graph[model] and not rule.by and label != PERSON:
            yield f"{label} names a person by number: say by which column (by=...)."
        elif rule.way == Way.BLANK:
            gone = [
                key.column
                for key in graph[model]
                if said.get(key.related_model._meta.label, rule).way == Way.DELETE
                and rule.columns.get(key.column) != "NULL"
            ]
            if gone:
                yield f"{label} is kept but still leads to rows that are deleted: {', '.join(gone)}."
        elif rule.way == Way.KEEP and [
            key for key in keys_of(model) if said.get(key.related_model._meta.label, rule).way == Way.DELETE
        ]:
            yield f"{label} is kept whole but leads to rows that are deleted."
    unknown = set(said) - {model._meta.label for model in graph}
    for label in sorted(unknown):
        yield f"{label} has a rule of disposal but leads to nobody."
    try:
        in_order(graph)
    except ValueError as ring:
        yield str(ring)
