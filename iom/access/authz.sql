-- Functions and views that row policies are written with. Applied after every migration; all idempotent.
CREATE SCHEMA IF NOT EXISTS authz;
GRANT USAGE ON SCHEMA authz TO iom_session, iom_police, iom_partner, iom_auditor, iom_admin, iom_service;

CREATE OR REPLACE FUNCTION authz.today() RETURNS date LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog AS $$ SELECT (now() AT TIME ZONE 'Europe/London')::date $$;

CREATE OR REPLACE FUNCTION authz.user_id() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('app.user_id', true), '')::bigint $$;

CREATE OR REPLACE FUNCTION authz.membership_id() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('app.membership_id', true), '')::bigint $$;

CREATE OR REPLACE VIEW authz.my_membership WITH (security_invoker = true) AS
    SELECT m.id, m.user_id, m.role, t.agency_id, t.unit_id, u.kind AS unit_kind
    FROM agencies_membership m
    JOIN agencies_team t ON t.id = m.team_id
    LEFT JOIN agencies_unit u ON u.id = t.unit_id
    WHERE m.id = authz.membership_id() AND m.user_id = authz.user_id()
      AND m.starts_on <= authz.today() AND (m.ends_on IS NULL OR m.ends_on > authz.today());

CREATE OR REPLACE VIEW authz.my_unit WITH (security_invoker = true) AS
    SELECT u.id AS unit_id
    FROM agencies_unit u
    JOIN authz.my_membership m ON m.unit_id = u.id OR m.unit_kind = 'force';

-- Whether my unit is the whole force. Asked once a statement, in policies of the police and the auditors.
CREATE OR REPLACE FUNCTION authz.whole_force() RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE
    AS $$ BEGIN RETURN EXISTS (SELECT 1 FROM authz.my_membership WHERE unit_kind = 'force'); END $$;

CREATE OR REPLACE VIEW authz.my_team WITH (security_invoker = true) AS
    SELECT DISTINCT other.user_id
    FROM agencies_membership other
    JOIN agencies_team t ON t.id = other.team_id
    JOIN authz.my_membership m ON m.agency_id = t.agency_id
    WHERE m.role IN ('supervisor', 'inspector', 'central_spoc', 'prison_supervisor')
      AND (m.unit_kind = 'force' OR t.unit_id = m.unit_id);

-- What the agreements of my agency cover today; nothing without an agreement in force.
CREATE OR REPLACE FUNCTION authz.my_data_classes() RETURNS text[] LANGUAGE plpgsql STABLE PARALLEL SAFE
    AS $$ BEGIN RETURN ARRAY(
        SELECT DISTINCT unnest(s.data_classes)
        FROM agencies_sharingagreement s
        JOIN authz.my_membership m ON m.agency_id = s.agency_id
        WHERE s.starts_on <= authz.today() AND (s.ends_on IS NULL OR s.ends_on > authz.today())); END $$;

-- People of whom a class of data is shared with my agency: the share holds it, and so does the agreement in force under
-- which it was shared, or which amends that one. Numbers of people from `first` to `last`, so that one can be asked about
-- without the rest.
-- With its owner's rights, and the day, the agency and what covers the class worked out once: it walks the index of the
-- agency's own rows and nothing else.
CREATE OR REPLACE FUNCTION authz.my_people_between(data_class text, first bigint, last bigint) RETURNS bigint[]
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
DECLARE found bigint[] := '{}';
        covering bigint[];
        signed bigint[];
        mine bigint := authz.my_agency_id();
        day date := authz.today();
        before text := coalesce(current_setting('app.definer_lookup', true), '');
BEGIN
    PERFORM set_config('app.definer_lookup', 'on', true);
    covering := ARRAY(
        SELECT coalesce(s.series_id, s.id) FROM agencies_sharingagreement s
        WHERE s.agency_id = mine AND s.starts_on <= day AND (s.ends_on IS NULL OR s.ends_on > day)
          AND data_class = ANY (s.data_classes));
    IF cardinality(covering) > 0 THEN
        signed := ARRAY(
            SELECT s.id FROM agencies_sharingagreement s WHERE coalesce(s.series_id, s.id) = ANY (covering));
        found := ARRAY(
            SELECT a.person_id FROM access_agencyaccess a
            WHERE a.agency_id = mine AND a.person_id BETWEEN first AND last
              AND a.starts_on <= day AND (a.ends_on IS NULL OR a.ends_on > day)
              AND (a.data_classes IS NULL OR data_class = ANY (a.data_classes))
              AND (a.agreement_id IS NULL OR a.agreement_id = ANY (signed)));
    END IF;
    PERFORM set_config('app.definer_lookup', before, true);
    RETURN found;
