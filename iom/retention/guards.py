"""What the database itself keeps: holds, the one way of disposal, and no bundle of undecided items (SHR-4)."""

from iom.retention.graph import steps

OPEN_CASE = "The person is under management: a case is open."
IN_CUSTODY = "The person is in custody."
HELD = "A hold stands on this record."
ASKED_TO_SEE = "The person asked to see what is held about them, and the request is not answered yet."
UNDECIDED = "This review has not been decided by two people."
SENTENCES = (OPEN_CASE, IN_CUSTODY, HELD, ASKED_TO_SEE, UNDECIDED)
ERROR_CODE = "IOM10"

_HELD = "EXISTS (SELECT 1 FROM retention_legalhold h WHERE h.person_id = {who} AND h.lifted_at IS NULL)"
_GUARDS = (
    (
        "NOT EXISTS (SELECT 1 FROM retention_review r WHERE r.id = review AND r.person_id = person"
        " AND r.status = 'approved' AND r.approved_by_id IS NOT NULL AND r.decided_by_id <> r.approved_by_id)",
        UNDECIDED,
    ),
    (_HELD.format(who="person"), HELD),
    ("EXISTS (SELECT 1 FROM cohorts_case c WHERE c.person_id = person AND c.status <> 'closed')", OPEN_CASE),
    (
        "EXISTS (SELECT 1 FROM persons_custodyperiod c WHERE c.person_id = person"
        " AND (c.held_to IS NULL OR c.held_to > authz.today()))",
        IN_CUSTODY,
    ),
    (
        "EXISTS (SELECT 1 FROM retention_access_request r WHERE r.person_id = person"
        " AND r.status NOT IN ('released', 'refused', 'withdrawn'))",
        ASKED_TO_SEE,
    ),
)


def _raise(condition: str, sentence: str) -> str:
    return f"    IF {condition} THEN RAISE EXCEPTION USING ERRCODE = '{ERROR_CODE}', MESSAGE = '{sentence}'; END IF;"


def _step(table: str, statement: str) -> str:
    return (
        f"    {statement};\n    GET DIAGNOSTICS n = ROW_COUNT;\n"
        f"    IF n > 0 THEN counts := counts || jsonb_build_object('{table}', n); END IF;"
    )


def statements() -> list[str]:
    """Functions and triggers, written anew after every migration from the models and their rules."""
    body = "\n".join(
        [_raise(condition, sentence) for condition, sentence in _GUARDS]
        + [_step(model._meta.db_table, statement) for model, statement in steps()]
    )
    return [
        f"""CREATE OR REPLACE FUNCTION authz.dispose_person(person bigint, review bigint) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
#variable_conflict use_column
DECLARE
    counts jsonb := '{{}}';
    n bigint;
    people bigint[];
    before_scope text := coalesce(current_setting('app.owner_scope', true), '');
BEGIN
    PERFORM set_config('app.owner_scope', 'on', true);
    people := ARRAY(SELECT p.id FROM persons_person p WHERE person IN (p.id, p.merged_into_id));
{body}
    PERFORM set_config('app.owner_scope', before_scope, true);
    RETURN counts;
END $$""",
        "REVOKE ALL ON FUNCTION authz.dispose_person(bigint, bigint) FROM PUBLIC",
        "GRANT EXECUTE ON FUNCTION authz.dispose_person(bigint, bigint) TO iom_service",
        f"""CREATE OR REPLACE FUNCTION authz.refuse_held() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE before_lookup text := coalesce(current_setting('app.definer_lookup', true), '');
BEGIN
    PERFORM set_config('app.definer_lookup', 'on', true);
{_raise(_HELD.format(who="OLD.id"), HELD)}
    PERFORM set_config('app.definer_lookup', before_lookup, true);
    RETURN OLD;
END $$""",
        "REVOKE ALL ON FUNCTION authz.refuse_held() FROM PUBLIC",
        "DROP TRIGGER IF EXISTS refuse_held ON persons_person",
        "CREATE TRIGGER refuse_held BEFORE DELETE ON persons_person FOR EACH ROW"
        " EXECUTE FUNCTION authz.refuse_held()",
        """CREATE OR REPLACE FUNCTION authz.refuse_undecided() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE before_lookup text := coalesce(current_setting('app.definer_lookup', true), '');
BEGIN
    PERFORM set_config('app.definer_lookup', 'on', true);
    IF EXISTS (SELECT 1 FROM retention_access_item i WHERE i.request_id = NEW.request_id AND i.outcome = '')
        OR NOT EXISTS (SELECT 1 FROM retention_access_request r WHERE r.id = NEW.request_id AND r.status = 'signed'
            AND r.signed_by_id <> r.asked_by_id)
        OR EXISTS (SELECT 1 FROM retention_access_item i JOIN retention_access_request r ON r.id = i.request_id
            WHERE r.id = NEW.request_id AND i.decided_by_id = r.signed_by_id) THEN
        RAISE EXCEPTION USING ERRCODE = 'IOM10', MESSAGE = 'Not everything is decided and signed.';
    END IF;
    PERFORM set_config('app.definer_lookup', before_lookup, true);
    RETURN NEW;
END $$""",
        "REVOKE ALL ON FUNCTION authz.refuse_undecided() FROM PUBLIC",
        "DROP TRIGGER IF EXISTS refuse_undecided ON retention_bundle",
        "CREATE TRIGGER refuse_undecided BEFORE INSERT ON retention_bundle FOR EACH ROW"
        " EXECUTE FUNCTION authz.refuse_undecided()",
    ]
