"""The one way to merge two records and to take it back: functions of the database, written from the models (PER-1)."""

from iom.persons.merge_graph import following, steps
from iom.persons.merge_sharing import KEEP_NARROW, STATEMENTS, STILL_ENDED

ERROR_CODE = "IOM11"
BOTH_MANAGED = "Both records have an open case: deregister one of them first."
CONFLICT = (
    "The same PNC number with another date of birth is a conflict: find out which is right before you merge."
)
RESTRICTED = "The record that would go is restricted: keep that one, or have the restriction lifted first."
MERGED_ALREADY = "One of these records was merged already."
SIGNATURE = "Something about the record that would go waits for a second signature."
WAITING = "Something about the record that was kept waits for a second signature."
DISPOSAL = "The disposal of one of these records has been decided."
CHILD = "One date of birth is of a child and the other of an adult: find out which is right before you merge."
NOBODY_NAMED = (
    "Nobody who may restrict records is named on the record that is kept and sees the other too:"
    " name somebody on it first."
)
LATER = "The record that was kept has been merged itself since: take that back first."
NEWER = "Another record was merged into this one since: take that back first."
ANSWERING = "A request of this person about themselves is being answered: finish it first."
UNDONE = "This merge was taken back already."

_GUARDS = (
    ("a.merged_into_id IS NOT NULL OR b.merged_into_id IS NOT NULL", MERGED_ALREADY),
    ("b.is_restricted", RESTRICTED),
    (
        "a.pnc_id <> '' AND a.pnc_id = b.pnc_id AND a.date_of_birth IS DISTINCT FROM b.date_of_birth"
        " AND a.date_of_birth IS NOT NULL AND b.date_of_birth IS NOT NULL",
        CONFLICT,
    ),
    (
        "(a.date_of_birth > authz.today() - interval '18 years')"
        " <> (b.date_of_birth > authz.today() - interval '18 years')",
        CHILD,
    ),
    (
        "(SELECT count(*) FROM cohorts_case c WHERE c.person_id IN (a.id, b.id) AND c.status <> 'closed') > 1",
        BOTH_MANAGED,
    ),
    (
        "EXISTS (SELECT 1 FROM approvals_approval w WHERE w.person_id = b.id AND w.status = 'waiting')",
        SIGNATURE,
    ),
    (
        "EXISTS (SELECT 1 FROM retention_review r WHERE r.person_id IN (a.id, b.id)"
        " AND r.status IN ('asked', 'approved'))",
        DISPOSAL,
    ),
)
# What may not be going on when a merge is taken back: it would be about what then hangs on the other record.
_GUARDS_BACK = (
    ("m.undone_at IS NOT NULL", UNDONE),
    ("m.survivor_id <> m.kept_no", LATER),
    (
        "EXISTS (SELECT 1 FROM persons_merge l WHERE l.survivor_id = m.survivor_id AND l.id > m.id"
        " AND l.undone_at IS NULL)",
        NEWER,
    ),
    (
        "EXISTS (SELECT 1 FROM approvals_approval w WHERE w.person_id = m.kept_no AND w.status = 'waiting')",
        WAITING,
    ),
    (
        "EXISTS (SELECT 1 FROM retention_review r WHERE r.person_id IN (m.kept_no, m.merged_id)"
        " AND r.status IN ('asked', 'approved'))",
        DISPOSAL,
    ),
    (
        "EXISTS (SELECT 1 FROM retention_access_request r WHERE r.person_id = m.kept_no"
        " AND r.assembled_at > m.done_at AND r.status NOT IN ('released', 'refused', 'withdrawn'))",
        ANSWERING,
    ),
)


def _raise(condition: str, sentence: str) -> str:
    return f"    IF {condition} THEN RAISE EXCEPTION USING ERRCODE = '{ERROR_CODE}', MESSAGE = '{sentence}'; END IF;"


def statements() -> list[str]:
    """The functions, written anew after every migration; service alone may call them."""
    moves = "\n".join(
        f"    PERFORM authz.move_rows(this, '{table}', '{column}', b.id, a.id,"
        f" format($c${stay.replace('{was}', '%1$L')}$c$, b.id));"
        for table, column, stay in steps()
    )
    guards = "\n".join(_raise(condition, sentence) for condition, sentence in _GUARDS)
    back = "\n".join(_raise(condition, sentence) for condition, sentence in _GUARDS_BACK)
    along = "\n".join(
        f"    UPDATE {table} t SET {column} = m.merged_id WHERE t.{column} = m.kept_no AND ({follows});"
        for table, column, follows in following()
    )
    return [_SET, _MOVE, _PUT_BACK, *STATEMENTS, _merge(guards, moves), _unmerge(back, along), *_RIGHTS]


