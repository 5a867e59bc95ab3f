-- Restricted records, naming, and opening a record that is not one's own (SHR-2). Applied after authz.sql; idempotent.
-- Each function that writes runs with its owner's rights, asks itself who may, and is the only way to that write.
-- `app.definer_lookup` lets the owner's policy through for the length of the call; no class role has that policy, so left
-- on by mistake it opens nothing to anybody. The functions without it are for those with it, and nobody else may call them.

-- The restricted people I am not named on, for whoever would otherwise see them.
CREATE OR REPLACE FUNCTION authz.hidden_people() RETURNS bigint[] LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
DECLARE found bigint[];
        named bigint[] := authz.my_named_people();
        before text := coalesce(current_setting('app.definer_lookup', true), '');
BEGIN
    PERFORM set_config('app.definer_lookup', 'on', true);
    found := ARRAY(SELECT p.id FROM persons_person p WHERE p.is_restricted AND p.id <> ALL (named));
    PERFORM set_config('app.definer_lookup', before, true);
    RETURN found;
END $$;

-- The same for what the audit kept: a record that was merged is hidden as far as the record that is kept is.
CREATE OR REPLACE FUNCTION authz.hidden_subjects() RETURNS bigint[] LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
DECLARE found bigint[];
        named bigint[] := authz.my_named_people();
        before text := coalesce(current_setting('app.definer_lookup', true), '');
BEGIN
    PERFORM set_config('app.definer_lookup', 'on', true);
    found := ARRAY(
        SELECT p.id FROM persons_person p LEFT JOIN persons_person kept ON kept.id = p.merged_into_id
        WHERE p.is_restricted AND (kept.id IS NULL OR kept.is_restricted)
          AND coalesce(p.merged_into_id, p.id) <> ALL (named));
    PERFORM set_config('app.definer_lookup', before, true);
    RETURN found;
END $$;

-- Refused unless I am of the police and my role has the power; gives my role.
CREATE OR REPLACE FUNCTION authz.require_power(power text) RETURNS text LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, public
    AS $$
DECLARE mine text := authz.my_role();
BEGIN
    IF current_setting('role') <> 'iom_police' OR mine IS NULL OR NOT authz.has_power(mine, power) THEN
        RAISE insufficient_privilege USING MESSAGE = 'This role may not do that.';
    END IF;
    RETURN mine;
END $$;

CREATE OR REPLACE FUNCTION authz.require_reason(reason text) RETURNS void LANGUAGE plpgsql IMMUTABLE
    SET search_path = pg_catalog
    AS $$ BEGIN
    IF length(trim(coalesce(reason, ''))) < 10 THEN
        RAISE check_violation USING MESSAGE = 'Give a reason of at least 10 characters.';
    END IF; END $$;

-- Whether a person is of a unit that I answer for.
CREATE OR REPLACE FUNCTION authz.is_of_my_units(person bigint) RETURNS boolean LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, public
    AS $$ BEGIN RETURN EXISTS (
        SELECT 1 FROM persons_person p WHERE p.id = person
        AND (p.home_unit_id = ANY (authz.my_units()) OR p.managing_unit_id = ANY (authz.my_units()))); END $$;

-- Whether I hold a grant of this kind on a person now.
CREATE OR REPLACE FUNCTION authz.holds(person bigint, wanted text) RETURNS boolean LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, public
    AS $$ BEGIN RETURN EXISTS (
        SELECT 1 FROM access_personusergrant g
        WHERE g.user_id = authz.user_id() AND g.content_object_id = person AND g.kind = wanted AND g.ended_at IS NULL
          AND (g.expires_on IS NULL OR g.expires_on > authz.today())
          AND (g.expires_at IS NULL OR g.expires_at > now())); END $$;

-- Whether nobody who still works here is named on a person: then nobody could ever name or lift again.
CREATE OR REPLACE FUNCTION authz.is_orphaned(person bigint) RETURNS boolean LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, public
    AS $$ BEGIN RETURN NOT EXISTS (
        SELECT 1 FROM access_personusergrant g
        JOIN accounts_user u ON u.id = g.user_id AND u.is_active
        JOIN agencies_membership m ON m.user_id = g.user_id
            AND m.starts_on <= authz.today() AND (m.ends_on IS NULL OR m.ends_on > authz.today())
            AND authz.has_power(m.role, 'restrict_record')
        WHERE g.content_object_id = person AND g.kind = 'named' AND g.ended_at IS NULL
          AND (g.expires_on IS NULL OR g.expires_on > authz.today())); END $$;