END $$;

CREATE OR REPLACE FUNCTION authz.my_people_with(data_class text) RETURNS bigint[] LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    AS $$ BEGIN RETURN authz.my_people_between(data_class, 0, 9223372036854775807); END $$;

-- The same of one person: for a row that is known already, where the list of all would be most of the work.
CREATE OR REPLACE FUNCTION authz.is_shared_with_me(person bigint) RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    AS $$ BEGIN RETURN cardinality(authz.my_people_between('core', person, person)) > 0; END $$;

-- People shared with my agency while it has an agreement in force.
CREATE OR REPLACE VIEW authz.my_case WITH (security_invoker = true) AS
    SELECT unnest(authz.my_people_with('core')) AS person_id;

-- Records opened to me: by name, by a search with a reason, in an emergency; while I work here and until each ends.
CREATE OR REPLACE VIEW authz.my_named WITH (security_invoker = true) AS
    SELECT g.content_object_id AS person_id
    FROM access_personusergrant g
    WHERE g.user_id = authz.user_id() AND g.ended_at IS NULL
      AND (g.expires_on IS NULL OR g.expires_on > authz.today())
      AND (g.expires_at IS NULL OR g.expires_at > now())
      AND EXISTS (SELECT 1 FROM authz.my_membership);

-- PARALLEL UNSAFE: what reads a table under row policies may come to `my_named_people`, which sets a parameter, and that
-- cannot be done in a parallel plan.
-- The same for row policies, as functions that the planner takes as they are: a policy that names a view has the view's
-- joins planned anew at every mention in every statement, which cost more than running it.
CREATE OR REPLACE FUNCTION authz.my_units() RETURNS bigint[] LANGUAGE plpgsql STABLE PARALLEL SAFE
    AS $$ BEGIN RETURN ARRAY(SELECT unit_id FROM authz.my_unit); END $$;

-- With its owner's rights, because the policy of the grants asks the persons', which ask this.
CREATE OR REPLACE FUNCTION authz.my_named_people() RETURNS bigint[] LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
DECLARE found bigint[];
        before text := coalesce(current_setting('app.definer_lookup', true), '');
BEGIN
    PERFORM set_config('app.definer_lookup', 'on', true);
    found := ARRAY(SELECT person_id FROM authz.my_named);
    PERFORM set_config('app.definer_lookup', before, true);
    RETURN found;
END $$;

CREATE OR REPLACE FUNCTION authz.my_shared_people() RETURNS bigint[] LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    AS $$ BEGIN RETURN authz.my_people_with('core'); END $$;

-- The agency I act for today, and whether it has a sharing agreement in force.
CREATE OR REPLACE FUNCTION authz.my_agency_id() RETURNS bigint LANGUAGE plpgsql STABLE PARALLEL SAFE
    AS $$ BEGIN RETURN (SELECT agency_id FROM authz.my_membership); END $$;

CREATE OR REPLACE FUNCTION authz.has_agreement(agency bigint) RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE
    AS $$ BEGIN RETURN EXISTS (
        SELECT 1 FROM agencies_sharingagreement s
        WHERE s.agency_id = agency AND s.starts_on <= authz.today()
          AND (s.ends_on IS NULL OR s.ends_on > authz.today())); END $$;

-- The role I act in, the kind of my agency, and the people whose open case is mine to manage.
CREATE OR REPLACE FUNCTION authz.my_role() RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE
    AS $$ BEGIN RETURN (SELECT role FROM authz.my_membership); END $$;

CREATE OR REPLACE FUNCTION authz.my_agency_kind() RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE
    AS $$ BEGIN RETURN (
        SELECT a.kind FROM agencies_agency a JOIN authz.my_membership m ON m.agency_id = a.id); END $$;

