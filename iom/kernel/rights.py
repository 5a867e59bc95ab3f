"""A step aside into the rights of another database class, for the few tables that only that class may touch."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def rights_of(role: str) -> Iterator[None]:
    """A transaction with the rights of one class, which leaves the role as it was."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('role')")
        before = cursor.fetchone()[0]
        cursor.execute("SELECT set_config('role', %s, true)", [role])
        yield
        cursor.execute("SELECT set_config('role', %s, true)", [before])
