"""The SQL of leaves and roots, from the code and not from the database: whoever checks trusts no function in there.

A leaf is SHA-256 over 0x00, the salt and the row's content; a node SHA-256 over its level and up to 256 children.
Four levels hold four thousand million rows; a root is always the fourth.
"""

from hashlib import sha256

FAN = 256
LEVELS = 4
STREAMS = {"act": "audit_act", "change": "audit_change"}
_COLUMNS = {
    "act": "r.kind, r.action, r.user_id, r.user_name, r.role, r.agency, to_jsonb(r.subjects), r.reason, r.detail,"
    " r.request_id",
    "change": "r.table_name, r.row_id, r.operation, r.subject, r.before, r.after, r.user_id, r.database_role,"
    " r.request_id",
}


def leaf_of(stream: str) -> str:
    """The leaf that a row `r` of this stream must have; null for one that was disposed of."""
    return (
        f"sha256('\\x00'::bytea || r.salt || convert_to(jsonb_build_array('{stream}', r.id, r.xid,"
        f" extract(epoch FROM r.at), {_COLUMNS[stream]})::text, 'UTF8'))"
    )


def _node(level: int, below: str) -> str:
    return (
        f"SELECT n / {FAN} AS n, sha256('\\x0{level}'::bytea || string_agg(h, ''::bytea ORDER BY n)) AS h"
        f" FROM {below} GROUP BY n / {FAN}"
    )


# The root over the rows whose transaction lies in [from_xid, below_xid), acts before changes, each by number.
ROOT = f"""
    WITH leaves AS (
        SELECT row_number() OVER (ORDER BY stream, id) - 1 AS n, h FROM (
            SELECT 0 AS stream, id, leaf AS h FROM public.audit_act WHERE xid >= %(from_xid)s AND xid < %(below_xid)s
            UNION ALL
            SELECT 1, id, leaf FROM public.audit_change WHERE xid >= %(from_xid)s AND xid < %(below_xid)s) r),
    level1 AS ({_node(1, "leaves")}),
    level2 AS ({_node(2, "level1")}),
    level3 AS ({_node(3, "level2")}),
    level4 AS ({_node(4, "level3")})
    SELECT h FROM level4
"""


class Tree:
    """The same root, leaf by leaf in their order, holding no more than a node's children at each level."""

    def __init__(self) -> None:
        self.waiting = [bytearray() for _ in range(LEVELS)]
        self.children = [0] * LEVELS
        self.root: bytes | None = None

    def add(self, leaf: bytes | None) -> None:
        """The next leaf; a row without one keeps its place."""
        self._put(0, leaf or b"")

    def close(self) -> bytes | None:
        """The root over all that was added, or None when nothing was."""
        for level in range(LEVELS):
            if self.children[level]:
                self._node(level)
        return self.root

    def _put(self, level: int, below: bytes) -> None:
        self.waiting[level] += below
        self.children[level] += 1
        if self.children[level] == FAN:
            self._node(level)

    def _node(self, level: int) -> None:
        made = sha256(bytes([level + 1]) + self.waiting[level]).digest()
        self.waiting[level], self.children[level] = bytearray(), 0
        if level + 1 == LEVELS:
            self.root = made
        else:
            self._put(level + 1, made)