CREATE OR REPLACE FUNCTION authz.my_managed_people() RETURNS bigint[] LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    AS $$ BEGIN RETURN ARRAY(
        SELECT person_id FROM cohorts_case
        WHERE manager_id = authz.user_id() AND status IN ('active', 'deselecting')
          AND EXISTS (SELECT 1 FROM authz.my_membership)); END $$;

-- The agreements in force with an agency that continue one of them, and cover single items disclosed by name.
CREATE OR REPLACE FUNCTION authz.covers_disclosure(agreement bigint) RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE
    AS $$ BEGIN RETURN EXISTS (
        SELECT 1 FROM agencies_sharingagreement signed
        JOIN agencies_sharingagreement s
          ON s.agency_id = signed.agency_id AND coalesce(s.series_id, s.id) = coalesce(signed.series_id, signed.id)
        WHERE signed.id = agreement AND s.starts_on <= authz.today() AND (s.ends_on IS NULL OR s.ends_on > authz.today())
          AND 'disclosed' = ANY (s.data_classes)); END $$;

-- Whether a note about this person is my agency's own. A function, since the notes' policy asks whom they are addressed to.
CREATE OR REPLACE FUNCTION authz.is_my_note(note bigint, about bigint) RETURNS boolean LANGUAGE plpgsql STABLE
    AS $$ BEGIN RETURN EXISTS (
        SELECT 1 FROM records_agencynote n
        WHERE n.id = note AND n.person_id = about AND n.agency_id = authz.my_agency_id()); END $$;

-- Single items disclosed to my agency by name: not revoked, not expired, under an agreement in force that covers such
-- disclosures, and only of people who are still shared with it, single items included.
CREATE OR REPLACE FUNCTION authz.my_disclosed_intelligence() RETURNS bigint[] LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    AS $$ BEGIN RETURN ARRAY(
        SELECT g.content_object_id
        FROM sharing_intelligenceitemgroupgrant g
        JOIN agencies_agencygroup ag ON ag.group_id = g.group_id
        JOIN authz.my_membership m ON m.agency_id = ag.agency_id
        WHERE g.revoked_at IS NULL AND g.expires_on > authz.today()
          AND g.person_id = ANY (authz.my_people_with('disclosed')) AND authz.covers_disclosure(g.agreement_id)); END $$;

CREATE OR REPLACE FUNCTION authz.my_disclosed_documents() RETURNS bigint[] LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    AS $$ BEGIN RETURN ARRAY(
        SELECT g.content_object_id
        FROM sharing_documentgroupgrant g
        JOIN agencies_agencygroup ag ON ag.group_id = g.group_id
        JOIN authz.my_membership m ON m.agency_id = ag.agency_id
        WHERE g.revoked_at IS NULL AND g.expires_on > authz.today()
          AND g.person_id = ANY (authz.my_people_with('disclosed')) AND authz.covers_disclosure(g.agreement_id)); END $$;

-- The words of an item that is disclosed stay those that two persons signed: revoke first, then reword.
CREATE OR REPLACE FUNCTION authz.keep_disclosed_words() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public AS $$
DECLARE before text := coalesce(current_setting('app.definer_lookup', true), '');
        running boolean;
BEGIN
    PERFORM set_config('app.definer_lookup', 'on', true);
    running := EXISTS (SELECT 1 FROM sharing_intelligenceitemgroupgrant g
        WHERE g.content_object_id = NEW.id AND g.revoked_at IS NULL AND g.expires_on > authz.today());
    PERFORM set_config('app.definer_lookup', before, true);
    IF running THEN RAISE EXCEPTION 'What is disclosed cannot be reworded: revoke the disclosure first.'
        USING ERRCODE = 'check_violation'; END IF;
    RETURN NEW;
END $$;
DO $$ BEGIN
    IF to_regclass('public.records_intelligenceitem') IS NOT NULL
        AND to_regclass('public.sharing_intelligenceitemgroupgrant') IS NOT NULL THEN
        DROP TRIGGER IF EXISTS keep_disclosed_words ON records_intelligenceitem;
        CREATE TRIGGER keep_disclosed_words BEFORE UPDATE OF sanitised ON records_intelligenceitem FOR EACH ROW
            WHEN (NEW.sanitised IS DISTINCT FROM OLD.sanitised) EXECUTE FUNCTION authz.keep_disclosed_words();
    END IF;
