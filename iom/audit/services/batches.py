"""Walking the rows of one span of transactions, leaf by leaf, in slices."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from iom.audit.leaves import STREAMS, Tree, leaf_of

NAMED_AT_MOST = 5
SLICE = 5_000

_LEAVES = {
    stream: f"SELECT r.id, r.leaf, r.disposal IS NOT NULL, r.at < %(earliest)s, r.leaf IS NULL OR (r.disposal IS NULL"
    f" AND r.leaf <> {leaf_of(stream)}) FROM public.{table} r WHERE r.xid >= %(from_xid)s AND r.xid < %(below_xid)s"
    " ORDER BY r.id"
    for stream, table in STREAMS.items()
}


@dataclass
class Batch:
    """What the rows of one span of transactions come to."""

    acts: int = 0
    changes: int = 0
    disposed: int = 0
    back_dated: int = 0
    wrong: int = 0
    named: list[str] = field(default_factory=list)
    root: bytes | None = None

    @property
    def rows(self) -> int:
        return self.acts + self.changes


def walk(span: dict[str, Any], counted: Callable[[int], None]) -> Batch:
    """The rows of a span in the order of the root, a slice at a time."""
    found, tree = Batch(), Tree()
    for stream, statement in _LEAVES.items():
        with connection.chunked_cursor() as cursor:
            cursor.execute(statement, span)
            while rows := cursor.fetchmany(SLICE):
                for number, leaf, is_disposed, is_back_dated, is_wrong in rows:
                    tree.add(leaf and bytes(leaf))
                    found.disposed += is_disposed
                    found.back_dated += bool(is_back_dated)
                    found.wrong += is_wrong
                    if is_wrong and len(found.named) < NAMED_AT_MOST:
                        found.named.append(f"{stream} {number}")
                if stream == "act":
                    found.acts += len(rows)
                else:
                    found.changes += len(rows)
                counted(len(rows))
    found.root = tree.close()
    return found
