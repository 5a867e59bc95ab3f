"""A large fictional population straight into the database, for measuring: a million people in a few minutes (SCO-4).

The rows are drawn by the database from hashes with the seed (`mass.sql`); what slows a load down (indexes, foreign
keys, the trigger of the audit) is set aside for its transaction and put back within it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from django.db import connection
from django.db.backends.utils import CursorWrapper

from iom.agencies.models import Unit
from iom.agencies.rules import UnitKind
from iom.demo.names import FAMILY, FEMALE, MALE
from iom.demo.weights import DOMESTIC_CATEGORIES, FIRST_STAGES, GRADES, MASS_CRIMES, MASS_OTHERS, OUTCOMES
from iom.kernel.errors import Refused
from iom.persons.models import Person
from scoring.models import Event

T = TypeVar("T")
SPAN_DAYS = 3652
PREFIX = "G"
SQL = Path(__file__).with_name("mass.sql")


def generate_into_database(*, persons: int, events: int, seed: int, as_of: date, at: datetime) -> None:
    """Add so many people with so many events in ten years; Refused where the product holds real or the same people.

    Runs in the scope of the owner. The same numbers and seed on the same force give the same people and events.
    """
    units = list(Unit.objects.filter(kind=UnitKind.DISTRICT).order_by("code").values_list("pk", flat=True))
    if not units:
        raise Refused("There is no district yet: load the demo first.")
    if Person.objects.filter(nominal_ref__startswith=PREFIX).exists():
        raise Refused("A generated population is there already.")
    values: dict[str, Any] = {
        "persons": persons,
        "events": events,
        "seed": seed,
        "as_of": as_of,
        "at": at,
        "span": SPAN_DAYS,
        "units": units,
        "families": list(FAMILY),
        "women": list(FEMALE),
        "men": list(MALE),
        "crimes": spread(MASS_CRIMES, 128),
        "domestic": spread(DOMESTIC_CATEGORIES, 32),
        "other_families": [family for family, _ in spread(MASS_OTHERS, 64)],
        "other_categories": [category for _, category in spread(MASS_OTHERS, 64)],
        "grades": spread(GRADES, 32),
        "first_stages": spread(FIRST_STAGES, 8),
        "outcomes": spread(OUTCOMES, 32),
    }
    tables = (Person._meta.db_table, Event._meta.db_table)
    with connection.cursor() as cursor, _unburdened(cursor, tables):
        for statement in SQL.read_text(encoding="utf-8").split(";\n"):
            if statement.strip():
                cursor.execute(statement, values)


def spread(weighted: Sequence[tuple[T, int]], places: int) -> list[T]:
    """A list of so many places in which each thing stands in proportion to its weight."""
    found: list[T] = []
    total, given = sum(weight for _, weight in weighted), 0
    for thing, weight in weighted:
        given += weight
        found += [thing] * (round(places * given / total) - len(found))
    return found


@contextmanager
def _unburdened(cursor: CursorWrapper, tables: Sequence[str]) -> Iterator[None]:
    """Set indexes, foreign and unique keys and the audit's trigger of these tables aside, and put them back."""
    back: list[str] = []
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table in tables:
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = %s::regclass AND contype IN ('f', 'u') ORDER BY contype DESC, conname",
            [table],
        )
        for name, definition in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
            back.append(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND indexname NOT IN"
            " (SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'p')",
            [table, table],
        )
        for name, definition in cursor.fetchall():
            cursor.execute(f"DROP INDEX {name}")
            back.append(definition)
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        back.append(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    yield
    cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
    for statement in back:
        cursor.execute(statement)
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
