-- Oversight: whom I answer for, deciding on what was found, and who looked at a person. Idempotent.

-- The outcome of a finding, by an auditor or somebody above the user, never by the user. Whether it was there to decide.
CREATE OR REPLACE FUNCTION authz.decide_finding(finding bigint, what text, why text, at timestamptz) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    me bigint := authz.user_id();
    my_role text := (SELECT role FROM authz.my_membership);
    charges bigint[] := authz.my_charges();
    done bigint;
BEGIN
    PERFORM set_config('app.definer_lookup', 'on', true);
    UPDATE oversight_finding f SET status = 'reviewed', outcome = what, note = why, reviewed_by_id = me, reviewed_at = at
     WHERE f.id = finding AND f.status = 'open' AND f.user_id <> me
       AND (my_role = 'auditor' OR f.user_id = ANY(charges));
    GET DIAGNOSTICS done = ROW_COUNT;
    PERFORM set_config('app.definer_lookup', '', true);
    RETURN done = 1;
END $$;

-- The signature under the review of an auditor: another auditor's, or the central point of contact's.
CREATE OR REPLACE FUNCTION authz.sign_audit_review(review bigint, what text, why text, at timestamptz) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    me bigint := authz.user_id();
    my_role text := (SELECT role FROM authz.my_membership);
    done bigint;
BEGIN
    PERFORM set_config('app.definer_lookup', 'on', true);
    UPDATE oversight_auditreview r SET outcome = what, note = why, reviewer_id = me, signed_at = at
     WHERE r.id = review AND r.signed_at IS NULL AND r.reviewed_id <> me AND my_role IN ('auditor', 'central_spoc');
    GET DIAGNOSTICS done = ROW_COUNT;
    PERFORM set_config('app.definer_lookup', '', true);
    RETURN done = 1;
END $$;

-- Who did what with one person's record, newest first: for auditors, and for the supervisor of the district or hub that
-- holds the record. A supervisor is not told of auditors. Whether the reader may see the person is asked before.
CREATE OR REPLACE FUNCTION authz.who_looked(person bigint, older_than timestamptz, at_most integer)
    RETURNS TABLE (id bigint, at timestamptz, user_name text, role text, agency text, kind text, action text, reason text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    is_auditor boolean := EXISTS (SELECT 1 FROM authz.my_membership m WHERE m.role = 'auditor');
    is_theirs boolean;
BEGIN
    PERFORM set_config('app.definer_lookup', 'on', true);
    is_theirs := is_auditor OR EXISTS (
        SELECT 1 FROM persons_person p JOIN authz.my_membership m
            ON m.unit_kind = 'force' OR m.unit_id IN (p.home_unit_id, p.managing_unit_id)
         WHERE p.id = person AND authz.rank_of(m.role) > 0);
    IF is_theirs THEN
        RETURN QUERY SELECT a.id, a.at, a.user_name::text, a.role::text, a.agency::text, a.kind::text, a.action::text,
               a.reason
          FROM audit_act a
         WHERE a.subjects && (ARRAY[person] || ARRAY(SELECT p.id FROM persons_person p WHERE p.merged_into_id = person))
           AND a.at < older_than AND (is_auditor OR a.role <> 'auditor')
         ORDER BY a.at DESC, a.id DESC LIMIT at_most;
    END IF;
    PERFORM set_config('app.definer_lookup', '', true);
END $$;

REVOKE ALL ON FUNCTION authz.decide_finding(bigint, text, text, timestamptz),
    authz.sign_audit_review(bigint, text, text, timestamptz), authz.who_looked(bigint, timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION authz.decide_finding(bigint, text, text, timestamptz),
    authz.sign_audit_review(bigint, text, text, timestamptz), authz.who_looked(bigint, timestamptz, integer)
    TO iom_police, iom_auditor;
