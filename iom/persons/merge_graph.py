"""Which tables a merge moves and in which order, read from the models; and the SQL of it (PER-1)."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models

from iom.kernel.compartments import ours
from iom.kernel.merging import staying

VERSIONS = (
    (
        "scoring_event_version",
        "person_id",
        "EXISTS (SELECT 1 FROM scoring_event x WHERE x.id = t.event_id AND x.person_id = m.merged_id)"
        " OR EXISTS (SELECT 1 FROM persons_merged_row r WHERE r.merge_id = m.id AND r.table_name = 'scoring_event'"
        " AND r.row_id = t.event_id AND r.column_name = 'person_id')",
    ),
)
"""What an event was before it was corrected or withdrawn, kept without a key to it: it goes where the event goes."""
Model = type[models.Model]
PERSON = "persons.Person"
POINTERS = (("persons_person", "merged_into_id"), ("persons_merge", "survivor_id"))
"""What names the merged record as the survivor of an earlier merge: it follows to the new survivor."""


def _keys(model: Model) -> list[models.ForeignKey[Any, Any]]:
    return [field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]


def naming_a_person() -> dict[Model, list[str]]:
    """Each table with a key to a person, with the columns; merges themselves aside."""
    person = apps.get_model(PERSON)
    found: dict[Model, list[str]] = {}
    for config in ours():
        for model in config.get_models(include_auto_created=True):
            columns = [key.column for key in _keys(model) if key.related_model is person]
            if columns and model._meta.label not in {PERSON, "persons.Merge"}:
                found[model] = columns
    return found


def moving() -> list[Model]:
    """The tables whose rows move, a table after those that its rows hang on."""
    left = {model for model in naming_a_person() if model._meta.label not in staying()}
    ordered: list[Model] = []
    while left:
        free = sorted(
            (
                m
                for m in left
                if not any(k.related_model in left and k.related_model is not m for k in _keys(m))
            ),
            key=lambda m: m._meta.label,
        )
        if not free:
            raise ValueError(
                "These tables hang on each other: " + ", ".join(sorted(m._meta.label for m in left))
            )
        ordered += free
        left -= set(free)
    return ordered


def steps() -> Iterator[tuple[str, str, str]]:
    """Table, column, and the condition under which a row stays: what it hangs on stayed."""
    order = moving()
    for model in order:
        parents = [
            key for key in _keys(model) if key.related_model in order and key.related_model is not model
        ]
        for column in naming_a_person()[model]:
            stay = [
                f"EXISTS (SELECT 1 FROM {key.related_model._meta.db_table} x"
                f" WHERE x.id = t.{key.column} AND x.{own} = {{was}})"
                for key in parents
                for own in naming_a_person()[key.related_model]
            ]
            yield model._meta.db_table, column, " OR ".join(stay) or "false"
    for table, column in POINTERS:
        yield table, column, "false"


def following() -> Iterator[tuple[str, str, str]]:
    """Table, column, and the condition under which a row goes back with what it hangs on, though no merge moved it."""
    for table, column, stay in steps():
        if stay != "false":
            yield table, column, stay.format(was="m.merged_id")
    yield from VERSIONS