END $$;

-- Looks of partner agencies at one person, for whoever of the police and auditors reaches that person. With its owner's
-- rights, because the police may otherwise read only their own team's acts.
CREATE OR REPLACE FUNCTION authz.partner_looks(person bigint)
    RETURNS TABLE (id bigint, at timestamptz, kind text, action text, user_name text, agency text)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE before text := coalesce(current_setting('app.definer_lookup', true), '');
        class text := current_setting('role');
BEGIN
    IF class NOT IN ('iom_police', 'iom_auditor', 'iom_service') THEN RETURN; END IF;
    PERFORM set_config('app.definer_lookup', 'on', true);
    IF class = 'iom_service' OR EXISTS (
        SELECT 1 FROM persons_person p WHERE p.id = person AND (
            p.id = ANY (authz.my_named_people())
            OR (NOT p.is_restricted AND (p.home_unit_id = ANY (authz.my_units())
                                         OR p.managing_unit_id = ANY (authz.my_units())))))
    THEN
        RETURN QUERY
            SELECT a.id, a.at, a.kind::text, a.action::text, a.user_name::text, a.agency::text FROM audit_act a
            WHERE a.subjects @> ARRAY[person] AND a.role IN ('partner_practitioner', 'partner_manager')
              AND a.kind IN ('consult', 'search', 'export')
            ORDER BY a.at DESC LIMIT 1000;
    END IF;
    PERFORM set_config('app.definer_lookup', before, true);
