"""Several reads in one statement: one journey to the database however many lists a page shows (PER-6).

What is read is what each query alone would read, with the rights of the reader: the statement is their sum, a part for
each. Every value travels as PostgreSQL's own text and is read by the loader of its type, as in any other answer.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler
from psycopg.adapt import Transformer
from psycopg.pq import Format

Row = Sequence[Any]
BOOLEAN = "boolean"
LENGTH = re.compile(r"\(\d+(, *\d+)?\)")


@dataclass
class Number:
    """How many rows a query has, for `read_together`; `value` is 0 until it was asked."""

    rows: QuerySet[Any, Any]
    value: int = 0


Asked = QuerySet[Any, Any] | Number


@dataclass
class _Part:
    """One query as a part of the statement: its SQL, and what it gives when its rows are there."""

    sql: str
    params: Sequence[Any]
    give: Callable[[list[list[str | None]]], None]
    found: list[tuple[int, list[str | None]]] = field(default_factory=list)


def read_together(*asked: Asked | None) -> None:
    """Read these by one statement: each query then holds its rows, as after going through it.

    What holds its rows already, what is named twice, and None are passed over; a single one is read as ever.
    """
    named = {id(one): one for one in asked if one is not None}
    waiting = [one for one in named.values() if isinstance(one, Number) or not _is_read(one)]
    if len(waiting) == 1:
        _read_alone(waiting[0])
        return
    parts = [part for part in map(_part, waiting) if part is not None]
    if not parts:
        return
    statement = " UNION ALL ".join(
        f"(SELECT {place}, row_number() OVER (), {part.sql})" for place, part in enumerate(parts)
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for part in parts for value in part.params])
        for place, number, row in cursor.fetchall():
            parts[place].found.append((number, row))
    for part in parts:
        part.give([row for _, row in sorted(part.found, key=lambda one: one[0])])


def _is_read(rows: QuerySet[Any, Any]) -> bool:
    return rows._result_cache is not None  # type: ignore[attr-defined]


def _read_alone(one: Asked) -> None:
    if isinstance(one, Number):
        one.value = one.rows.count()
    else:
        len(one)


def _part(one: Asked) -> _Part | None:
    """The part for one query; None where it can have no rows, which then needs no asking."""
    rows = _in_no_order(one.rows) if isinstance(one, Number) else one
    compiler = rows.query.get_compiler(using=rows.db)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        if not isinstance(one, Number):
            len(one)
        return None
    if isinstance(one, Number):
        return _Part(f"ARRAY[count(*)::text] FROM ({sql}) AS part", params, _number_giver(one))
    types = [_type_of(expression, compiler.connection) for expression, *_ in compiler.select]
    names = [f"c{place}" for place in range(len(types))]
    texts = ", ".join(_as_text(name, of) for name, of in zip(names, types, strict=True))
    return _Part(
        f"ARRAY[{texts}] FROM ({sql}) AS part ({', '.join(names)})", params, _rows_giver(one, compiler, types)
    )


def _in_no_order(rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """What is only counted is not sorted first."""
    return rows if rows.query.is_sliced else rows.order_by()


def _type_of(expression: Any, database: Any) -> str:
    """The database's name of a column's type, without its length."""
    name = str(expression.output_field.db_type(database))
    return LENGTH.sub("", name) if "(" in name else name


def _as_text(name: str, of: str) -> str:
    """The value as its type's own output writes it; the cast of a boolean alone differs from it."""
    return f"left({name}::text, 1)" if of == BOOLEAN else f"{name}::text"


def _number_giver(one: Number) -> Callable[[list[list[str | None]]], None]:
    def give(found: list[list[str | None]]) -> None:
        one.value = int(found[0][0] or 0)

    return give


def _rows_giver(
    rows: QuerySet[Any, Any], compiler: SQLCompiler, types: list[str]
) -> Callable[[list[list[str | None]]], None]:
    def give(found: list[list[str | None]]) -> None:
        read = _loaded(found, types)
        compiler.execute_sql = lambda *args, **kwargs: [read]  # type: ignore[method-assign,assignment]
        # On this query alone, and no longer than it is gone through: a query made from it asks the database again.
        rows.query.get_compiler = lambda *args, **kwargs: compiler  # type: ignore[method-assign]
        try:
            len(rows)
        finally:
            del rows.query.get_compiler

    return give


def _loaded(found: list[list[str | None]], types: list[str]) -> list[Row]:
    transformer = Transformer(connection.connection)
    transformer.set_loader_types([_oid(of) for of in types], Format.TEXT)
    return [
        transformer.load_sequence([None if text is None else text.encode() for text in row]) for row in found
    ]


def _oid(of: str) -> int:
    one, _, rest = of.partition("[")
    known = connection.connection.adapters.types[one.strip()]
    return int(known.array_oid if rest else known.oid)
