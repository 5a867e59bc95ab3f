"""The statements of an import, made from a kind's declaration. Pure: text in, text out."""

from iom.feeds.kinds import FILE, KEPT_COLUMNS, LINE, FeedKind, Load
from iom.feeds.rules import WITHDRAWN

HASH = "sha256(convert_to(concat_ws(chr(31), {values}), 'UTF8'))"


def _quoted(name: str) -> str:
    return f'"{name}"'


def _listed(names: tuple[str, ...] | list[str], of: str = "") -> str:
    return ", ".join(f"{of}{_quoted(name)}" for name in names)


def _key(kind: FeedKind) -> str:
    return _listed(kind.key, "s.")


def _said(kind: FeedKind, withdraws: bool) -> list[str]:
    return [*kind.column_names, *((WITHDRAWN,) if withdraws else ())]


def drop_exact_repeats(kind: FeedKind, *, withdraws: bool) -> str:
    """Of rows that say exactly the same, the first stays; the others count as unchanged."""
    same = " AND ".join(f"s.{_quoted(n)} IS NOT DISTINCT FROM t.{_quoted(n)}" for n in _said(kind, withdraws))
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


def validation(kind: FeedKind, *, withdraws: bool) -> str:
    """One pass over the staged rows: for each wrong one, every failing column with its reason.

    Of a withdrawn row only what makes it known must be right: the source may no longer hold the rest.
    """
    tests = [(check.column, f"({check.wrong})", check.said) for check in kind.all_checks]
    if withdraws:
        tests = [
            (column, wrong if column in kind.key else f"(s.{WITHDRAWN} IS NULL AND {wrong})", said)
            for column, wrong, said in tests
        ]
        tests.append((WITHDRAWN, f"(s.{WITHDRAWN} <> 'Y')", "'is neither Y, N nor empty'"))
    wrong = " OR ".join(test for _, test, _ in tests)
    said = ",\n".join(
        f"CASE WHEN {test} THEN jsonb_build_array({_sql_text(column)}, {reason}) END"
        for column, test, reason in tests
    )
    return f"""
        CREATE TEMPORARY TABLE feed_bad ON COMMIT DROP AS
        SELECT s.line_no, problem->>0 AS "column", problem->>1 AS reason
        FROM (SELECT s.line_no, array_remove(ARRAY[{said}], NULL) AS problems
            FROM feed_stage s {kind.joins} WHERE {wrong}) s, unnest(s.problems) problem"""


def keep_rejected_rows(kind: FeedKind, *, withdraws: bool) -> str:
    raw = f"jsonb_build_array({_listed(_said(kind, withdraws), 's.')})"
    return f"""
        INSERT INTO feeds_feedrejectedrow (file_id, line, raw)
        SELECT %(file)s, s.line_no, {raw} FROM feed_stage s
        WHERE s.line_no IN (SELECT line_no FROM feed_bad) UNION ALL SELECT %(file)s, line_no, raw FROM feed_short"""


DROP_WITHDRAWN = f"DELETE FROM feed_stage WHERE {WITHDRAWN} IS NOT NULL"
NOT_WITHDRAWN_IS_EMPTY = f"UPDATE feed_stage SET {WITHDRAWN} = NULL WHERE {WITHDRAWN} = 'N'"
KEEP_REASONS = """
    INSERT INTO feeds_feedreject (file_id, line, "column", reason)
    SELECT %(file)s, line_no, "column", reason FROM feed_bad
    UNION ALL SELECT %(file)s, line_no, 'row', reason FROM feed_short
    ORDER BY 2"""


def merge(kind: FeedKind, load: Load) -> str:
    """Write the good rows where their hash differs; answers new, changed and the newest date.

    Notes who is touched, before and after, and keeps each corrected row as it was.
    """
    values = {**load.values, FILE: "%(file)s::bigint", LINE: "s.line_no"}
    columns = [*values, load.hash_column]
    hashed = load.hashed or tuple(value for name, value in load.values.items() if name not in load.keep)
    digest = HASH.format(values=", ".join(f"coalesce(({value})::text, '')" for value in hashed))
    selected = ", ".join(f"{sql} AS {_quoted(name)}" for name, sql in values.items())
    names = _listed(columns)
    kept = {*load.key, *load.keep, *load.on_update}
    set_to = [f"{_quoted(n)} = excluded.{_quoted(n)}" for n in columns if n not in kept]
    set_to += [f"{_quoted(name)} = {sql}" for name, sql in load.on_update.items()]
    inferred = f"({_listed(load.key)})" + (f" WHERE {load.conflict_where}" if load.conflict_where else "")
    wanted = f" AND ({load.where})" if load.where else ""
    newest = (
        f"(SELECT max(w.{_quoted(load.happened_on)}) FROM wanted w)" if load.happened_on else "NULL::date"
    )
    carried = "".join(f", old.{_quoted(name)} AS {_quoted(name)}" for name in ("id", *load.carried))
    return f"""
        WITH wanted AS (
            SELECT {selected}, {digest} AS {_quoted(load.hash_column)} FROM feed_stage s {kind.joins} WHERE true{wanted}
        ), written AS (
            INSERT INTO {load.table} AS t ({names}) SELECT {names} FROM wanted
            ON CONFLICT {inferred} DO UPDATE SET {", ".join(set_to)}
            WHERE t.{_quoted(load.hash_column)} IS DISTINCT FROM excluded.{_quoted(load.hash_column)}
            RETURNING old.id IS NULL AS is_new, new.{LINE} AS line_now, {_people(load)}{carried}
        ){_kept(load, "written", "line_now", withdrawn=False)}{_noted(load, "written")}
        SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new),
            {newest} FROM written"""