END $$;
REVOKE ALL ON FUNCTION authz.partner_looks(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION authz.partner_looks(bigint) TO iom_police, iom_auditor, iom_service;

-- The group of an agency, made when something is first disclosed to it. For police alone: nobody else discloses.
CREATE OR REPLACE FUNCTION authz.agency_group(agency bigint) RETURNS integer LANGUAGE plpgsql VOLATILE
    SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE found integer;
BEGIN
    SELECT group_id INTO found FROM agencies_agencygroup WHERE agency_id = agency;
    IF found IS NOT NULL THEN RETURN found; END IF;
    INSERT INTO auth_group (name) SELECT 'agency:' || code FROM agencies_agency WHERE id = agency AND kind <> 'police'
        ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING id INTO found;
    IF found IS NULL THEN RAISE EXCEPTION 'There is no such partner agency.'; END IF;
    INSERT INTO agencies_agencygroup (agency_id, group_id) VALUES (agency, found) ON CONFLICT DO NOTHING;
    RETURN found;
END $$;
REVOKE ALL ON FUNCTION authz.agency_group(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION authz.agency_group(bigint) TO iom_police, iom_service;

-- Whether a document on this person's record is my agency's own: asked by the policy of who else may read it.
CREATE OR REPLACE FUNCTION authz.owns_document(document bigint, person bigint) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE AS $$ BEGIN RETURN EXISTS (
        SELECT 1 FROM documents_document d
        WHERE d.id = document AND d.person_id = person AND d.owner_agency_id = authz.my_agency_id()); END $$;

-- How much room my agency's documents take, in all and on one person's record, those that I do not see included.
CREATE OR REPLACE FUNCTION authz.document_bytes(person bigint, OUT of_agency bigint, OUT of_person bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM set_config('app.definer_lookup', 'on', true);
    SELECT coalesce(sum(d.size), 0), coalesce(sum(d.size) FILTER (WHERE d.person_id = person), 0)
      INTO of_agency, of_person
      FROM documents_document d
     WHERE d.owner_agency_id = authz.my_agency_id() AND d.file_removed_at IS NULL;
    PERFORM set_config('app.definer_lookup', '', true);
END $$;

-- How much room each agency's documents take: numbers without names, for those who keep the store.
CREATE OR REPLACE FUNCTION authz.document_room(
    OUT agency_id bigint, OUT documents bigint, OUT bytes bigint, OUT waiting bigint, OUT refused bigint,
    OUT missing bigint) RETURNS SETOF record
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF coalesce(current_setting('role', true), '') NOT IN ('iom_admin', 'iom_service') THEN RETURN; END IF;
    PERFORM set_config('app.definer_lookup', 'on', true);
    RETURN QUERY SELECT d.owner_agency_id, count(*) FILTER (WHERE d.file_removed_at IS NULL),
        coalesce(sum(d.size) FILTER (WHERE d.file_removed_at IS NULL), 0)::bigint,
        count(*) FILTER (WHERE d.scan_state IN ('waiting', 'failed') AND d.file_removed_at IS NULL),
        count(*) FILTER (WHERE d.scan_state = 'infected'),
        count(*) FILTER (WHERE d.missing_at IS NOT NULL AND d.file_removed_at IS NULL)
        FROM documents_document d GROUP BY d.owner_agency_id;
    PERFORM set_config('app.definer_lookup', '', true);
END $$;

GRANT SELECT ON authz.my_membership, authz.my_unit, authz.my_team, authz.my_case, authz.my_named
    TO iom_police, iom_partner, iom_auditor, iom_admin, iom_service;

-- Users of my agency and unit whose highest role stands below mine.
CREATE OR REPLACE FUNCTION authz.my_charges() RETURNS bigint[] LANGUAGE plpgsql STABLE PARALLEL RESTRICTED AS $$
BEGIN
    RETURN ARRAY(
        SELECT other.user_id
          FROM agencies_membership other
          JOIN agencies_team t ON t.id = other.team_id
          JOIN authz.my_membership m ON m.agency_id = t.agency_id
         WHERE other.user_id <> authz.user_id()
           AND (m.unit_kind = 'force' OR t.unit_id = m.unit_id)
           AND other.starts_on <= authz.today() AND (other.ends_on IS NULL OR other.ends_on > authz.today() - 90)
         GROUP BY other.user_id
        HAVING max(authz.rank_of(other.role)) < (SELECT max(authz.rank_of(role)) FROM authz.my_membership));
END $$;

CREATE OR REPLACE FUNCTION authz.rank_of(role text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog AS $$
    SELECT CASE WHEN role IN ('supervisor', 'prison_supervisor') THEN 1 WHEN role = 'inspector' THEN 2
                WHEN role = 'central_spoc' THEN 3 ELSE 0 END $$;

-- Writes one audit_change row for each changed row. Arguments: the column naming the person ('person_id'), or
-- 'case_id:cohorts_case' when the person is named by the parent row.
CREATE OR REPLACE FUNCTION authz.capture_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public AS $$
DECLARE
    old_row jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    new_row jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
    this_row jsonb := coalesce(new_row, old_row);
    source text := TG_ARGV[0];
    who bigint;
    before_values jsonb;
    after_values jsonb;
BEGIN
    IF position(':' IN source) > 0 THEN
        who := nullif(this_row ->> split_part(source, ':', 1), '')::bigint;
        IF who IS NOT NULL THEN
            PERFORM set_config('app.definer_lookup', 'on', true);
            EXECUTE format('SELECT person_id FROM %I WHERE id = $1', split_part(source, ':', 2)) INTO who USING who;
            PERFORM set_config('app.definer_lookup', '', true);
        END IF;
    ELSE
        who := nullif(this_row ->> source, '')::bigint;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        SELECT jsonb_object_agg(key, old_row -> key), jsonb_object_agg(key, new_row -> key)
          INTO before_values, after_values
          FROM jsonb_object_keys(new_row) AS key WHERE new_row -> key IS DISTINCT FROM old_row -> key;
        IF after_values IS NULL THEN RETURN NULL; END IF;
    ELSE
        before_values := old_row;
        after_values := new_row;
    END IF;
    INSERT INTO audit_change (at, table_name, row_id, operation, subject, before, after, user_id, database_role, request_id)
    VALUES (clock_timestamp(), TG_TABLE_NAME, coalesce(this_row ->> 'id', ''), TG_OP, who, before_values, after_values,
            authz.user_id(), current_setting('role'), nullif(current_setting('app.request_id', true), '')::uuid);
    RETURN NULL;
END $$;
