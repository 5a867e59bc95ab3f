"""Columns of whole numbers to and from PostgreSQL as bytes, a value of fixed width after another."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray
from psycopg import Cursor

from scoring.kernel.shapes import Integers

COPY_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
COPY_END = b"\xff\xff"


class TooLarge(RuntimeError):
    """A number does not fit the width that the arrays or the packed columns give it."""


def read_rows(text: str, parameters: Mapping[str, Any], row: np.dtype[Any]) -> NDArray[Any]:
    """The rows packed in the one value of a statement, as they lie in it."""
    (rows,) = read_parts(text, parameters, (row,))
    return rows


def read_parts(
    text: str, parameters: Mapping[str, Any], shapes: Sequence[np.dtype[Any]]
) -> list[NDArray[Any]]:
    """The rows packed in each value of a statement, as they lie in it; `shapes` are those of the values in order."""
    found = []
    for sent, row in zip(_answer(text, parameters), shapes, strict=True):
        if len(sent) % row.itemsize:
            raise TooLarge(f"The packed rows are not of {row.itemsize} bytes each.")
        found.append(np.frombuffer(sent, dtype=row))
    return found


def read_packed(text: str, parameters: Mapping[str, Any], widths: Mapping[str, int]) -> dict[str, Integers]:
    """The columns packed in the values of a statement; `widths` names them in order, with bytes a number."""
    answer = _answer(text, parameters)
    return {name: _unpacked(name, part, widths[name]) for name, part in zip(widths, answer, strict=True)}


def _answer(text: str, parameters: Mapping[str, Any]) -> list[bytes]:
    """The one row of a statement as bytes.

    The product's own cursors get text back, which would double the bytes, so this is a plain one on its connection.
    """
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        cursor.execute(text.encode(), parameters, binary=True, prepare=False)
        return [part or b"" for part in cursor.fetchone() or ()]


def _unpacked(name: str, part: bytes, width: int) -> Integers:
    if len(part) % width:
        raise TooLarge(f"The packed column {name} is not made of values of {width} bytes.")
    return np.frombuffer(part, dtype=f">i{width}").astype(np.int64)


def packed_rows(columns: Sequence[tuple[Integers, int]]) -> bytes:
    """Rows in the binary form of COPY; each column with its width in bytes."""
    shape = [("fields", ">i2")]
    for place, (_, width) in enumerate(columns):
        shape += [(f"width{place}", ">i4"), (f"value{place}", f">i{width}")]
    rows = np.zeros(len(columns[0][0]), dtype=np.dtype(shape))
    rows["fields"] = len(columns)
    for place, (values, width) in enumerate(columns):
        limit = 2 ** (8 * width - 1)
        if len(values) and (int(values.max()) >= limit or int(values.min()) < -limit):
            raise TooLarge(f"Column {place} has a value of more than {width} bytes.")
        rows[f"width{place}"], rows[f"value{place}"] = width, values
    return COPY_HEADER + rows.tobytes() + COPY_END
