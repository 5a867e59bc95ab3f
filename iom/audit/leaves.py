"""The SQL of leaves and roots, from the code and not from the database: whoever checks trusts no function in there.

A leaf is SHA-256 over 0x00, the salt and the row's content; a node SHA-256 over its level and up to 256 children.
Four levels hold four thousand million rows; a root is always the fourth.
"""

FAN = 256
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