-- Whether I may say who is named on a person, restrict or lift: of my units, and where the record is restricted only by
-- being named on it myself, or in an emergency when nobody is left who could.
CREATE OR REPLACE FUNCTION authz.may_keep(person bigint) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public
    AS $$
DECLARE mine boolean;
        before text := coalesce(current_setting('app.definer_lookup', true), '');
BEGIN
    PERFORM set_config('app.definer_lookup', 'on', true);
    mine := authz.is_of_my_units(person) AND (
        NOT (SELECT p.is_restricted FROM persons_person p WHERE p.id = person)
        OR authz.holds(person, 'named')
        OR (authz.holds(person, 'break_glass') AND authz.is_orphaned(person)));
    PERFORM set_config('app.definer_lookup', before, true);
    RETURN coalesce(mine, false);
END $$;

REVOKE ALL ON FUNCTION authz.is_of_my_units(bigint), authz.holds(bigint, text), authz.is_orphaned(bigint) FROM PUBLIC;

CREATE OR REPLACE FUNCTION authz.add_grant(person bigint, who bigint, kind text, basis text, reason text, until_day date,
                                           until_moment timestamptz) RETURNS bigint LANGUAGE plpgsql
    SET search_path = pg_catalog, public
    AS $$
DECLARE made bigint;
BEGIN
    INSERT INTO access_personusergrant (content_object_id, user_id, permission_id, kind, basis, reason, expires_on,
                                        expires_at, granted_by_id, granted_at, unit_id, review_note)
    SELECT p.id, who, authz.view_permission(), kind, basis, trim(reason), until_day, until_moment, authz.user_id(),
           now(), coalesce(p.managing_unit_id, p.home_unit_id), ''
    FROM persons_person p WHERE p.id = person
    RETURNING id INTO made;
    RETURN made;
END $$;
REVOKE ALL ON FUNCTION authz.add_grant(bigint, bigint, text, text, text, date, timestamptz) FROM PUBLIC;

CREATE OR REPLACE FUNCTION authz.view_permission() RETURNS integer LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, public
    AS $$ BEGIN RETURN (
        SELECT p.id FROM auth_permission p JOIN django_content_type c ON c.id = p.content_type_id
        WHERE c.app_label = 'persons' AND c.model = 'person' AND p.codename = 'view_person'); END $$;

-- The act of whoever asks, in the same transaction as what it is about.
CREATE OR REPLACE FUNCTION authz.write_act(kind text, action text, subjects bigint[], reason text, detail jsonb) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, public
    AS $$ BEGIN
    INSERT INTO audit_act (at, kind, action, user_id, user_name, role, agency, subjects, reason, detail, request_id)
    SELECT clock_timestamp(), write_act.kind, write_act.action, u.id, u.name, m.role, a.name, write_act.subjects,
           trim(write_act.reason), write_act.detail, nullif(current_setting('app.request_id', true), '')::uuid
    FROM accounts_user u, authz.my_membership m JOIN agencies_agency a ON a.id = m.agency_id
    WHERE u.id = authz.user_id();
    IF NOT FOUND THEN RAISE insufficient_privilege USING MESSAGE = 'Nobody acts.'; END IF;
    END $$;
REVOKE ALL ON FUNCTION authz.write_act(text, text, bigint[], text, jsonb) FROM PUBLIC;

-- Refused when I have opened this many records of the kind in a day; of two openings at once the second waits and is
-- counted with the first.
CREATE OR REPLACE FUNCTION authz.require_within_limit(kind text, daily integer) RETURNS void LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, public
    AS $$ BEGIN
    IF (SELECT count(*) FROM access_personusergrant g WHERE g.user_id = authz.user_id()
        AND g.kind = require_within_limit.kind AND g.granted_at > now() - interval '24 hours') >= daily THEN
        RAISE object_not_in_prerequisite_state
            USING MESSAGE = 'You have opened as many records in this way as one person may in 24 hours.';
    END IF; END $$;
REVOKE ALL ON FUNCTION authz.require_within_limit(text, integer) FROM PUBLIC;

CREATE OR REPLACE FUNCTION authz.open_one_at_a_time() RETURNS void LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog
    AS $$ BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('authz.opening'), authz.user_id()::integer); END $$;
