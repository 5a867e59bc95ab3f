"""The statements of an import, made from a kind's declaration. Pure: text in, text out."""

from iom.feeds.kinds import FeedKind, Load

HASH = "sha256(convert_to(concat_ws(chr(31), {values}), 'UTF8'))"


def _quoted(name: str) -> str:
    return f'"{name}"'


def _key(kind: FeedKind) -> str:
    return ", ".join(f"s.{_quoted(name)}" for name in kind.key)


def _raw(kind: FeedKind) -> str:
    return "jsonb_build_array(" + ", ".join(f"s.{_quoted(name)}" for name in kind.column_names) + ")"


def drop_exact_repeats(kind: FeedKind) -> str:
    """Of rows that say exactly the same, the first stays; the others count as unchanged."""
    same = " AND ".join(f"s.{_quoted(n)} IS NOT DISTINCT FROM t.{_quoted(n)}" for n in kind.column_names)
    return f"""
        DELETE FROM feed_stage s USING feed_twice k, feed_stage t
        WHERE s.line_no = ANY (k.lines) AND t.line_no = ANY (k.lines) AND t.line_no < s.line_no AND {same}"""


def find_repeated_keys(kind: FeedKind) -> str:
    """Keys that stand on more than one line, with their lines."""
    filled = " AND ".join(f"s.{_quoted(name)} IS NOT NULL" for name in kind.key[:1])
    return f"""
        CREATE TEMPORARY TABLE feed_twice ON COMMIT DROP AS
        SELECT array_agg(s.line_no ORDER BY s.line_no) AS lines FROM feed_stage s
        WHERE {filled} GROUP BY {_key(kind)} HAVING count(*) > 1"""


def contradictions(kind: FeedKind) -> str:
    """Rows of one key that say different things: each is rejected, since the file does not tell which is right."""
    return f"""
        SELECT s.line_no, {_sql_text(kind.key[0])},
            'is on lines ' || (SELECT string_agg(l::text, ' and ' ORDER BY l) FROM unnest(k.lines) l)
            || ' with different values; the file does not tell which is right'
        FROM feed_stage s JOIN feed_twice k ON s.line_no = ANY (k.lines)
        WHERE (SELECT count(*) FROM feed_stage t WHERE t.line_no = ANY (k.lines)) > 1"""


def validation(kind: FeedKind) -> str:
    """One pass over the staged rows: for each wrong one, every failing column with its reason."""
    checks = kind.all_checks
    wrong = " OR ".join(f"({check.wrong})" for check in checks)
    said = ",\n".join(
        f"CASE WHEN {check.wrong} THEN jsonb_build_array({_sql_text(check.column)}, {check.said}) END"
        for check in checks
    )
    return f"""
        CREATE TEMPORARY TABLE feed_bad ON COMMIT DROP AS
        SELECT s.line_no, problem->>0 AS "column", problem->>1 AS reason
        FROM (SELECT s.line_no, array_remove(ARRAY[{said}], NULL) AS problems
            FROM feed_stage s {kind.joins} WHERE {wrong}) s, unnest(s.problems) problem"""


def keep_rejected_rows(kind: FeedKind) -> str:
    return f"""
        INSERT INTO feeds_feedrejectedrow (file_id, line, raw)
        SELECT %(file)s, s.line_no, {_raw(kind)} FROM feed_stage s
        WHERE s.line_no IN (SELECT line_no FROM feed_bad) UNION ALL SELECT %(file)s, line_no, raw FROM feed_short"""


KEEP_REASONS = """
    INSERT INTO feeds_feedreject (file_id, line, "column", reason)
    SELECT %(file)s, line_no, "column", reason FROM feed_bad
    UNION ALL SELECT %(file)s, line_no, 'row', reason FROM feed_short
    ORDER BY 2"""


def merge(kind: FeedKind, load: Load) -> str:
    """Write the good rows where their hash differs; answers new, changed and the newest date; notes who is touched."""
    columns = [*load.values, load.hash_column]
    hashed = load.hashed or tuple(value for name, value in load.values.items() if name not in load.keep)
    digest = HASH.format(values=", ".join(f"coalesce(({value})::text, '')" for value in hashed))
    selected = ", ".join(f"{sql} AS {_quoted(name)}" for name, sql in load.values.items())
    names = ", ".join(_quoted(name) for name in columns)
    set_to = ", ".join(
        f"{_quoted(n)} = excluded.{_quoted(n)}" for n in columns if n not in load.key and n not in load.keep
    )
    key = ", ".join(_quoted(name) for name in load.key)
    inferred = f"({key})" + (f" WHERE {load.conflict_where}" if load.conflict_where else "")
    wanted = f" AND ({load.where})" if load.where else ""
    newest = (
        f"(SELECT max(w.{_quoted(load.happened_on)}) FROM wanted w)" if load.happened_on else "NULL::date"
    )
    return f"""
        WITH wanted AS (
            SELECT {selected}, {digest} AS {_quoted(load.hash_column)} FROM feed_stage s {kind.joins} WHERE true{wanted}
        ), written AS (
            INSERT INTO {load.table} AS t ({names}) SELECT {names} FROM wanted
            ON CONFLICT {inferred} DO UPDATE SET {set_to}
            WHERE t.{_quoted(load.hash_column)} IS DISTINCT FROM excluded.{_quoted(load.hash_column)}
            RETURNING (xmax = 0) AS is_new, t.{_quoted(load.person)} AS person_id
        ), noted AS (
            INSERT INTO feeds_touched (person_id, file_id) SELECT DISTINCT person_id, %(file)s::bigint FROM written
            ON CONFLICT DO NOTHING
        )
        SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new),
            {newest} FROM written"""


def take_away(load: Load) -> str:
    """Remove rows of a follow-on that the staged rows no longer call for."""
    same = " AND ".join(f"t.{_quoted(name)} = ({load.values[name]})" for name in load.key)
    return f"""
        WITH gone AS (
            DELETE FROM {load.table} t USING feed_stage s
            WHERE {same} AND NOT coalesce(({load.where}), false) RETURNING t.{_quoted(load.person)} AS person_id
        )
        INSERT INTO feeds_touched (person_id, file_id) SELECT DISTINCT person_id, %(file)s::bigint FROM gone
        ON CONFLICT DO NOTHING"""


TAKE_TOUCHED = """
    WITH taken AS MATERIALIZED (
        SELECT t.id FROM feeds_touched t JOIN feeds_feedfile f ON f.id = t.file_id
        WHERE f.loaded_at < %(before)s AND t.person_id IN (
            SELECT DISTINCT person_id FROM feeds_touched ORDER BY person_id LIMIT %(people)s
        )
        FOR UPDATE OF t SKIP LOCKED
    )
    DELETE FROM feeds_touched t USING taken WHERE t.id = taken.id RETURNING t.person_id"""


def _sql_text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