def take_away(load: Load) -> str:
    """Remove rows of a follow-on that the staged rows no longer call for."""
    return _removal(load, f"NOT coalesce(({load.where}), false)")


def withdraw(load: Load) -> str:
    """Remove the rows that the source has withdrawn; answers how many were held."""
    return _removal(load, f"s.{WITHDRAWN} IS NOT NULL")


def goes_back(load: Load) -> str:
    """Note the rows that came by the reference of a merged record: they go back to it when the merge is taken back."""
    return f"""
        INSERT INTO persons_merged_row (merge_id, table_name, row_id, column_name, before, after)
        SELECT m.id, '{load.table}', t.id, '{load.person}', told.id::text, told.merged_into_id::text
        FROM persons_merge m JOIN persons_person told ON told.id = m.merged_id
        JOIN feed_stage s ON s.nominal_ref = told.nominal_ref
        JOIN {load.table} t ON t.{_quoted(load.person)} = told.merged_into_id
            AND t.{FILE} = %(file)s AND t.{LINE} = s.line_no
        WHERE m.undone_at IS NULL AND NOT EXISTS (
            SELECT 1 FROM persons_merged_row r WHERE r.merge_id = m.id AND r.table_name = '{load.table}'
            AND r.row_id = t.id AND r.column_name = '{load.person}')"""


def _removal(load: Load, condition: str) -> str:
    same = " AND ".join(f"t.{_quoted(name)} = ({load.values[name]})" for name in load.key)
    carried = "".join(f", t.{_quoted(name)} AS {_quoted(name)}" for name in ("id", *load.carried))
    of_whom = f"t.{_quoted(load.person)}" if load.person else "NULL::bigint"
    return f"""
        WITH gone AS (
            DELETE FROM {load.table} t USING feed_stage s WHERE {same} AND {condition}
            RETURNING false AS is_new, s.line_no AS line_now, {of_whom} AS person_now,
                NULL::bigint AS person_before{carried}
        ){_kept(load, "gone", "line_now", withdrawn=True)}{_noted(load, "gone")}
        SELECT count(*) FROM gone"""


def _people(load: Load) -> str:
    if not load.person:
        return "NULL::bigint AS person_now, NULL::bigint AS person_before"
    column = _quoted(load.person)
    return f"new.{column} AS person_now, old.{column} AS person_before"


def _kept(load: Load, rows: str, line: str, *, withdrawn: bool) -> str:
    if not load.versions:
        return ""
    carried = _listed(load.carried)
    return f""", kept AS (
            INSERT INTO {load.versions} (event_id, {carried}, {_listed(KEPT_COLUMNS)})
            SELECT id, {carried}, %(at)s::timestamptz, %(file)s::bigint, {line}, {withdrawn} FROM {rows}
            WHERE NOT is_new
        )"""


def _noted(load: Load, rows: str) -> str:
    if not load.person:
        return ""
    return f""", noted AS (
            INSERT INTO feeds_touched (person_id, file_id)
            SELECT DISTINCT person_id, %(file)s::bigint
            FROM (SELECT person_now FROM {rows} UNION SELECT person_before FROM {rows}) both_of (person_id)
            WHERE person_id IS NOT NULL
            ON CONFLICT DO NOTHING
        )"""


TAKE_TOUCHED = """
    WITH taken AS MATERIALIZED (
        SELECT t.id FROM feeds_touched t LEFT JOIN feeds_feedfile f ON f.id = t.file_id
        WHERE (t.file_id IS NULL OR f.loaded_at < %(before)s) AND t.person_id IN (
            SELECT DISTINCT person_id FROM feeds_touched ORDER BY person_id LIMIT %(people)s
        )
        FOR UPDATE OF t SKIP LOCKED
    )
    DELETE FROM feeds_touched t USING taken WHERE t.id = taken.id RETURNING t.person_id"""


def _sql_text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