_SET = """
CREATE OR REPLACE FUNCTION authz.set_value(this bigint, tab text, pk bigint, col text, val text) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE was text;
BEGIN
    EXECUTE format('SELECT %I::text FROM %I WHERE id = $1', col, tab) INTO was USING pk;
    IF was IS NOT DISTINCT FROM val THEN RETURN; END IF;
    EXECUTE format('UPDATE %I SET %I = %L WHERE id = %L', tab, col, val, pk);
    EXECUTE format('SELECT %I::text FROM %I WHERE id = $1', col, tab) INTO val USING pk;
    INSERT INTO persons_merged_row (merge_id, table_name, row_id, column_name, before, after)
    VALUES (this, tab, pk, col, was, val);
END $$"""

# All rows at once; where one of them may not stand beside a row that is there already, one by one, and that one stays.
_MOVE = """
CREATE OR REPLACE FUNCTION authz.move_rows(this bigint, tab text, col text, was bigint, becomes bigint, stay text)
    RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE pk bigint;
        moving text := format(
            'WITH moved AS (UPDATE %1$I t SET %2$I = %4$L WHERE t.%2$I = %3$L AND NOT (%5$s) AND %6$s RETURNING t.id)
             INSERT INTO persons_merged_row (merge_id, table_name, row_id, column_name, before, after)
             SELECT %7$L, %1$L, id, %2$L, %3$L, %4$L FROM moved', tab, col, was, becomes, stay, '%s', this);
BEGIN
    IF to_regclass('public.' || tab) IS NULL THEN RETURN; END IF;
    BEGIN
        EXECUTE format(moving, 'true');
    EXCEPTION WHEN unique_violation OR exclusion_violation THEN
        FOR pk IN EXECUTE format('SELECT id FROM %I WHERE %I = $1 ORDER BY id', tab, col) USING was LOOP
            BEGIN
                EXECUTE format(moving, format('t.id = %L', pk));
            EXCEPTION WHEN unique_violation OR exclusion_violation THEN
                NULL;
            END;
        END LOOP;
    END;
END $$"""


def _merge(guards: str, moves: str) -> str:
    filled = "\n".join(
        f"    IF a.{column} = '' THEN"
        f" PERFORM authz.set_value(this, 'persons_person', a.id, '{column}', b.{column}); END IF;"
        for column in ("pnc_id", "cro_no", "prison_no", "crn")
    )
    return f"""
CREATE OR REPLACE FUNCTION authz.merge_people(this bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public SET TimeZone = 'UTC' AS $$
DECLARE a persons_person;
        b persons_person;
        s record;
        g record;
        parts text[];
        last_day date;
        was_orphaned boolean;
        pk bigint;
        before_scope text := coalesce(current_setting('app.owner_scope', true), '');
BEGIN
    PERFORM set_config('app.owner_scope', 'on', true);
    PERFORM 1 FROM persons_person p JOIN persons_merge m ON p.id IN (m.survivor_id, m.merged_id)
        WHERE m.id = this ORDER BY p.id FOR UPDATE OF p;
    SELECT p.* INTO a FROM persons_person p JOIN persons_merge m ON p.id = m.survivor_id WHERE m.id = this;
    SELECT p.* INTO b FROM persons_person p JOIN persons_merge m ON p.id = m.merged_id WHERE m.id = this;
{guards}
{moves}
    was_orphaned := authz.is_orphaned(a.id);
{KEEP_NARROW}
{_raise("a.is_restricted AND NOT was_orphaned AND authz.is_orphaned(a.id)", NOBODY_NAMED)}
{filled}
    IF a.date_of_birth IS NULL THEN
        PERFORM authz.set_value(this, 'persons_person', a.id, 'date_of_birth', b.date_of_birth::text);
    END IF;
    IF a.sex = 'U' THEN PERFORM authz.set_value(this, 'persons_person', a.id, 'sex', b.sex); END IF;
    IF b.is_managed THEN
        PERFORM authz.set_value(this, 'persons_person', a.id, 'is_managed', 'true');
        PERFORM authz.set_value(this, 'persons_person', b.id, 'is_managed', 'false');
    END IF;
    IF a.managing_unit_id IS NULL THEN
        PERFORM authz.set_value(this, 'persons_person', a.id, 'managing_unit_id', b.managing_unit_id::text);
    END IF;
    PERFORM authz.set_value(this, 'persons_person', b.id, 'managing_unit_id', NULL);
    IF b.search_name <> a.search_name
        AND NOT EXISTS (SELECT 1 FROM persons_alias l WHERE l.person_id = a.id AND l.search_name = b.search_name) THEN
        INSERT INTO persons_alias (person_id, family_name, given_names, search_name)
        VALUES (a.id, b.family_name, b.given_names, b.search_name) RETURNING id INTO pk;
        INSERT INTO persons_merged_row (merge_id, table_name, row_id, column_name)
        VALUES (this, 'persons_alias', pk, '');
    END IF;
    -- Nobody sees the row that goes: it is restricted to nobody, and points to the one that is kept.
    PERFORM authz.set_value(this, 'persons_person', b.id, 'is_restricted', 'true');
    PERFORM authz.set_value(this, 'persons_person', b.id, 'merged_into_id', a.id::text);
    INSERT INTO feeds_touched (person_id) VALUES (a.id), (b.id) ON CONFLICT DO NOTHING;
    PERFORM set_config('app.owner_scope', before_scope, true);
END $$"""


