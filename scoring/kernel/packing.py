"""Columns of whole numbers to and from PostgreSQL as bytes, a value of fixed width after another."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from django.db import connection
from psycopg import Cursor

from scoring.kernel.words import Integers

COPY_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
COPY_END = b"\xff\xff"


class TooLarge(RuntimeError):
    """A number does not fit the width that the arrays or the packed columns give it."""


def read_packed(text: str, parameters: Mapping[str, Any], widths: Mapping[str, int]) -> dict[str, Integers]:
    """The one row of a statement whose columns are packed; `widths` names them in order, with bytes a value.

    The product's own cursors get text back, which would double the bytes, so this is a plain one on its connection.
    """
    with Cursor(connection.connection) as cursor:
        cursor.execute(text.encode(), parameters, binary=True, prepare=False)
        answer = list(cursor.fetchone() or ())
    # Each column's bytes are let go as soon as they are numbers.
    answer.reverse()
    return {name: _unpacked(name, answer.pop() or b"", width) for name, width in widths.items()}


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
