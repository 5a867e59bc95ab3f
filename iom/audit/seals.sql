-- What the database puts on every row of the audit, and what it refuses. Applied after every migration; idempotent.
-- Only functions built into PostgreSQL. The expressions of a leaf stand in iom/audit/leaves.py as well, since whoever
-- checks must not trust a function that stands in the database; a test ties the two together.

CREATE OR REPLACE FUNCTION authz.stamp_act() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public AS $$
BEGIN
    NEW.salt := uuid_send(gen_random_uuid());
    NEW.xid := pg_current_xact_id()::text::bigint + (SELECT shift FROM audit_origin);
    NEW.disposal := NULL;
    NEW.leaf := sha256('\x00'::bytea || NEW.salt || convert_to(jsonb_build_array('act', NEW.id, NEW.xid,
        extract(epoch FROM NEW.at), NEW.kind, NEW.action, NEW.user_id, NEW.user_name, NEW.role, NEW.agency,
        to_jsonb(NEW.subjects), NEW.reason, NEW.detail, NEW.request_id)::text, 'UTF8'));
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION authz.stamp_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public AS $$
BEGIN
    NEW.salt := uuid_send(gen_random_uuid());
    NEW.xid := pg_current_xact_id()::text::bigint + (SELECT shift FROM audit_origin);
    NEW.disposal := NULL;
    NEW.leaf := sha256('\x00'::bytea || NEW.salt || convert_to(jsonb_build_array('change', NEW.id, NEW.xid,
        extract(epoch FROM NEW.at), NEW.table_name, NEW.row_id, NEW.operation, NEW.subject, NEW.before, NEW.after,
        NEW.user_id, NEW.database_role, NEW.request_id)::text, 'UTF8'));
    RETURN NEW;
END $$;

-- Rows from before there were seals get theirs once, in steps; how many are left is asked through the partial index.
CREATE OR REPLACE FUNCTION authz.stamp_older(at_most integer) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public AS $$
DECLARE
    this_xid bigint := pg_current_xact_id()::text::bigint + (SELECT shift FROM audit_origin);
    done bigint;
    more bigint;
BEGIN
    PERFORM set_config('app.definer_lookup', 'on', true), set_config('app.audit_write', 'stamp', true);
    WITH older AS (
        SELECT a.id, uuid_send(gen_random_uuid()) AS salt FROM audit_act a WHERE a.leaf IS NULL
         ORDER BY a.id LIMIT at_most)
    UPDATE audit_act r SET salt = older.salt, xid = this_xid,
        leaf = sha256('\x00'::bytea || older.salt || convert_to(jsonb_build_array('act', r.id, this_xid,
            extract(epoch FROM r.at), r.kind, r.action, r.user_id, r.user_name, r.role, r.agency,
            to_jsonb(r.subjects), r.reason, r.detail, r.request_id)::text, 'UTF8'))
      FROM older WHERE r.id = older.id;
    GET DIAGNOSTICS done = ROW_COUNT;
    WITH older AS (
        SELECT c.id, uuid_send(gen_random_uuid()) AS salt FROM audit_change c WHERE c.leaf IS NULL
         ORDER BY c.id LIMIT at_most)
    UPDATE audit_change r SET salt = older.salt, xid = this_xid,
        leaf = sha256('\x00'::bytea || older.salt || convert_to(jsonb_build_array('change', r.id, this_xid,
            extract(epoch FROM r.at), r.table_name, r.row_id, r.operation, r.subject, r.before, r.after,
            r.user_id, r.database_role, r.request_id)::text, 'UTF8'))
      FROM older WHERE r.id = older.id;
    GET DIAGNOSTICS more = ROW_COUNT;
    PERFORM set_config('app.definer_lookup', '', true), set_config('app.audit_write', '', true);
    RETURN done + more;
END $$;

-- For everybody, the owner included: a row is added, stamped once if it is older than the seals, disposed of once by a
-- decision, and nothing else. The shape of the change is checked here, whoever asks.
CREATE OR REPLACE FUNCTION authz.audit_only_grows() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public AS $$
DECLARE
    what text := coalesce(current_setting('app.audit_write', true), '');
    stamped text[] := ARRAY['salt', 'leaf', 'xid'];
    blanked text[] := ARRAY['salt', 'disposal', 'subjects', 'reason', 'detail', 'row_id', 'subject', 'before', 'after'];
    new_row jsonb;