REVOKE ALL ON FUNCTION authz.open_one_at_a_time() FROM PUBLIC;

-- Who in the whole force has exactly this reference, identifier or name: a few columns, nobody restricted, 20 at most.
-- `names` are searched as whole normalised names and aliases; a date of birth narrows them.
CREATE OR REPLACE FUNCTION authz.search_elsewhere(codes text[], names text[], born date, reason text)
    RETURNS TABLE (person_id bigint, nominal_ref text, given_names text, family_name text, birth_year integer,
                   district text, is_managed boolean, managing_unit text, contact_team text, contact_phone text,
                   contact_email text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
DECLARE found bigint[];
        before text := coalesce(current_setting('app.definer_lookup', true), '');
BEGIN
    PERFORM set_config('app.definer_lookup', 'on', true);
    PERFORM authz.require_power('search_elsewhere');
    PERFORM authz.require_reason(reason);
    found := ARRAY(
        SELECT p.id FROM persons_person p
        WHERE NOT p.is_restricted AND (born IS NULL OR p.date_of_birth = born) AND p.id IN (
            SELECT coalesce(a.merged_into_id, a.id) FROM persons_person a WHERE a.nominal_ref = ANY (codes)
            UNION ALL SELECT coalesce(a.merged_into_id, a.id) FROM persons_person a WHERE a.pnc_id = ANY (codes) AND a.pnc_id <> ''
            UNION ALL SELECT a.id FROM persons_person a WHERE a.search_name = ANY (names)
            UNION ALL SELECT a.person_id FROM persons_alias a WHERE a.search_name = ANY (names))
        ORDER BY p.family_name, p.given_names, p.id LIMIT 20);
    PERFORM authz.write_act('search', 'persons.elsewhere.searched', found, reason,
        jsonb_build_object('codes', codes, 'names', names, 'born', born));
    RETURN QUERY
        SELECT p.id, p.nominal_ref::text, p.given_names::text, p.family_name::text,
               extract(year FROM p.date_of_birth)::integer, home.name::text, p.is_managed, keeping.name::text,
               t.name::text, t.contact_phone::text, t.contact_email::text
        FROM persons_person p
        JOIN agencies_unit home ON home.id = p.home_unit_id
        LEFT JOIN agencies_unit keeping ON keeping.id = p.managing_unit_id
        LEFT JOIN LATERAL (
            SELECT team.name, team.contact_phone, team.contact_email
            FROM agencies_team team JOIN agencies_agency a ON a.id = team.agency_id AND a.kind = 'police'
            WHERE team.unit_id = coalesce(p.managing_unit_id, p.home_unit_id)
            ORDER BY team.id LIMIT 1) t ON true
        WHERE p.id = ANY (found) ORDER BY p.family_name, p.given_names, p.id;
    PERFORM set_config('app.definer_lookup', before, true);
END $$;

-- Open another district's record to myself for some hours; NULL where there is none to open, restricted ones included.
CREATE OR REPLACE FUNCTION authz.open_elsewhere(reference text, reason text, hours integer, daily integer) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
DECLARE who bigint;
        made bigint;
        before text := coalesce(current_setting('app.definer_lookup', true), '');
BEGIN
    PERFORM set_config('app.definer_lookup', 'on', true);
    PERFORM authz.require_power('search_elsewhere');
    PERFORM authz.require_reason(reason);
    PERFORM authz.open_one_at_a_time();
    PERFORM authz.require_within_limit('search', daily);
    -- Held until the end, so that whoever restricts the record meanwhile finds what was opened, and ends it.
    SELECT kept.id INTO who FROM persons_person p JOIN persons_person kept ON kept.id = coalesce(p.merged_into_id, p.id)
    WHERE p.nominal_ref = reference AND NOT kept.is_restricted FOR SHARE OF kept;
    IF who IS NULL THEN
        PERFORM authz.write_act('denied', 'persons.elsewhere.not_opened', '{}', reason,
            jsonb_build_object('reference', reference));
        PERFORM set_config('app.definer_lookup', before, true);
        RETURN NULL;
    END IF;
    made := authz.add_grant(who, authz.user_id(), 'search', '', reason, NULL,
                            now() + make_interval(hours => least(greatest(hours, 1), 72)));
    PERFORM authz.write_act('consult', 'persons.elsewhere.opened', ARRAY[who], reason,
        jsonb_build_object('grant', made, 'reference', reference));
    PERFORM set_config('app.definer_lookup', before, true);
    RETURN made;
END $$;

-- Open any record to myself in an emergency, a restricted one too; NULL where there is no such reference. Either way the
-- attempt is written down.
CREATE OR REPLACE FUNCTION authz.break_glass(reference text, reason text, hours integer, daily integer) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
DECLARE who bigint;
        made bigint;
        before text := coalesce(current_setting('app.definer_lookup', true), '');
BEGIN
    PERFORM set_config('app.definer_lookup', 'on', true);
    PERFORM authz.require_power('break_glass');
    PERFORM authz.require_reason(reason);
    PERFORM authz.open_one_at_a_time();
    PERFORM authz.require_within_limit('break_glass', daily);
    -- The reference of a record that was merged is that of the record that is kept.
    SELECT coalesce(p.merged_into_id, p.id) INTO who FROM persons_person p WHERE p.nominal_ref = reference;
    IF who IS NOT NULL THEN
        made := authz.add_grant(who, authz.user_id(), 'break_glass', '', reason, NULL,
                                now() + make_interval(hours => least(greatest(hours, 1), 12)));
    END IF;
    PERFORM authz.write_act('break_glass', 'persons.emergency.opened',
        CASE WHEN who IS NULL THEN '{}' ELSE ARRAY[who] END, reason,
        jsonb_build_object('grant', made, 'reference', reference));
    PERFORM set_config('app.definer_lookup', before, true);
    RETURN made;
END $$;

-- Name a user on a person's record, or end a naming that stands. Naming oneself is for `restrict` alone.
CREATE OR REPLACE FUNCTION authz.name_user(person bigint, who bigint, reason text, until_day date, basis text) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
DECLARE restricted boolean;
        made bigint;
        before text := coalesce(current_setting('app.definer_lookup', true), '');
BEGIN
    PERFORM set_config('app.definer_lookup', 'on', true);
    PERFORM authz.require_reason(reason);
    SELECT p.is_restricted INTO restricted FROM persons_person p WHERE p.id = person FOR UPDATE;
    PERFORM authz.require_power(CASE WHEN restricted AND basis <> 'case_manager' THEN 'restrict_record' ELSE 'allocate' END);
    IF restricted IS NULL OR NOT authz.may_keep(person) OR who = authz.user_id() AND basis <> 'case_manager' THEN
        RAISE insufficient_privilege USING MESSAGE = 'This is not yours to open to others.';
    END IF;
    IF basis = 'case_manager' AND NOT EXISTS (
        SELECT 1 FROM cohorts_case c
        WHERE c.person_id = person AND c.closed_on IS NULL AND who IN (c.manager_id, c.partner_manager_id)) THEN
        RAISE insufficient_privilege USING MESSAGE = 'They manage no case of this person.';
    END IF;
    IF until_day IS NOT NULL AND until_day <= authz.today() THEN
        RAISE check_violation USING MESSAGE = 'The last day must be in the future.';
    END IF;
    UPDATE access_personusergrant g SET ended_at = now()
    WHERE g.content_object_id = person AND g.user_id = who AND g.kind = 'named' AND g.ended_at IS NULL;
    made := authz.add_grant(person, who, 'named', basis, reason, until_day, NULL);
    PERFORM set_config('app.definer_lookup', before, true);
    RETURN made;
END $$;

CREATE OR REPLACE FUNCTION authz.end_naming(person bigint, who bigint, only_basis text) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
DECLARE ended integer;
        restricted boolean;
        before text := coalesce(current_setting('app.definer_lookup', true), '');
BEGIN
    PERFORM set_config('app.definer_lookup', 'on', true);
    SELECT p.is_restricted INTO restricted FROM persons_person p WHERE p.id = person FOR UPDATE;
    PERFORM authz.require_power(CASE WHEN only_basis = 'case_manager' THEN 'manage_case'
                                     WHEN restricted THEN 'restrict_record' ELSE 'allocate' END);
    IF restricted IS NULL OR NOT authz.may_keep(person) THEN
        RAISE insufficient_privilege USING MESSAGE = 'This is not yours to close to others.';
    END IF;
    IF only_basis = 'case_manager' AND EXISTS (
        SELECT 1 FROM cohorts_case c
        WHERE c.person_id = person AND c.closed_on IS NULL AND who IN (c.manager_id, c.partner_manager_id)) THEN
        RAISE insufficient_privilege USING MESSAGE = 'They still manage the case of this person.';
    END IF;
    UPDATE access_personusergrant g SET ended_at = now()
    WHERE g.content_object_id = person AND g.user_id = who AND g.kind = 'named' AND g.ended_at IS NULL
      AND (only_basis IS NULL OR g.basis = only_basis);
    GET DIAGNOSTICS ended = ROW_COUNT;
    IF restricted AND only_basis IS NULL AND authz.is_orphaned(person) THEN
        RAISE object_not_in_prerequisite_state
            USING MESSAGE = 'Somebody who may restrict records must stay named, or nobody could lift the restriction.';
    END IF;
    PERFORM set_config('app.definer_lookup', before, true);
    RETURN ended;
END $$;

-- Restrict a record: from now on only the people named on it see it. Whoever restricts and `keepers` are named at once,
-- and what was opened by a search has ended: it was not by name.
CREATE OR REPLACE FUNCTION authz.restrict(person bigint, kind text, reason text, keepers bigint[]) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
DECLARE made bigint;
        keeper bigint;
        before text := coalesce(current_setting('app.definer_lookup', true), '');
BEGIN
    PERFORM set_config('app.definer_lookup', 'on', true);
    PERFORM authz.require_power('restrict_record');
    PERFORM authz.require_reason(reason);
    PERFORM 1 FROM persons_person p WHERE p.id = person FOR UPDATE;
    IF NOT FOUND OR NOT authz.may_keep(person) THEN
        RAISE insufficient_privilege USING MESSAGE = 'This is not yours to restrict.';
    END IF;
    IF EXISTS (SELECT 1 FROM persons_person p WHERE p.id = person AND p.is_restricted) THEN
        RAISE object_not_in_prerequisite_state USING MESSAGE = 'The record is restricted already.';
    END IF;
    INSERT INTO persons_restriction (person_id, kind, reason, set_by_id, set_at, lifted_reason)
    VALUES (person, kind, trim(reason), authz.user_id(), now(), '') RETURNING id INTO made;
    UPDATE persons_person SET is_restricted = true WHERE id = person;
    UPDATE access_personusergrant g SET ended_at = now()
    WHERE g.content_object_id = person AND g.kind = 'search' AND g.ended_at IS NULL;
    FOR keeper IN SELECT DISTINCT unnest(keepers || authz.user_id()) LOOP
        UPDATE access_personusergrant g SET ended_at = now()
        WHERE g.content_object_id = person AND g.user_id = keeper AND g.kind = 'named' AND g.ended_at IS NULL;
        PERFORM authz.add_grant(person, keeper, 'named',
            CASE WHEN keeper = authz.user_id() THEN 'restricted' ELSE 'case_manager' END, reason, NULL, NULL);
    END LOOP;
    PERFORM set_config('app.definer_lookup', before, true);
    RETURN made;
END $$;

-- Lift a restriction: the record is seen again by everybody whose reach it falls in. The naming that came of restricting
-- ends with it; who was named for another reason stays named.
CREATE OR REPLACE FUNCTION authz.lift(person bigint, reason text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
DECLARE before text := coalesce(current_setting('app.definer_lookup', true), '');
BEGIN
    PERFORM set_config('app.definer_lookup', 'on', true);
    PERFORM authz.require_power('restrict_record');
    PERFORM authz.require_reason(reason);
    PERFORM 1 FROM persons_person p WHERE p.id = person AND p.is_restricted FOR UPDATE;
    IF NOT FOUND OR NOT authz.may_keep(person) THEN
        RAISE insufficient_privilege USING MESSAGE = 'This is not yours to lift.';
    END IF;
    UPDATE persons_restriction r SET lifted_by_id = authz.user_id(), lifted_at = now(), lifted_reason = trim(lift.reason)
    WHERE r.person_id = person AND r.lifted_at IS NULL;
    UPDATE persons_person SET is_restricted = false WHERE id = person;
    UPDATE access_personusergrant g SET ended_at = now()
    WHERE g.content_object_id = person AND g.kind = 'named' AND g.basis <> '' AND g.ended_at IS NULL;
    PERFORM set_config('app.definer_lookup', before, true);
END $$;