# All rows at once; where one may not stand again beside what was written since, one by one, and what is newer stands.
_PUT_BACK = """
CREATE OR REPLACE FUNCTION authz.put_back(tab text, col text, val text, was text, ids bigint[]) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE pk bigint;
        putting text := format(
            'UPDATE %1$I SET %2$I = %3$L WHERE id = ANY ($1) AND %2$I::text IS NOT DISTINCT FROM %4$L',
                               tab, col, val, was);
BEGIN
    BEGIN
        EXECUTE putting USING ids;
    EXCEPTION WHEN unique_violation OR exclusion_violation THEN
        FOREACH pk IN ARRAY ids LOOP
            BEGIN
                EXECUTE putting USING ARRAY[pk];
            EXCEPTION WHEN unique_violation OR exclusion_violation THEN
                NULL;
            END;
        END LOOP;
    END;
END $$"""


def _unmerge(guards: str, along: str) -> str:
    return f"""
CREATE OR REPLACE FUNCTION authz.unmerge_people(this bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public SET TimeZone = 'UTC' AS $$
DECLARE m persons_merge;
        g record;
        before_scope text := coalesce(current_setting('app.owner_scope', true), '');
BEGIN
    PERFORM set_config('app.owner_scope', 'on', true);
    SELECT * INTO m FROM persons_merge WHERE id = this FOR UPDATE;
    PERFORM 1 FROM persons_person p WHERE p.id IN (m.kept_no, m.merged_id) ORDER BY p.id FOR UPDATE;
{guards}
    FOR g IN SELECT table_name, column_name, before, after, array_agg(row_id) AS ids, max(id) AS last
             FROM persons_merged_row WHERE merge_id = this AND before IS DISTINCT FROM after OR
                  merge_id = this AND column_name = ''
             GROUP BY table_name, column_name, before, after ORDER BY last DESC LOOP
        IF g.column_name = '' THEN
            EXECUTE format('DELETE FROM %I WHERE id = ANY ($1)', g.table_name) USING g.ids;
        ELSE
            PERFORM authz.put_back(g.table_name, g.column_name, g.before, g.after, g.ids);
        END IF;
    END LOOP;
    -- What was written since about a row that has gone back goes with it.
{along}
{STILL_ENDED}
    UPDATE persons_person p SET is_managed = NOT p.is_managed
    WHERE p.id IN (m.kept_no, m.merged_id) AND p.is_managed <> EXISTS (
        SELECT 1 FROM cohorts_case c WHERE c.person_id = p.id AND c.status <> 'closed');
    INSERT INTO feeds_touched (person_id) VALUES (m.kept_no), (m.merged_id) ON CONFLICT DO NOTHING;
    PERFORM set_config('app.owner_scope', before_scope, true);
END $$"""


_RIGHTS = [
    "REVOKE ALL ON FUNCTION authz.set_value(bigint, text, bigint, text, text),"
    " authz.move_rows(bigint, text, text, bigint, bigint, text), authz.put_back(text, text, text, text, bigint[]),"
    " authz.parts_shared(bigint, bigint, date), authz.saw_record(bigint, bigint), authz.merge_people(bigint),"
    " authz.unmerge_people(bigint) FROM PUBLIC",
    "GRANT EXECUTE ON FUNCTION authz.merge_people(bigint), authz.unmerge_people(bigint) TO iom_service",
]