BEGIN
    IF TG_OP = 'UPDATE' AND what <> '' THEN
        new_row := to_jsonb(NEW);
        IF what = 'stamp' AND OLD.leaf IS NULL AND OLD.salt IS NULL AND new_row - stamped = to_jsonb(OLD) - stamped THEN
            RETURN NEW;
        END IF;
        IF what = 'dispose' AND OLD.disposal IS NULL AND NEW.disposal IS NOT NULL AND NEW.salt IS NULL
            AND new_row - blanked = to_jsonb(OLD) - blanked
            AND coalesce(new_row -> 'subjects', '[]') = '[]' AND coalesce(new_row ->> 'reason', '') = ''
            AND coalesce(new_row -> 'detail', '{}') = '{}' AND coalesce(new_row ->> 'row_id', '') = ''
            AND new_row ->> 'subject' IS NULL AND new_row ->> 'before' IS NULL AND new_row ->> 'after' IS NULL THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'The audit only grows: % of % is refused.', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

-- Blanks what these rows say, for a decision; the leaves and so the roots stay. Returns how many of each were blanked.
CREATE OR REPLACE FUNCTION authz.dispose_audit(
    act_ids bigint[], change_ids bigint[], decision bigint, OUT acts bigint, OUT changes bigint
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM set_config('app.definer_lookup', 'on', true), set_config('app.audit_write', 'dispose', true);
    UPDATE audit_act SET salt = NULL, subjects = '{}', reason = '', detail = '{}', disposal = decision
     WHERE id = ANY(act_ids) AND disposal IS NULL AND leaf IS NOT NULL;
    GET DIAGNOSTICS acts = ROW_COUNT;
    UPDATE audit_change SET salt = NULL, row_id = '', subject = NULL, before = NULL, after = NULL, disposal = decision
     WHERE id = ANY(change_ids) AND disposal IS NULL AND leaf IS NOT NULL;
    GET DIAGNOSTICS changes = ROW_COUNT;
    PERFORM set_config('app.definer_lookup', '', true), set_config('app.audit_write', '', true);
END $$;

REVOKE ALL ON FUNCTION authz.stamp_act(), authz.stamp_change(), authz.audit_only_grows(), authz.stamp_older(integer),
    authz.dispose_audit(bigint[], bigint[], bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION authz.stamp_older(integer), authz.dispose_audit(bigint[], bigint[], bigint) TO iom_service;

CREATE OR REPLACE TRIGGER stamp BEFORE INSERT ON audit_act FOR EACH ROW EXECUTE FUNCTION authz.stamp_act();
CREATE OR REPLACE TRIGGER stamp BEFORE INSERT ON audit_change FOR EACH ROW EXECUTE FUNCTION authz.stamp_change();
CREATE OR REPLACE TRIGGER only_grows BEFORE UPDATE OR DELETE ON audit_act
    FOR EACH ROW EXECUTE FUNCTION authz.audit_only_grows();
CREATE OR REPLACE TRIGGER only_grows BEFORE UPDATE OR DELETE ON audit_change
    FOR EACH ROW EXECUTE FUNCTION authz.audit_only_grows();
CREATE OR REPLACE TRIGGER only_grows BEFORE UPDATE OR DELETE ON audit_seal
    FOR EACH ROW EXECUTE FUNCTION authz.audit_only_grows();
CREATE OR REPLACE TRIGGER only_grows BEFORE UPDATE OR DELETE ON audit_sealkey
    FOR EACH ROW EXECUTE FUNCTION authz.audit_only_grows();

-- A backup restored into another cluster begins with low transaction ids again: go on above the highest that was used.
DO $$
DECLARE
    highest bigint;
    first_free bigint := greatest(pg_snapshot_xmax(pg_current_snapshot())::text::bigint,
        pg_current_xact_id_if_assigned()::text::bigint + 1);
BEGIN
    INSERT INTO audit_origin (id, shift) VALUES (1, 0) ON CONFLICT DO NOTHING;
    PERFORM set_config('app.definer_lookup', 'on', true);
    SELECT greatest((SELECT max(xid) FROM audit_act), (SELECT max(xid) FROM audit_change),
                    (SELECT max(below_xid) - 1 FROM audit_seal)) INTO highest;
    PERFORM set_config('app.definer_lookup', '', true);
    UPDATE audit_origin SET shift = highest + 1 - first_free + 1000000 WHERE first_free + shift <= highest;
END $$;
