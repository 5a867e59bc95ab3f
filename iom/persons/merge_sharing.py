"""Who sees two records that become one, and what stays closed when they become two again: SQL (PER-1, SHR-2).

By a merge nobody comes to see what was kept from them: a share or a naming of the record that is kept stands only as
far as whoever has it saw the other record too. What was closed while the records were one stays closed for both.
"""

from iom.accounts.rules import ROLES, DbClass, Role

_BY_UNIT = ", ".join(
    f"'{role.value}'" for role in Role if ROLES[role].db_class in (DbClass.POLICE, DbClass.AUDITOR)
)

# What an agency saw of a person on a day by the share, as the agreement under which it was given covers it; and whether
# somebody who works here saw the record without being of those who see only what is kept.
STATEMENTS = (
    """
CREATE OR REPLACE FUNCTION authz.parts_shared(agency bigint, agreement bigint, day date,
                                              OUT parts text[], OUT until date)
    LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
    SELECT coalesce(array_agg(DISTINCT part), '{}'),
           CASE WHEN bool_or(s.ends_on IS NULL) THEN NULL ELSE max(s.ends_on) END
    FROM agencies_sharingagreement s CROSS JOIN unnest(s.data_classes) part
    WHERE s.agency_id = agency AND s.starts_on <= day AND (s.ends_on IS NULL OR s.ends_on > day)
      AND (agreement IS NULL OR coalesce(s.series_id, s.id) =
           (SELECT coalesce(o.series_id, o.id) FROM agencies_sharingagreement o WHERE o.id = agreement)) $$""",
    f"""
CREATE OR REPLACE FUNCTION authz.saw_record(who bigint, person bigint) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
    SELECT EXISTS (
        SELECT 1 FROM access_personusergrant g
        WHERE g.user_id = who AND g.content_object_id = person AND g.kind = 'named' AND g.ended_at IS NULL
          AND (g.expires_on IS NULL OR g.expires_on > authz.today()))
    OR EXISTS (
        SELECT 1 FROM persons_person p
        JOIN agencies_membership m ON m.user_id = who
            AND m.starts_on <= authz.today() AND (m.ends_on IS NULL OR m.ends_on > authz.today())
        JOIN agencies_team t ON t.id = m.team_id
        LEFT JOIN agencies_unit u ON u.id = t.unit_id
        WHERE p.id = person AND NOT p.is_restricted AND (
            m.role IN ({_BY_UNIT}) AND (u.kind = 'force' OR u.id IN (p.home_unit_id, p.managing_unit_id))
            OR m.role NOT IN ({_BY_UNIT}) AND EXISTS (
                SELECT 1 FROM access_agencyaccess x WHERE x.person_id = person AND x.agency_id = t.agency_id
                AND x.starts_on <= authz.today() AND (x.ends_on IS NULL OR x.ends_on > authz.today())))) $$""",
)

# Within `authz.merge_people`, where a is kept and b goes. What stays as it is is written down too (the same before
# and after), so that taking the merge back knows what was ended since.
KEEP_NARROW = """
    -- Who saw one of the two records alone does not come to see both.
    FOR s IN SELECT x.*, o.id AS other, o.data_classes AS other_parts, o.ends_on AS other_until,
                    o.agreement_id AS other_agreement
             FROM access_agencyaccess x
             LEFT JOIN access_agencyaccess o ON o.person_id = b.id AND o.agency_id = x.agency_id
                AND o.starts_on <= authz.today() AND (o.ends_on IS NULL OR o.ends_on > authz.today())
             WHERE x.person_id = a.id AND (x.ends_on IS NULL OR x.ends_on > authz.today()) LOOP
        SELECT p.parts, p.until INTO parts, last_day
        FROM authz.parts_shared(s.agency_id, s.other_agreement, authz.today()) p;
        IF s.other IS NULL OR s.starts_on > authz.today()
            OR s.agreement_id IS DISTINCT FROM s.other_agreement AND 'core' <> ALL (parts) THEN
            PERFORM authz.set_value(this, 'access_agencyaccess', s.id, 'ends_on',
                greatest(s.starts_on, authz.today())::text);
            CONTINUE;
        END IF;
        IF s.agreement_id IS NOT DISTINCT FROM s.other_agreement THEN
            last_day := NULL;
            parts := s.other_parts;
        ELSIF s.other_parts IS NOT NULL THEN
            parts := ARRAY(SELECT unnest(parts) INTERSECT SELECT unnest(s.other_parts) ORDER BY 1);
        END IF;
        IF parts IS NOT NULL THEN
            PERFORM authz.set_value(this, 'access_agencyaccess', s.id, 'data_classes',
                CASE WHEN s.data_classes IS NULL THEN parts
                     ELSE ARRAY(SELECT unnest(s.data_classes) INTERSECT SELECT unnest(parts) ORDER BY 1) END::text);
        END IF;
        PERFORM authz.set_value(this, 'access_agencyaccess', s.id, 'ends_on',
            least(s.ends_on, s.other_until, last_day)::text);
        INSERT INTO persons_merged_row (merge_id, table_name, row_id, column_name, before, after)
        SELECT this, 'access_agencyaccess', x.id, 'ends_on', x.ends_on::text, x.ends_on::text
        FROM access_agencyaccess x WHERE x.id = s.id;
    END LOOP;
    FOR g IN SELECT x.* FROM access_personusergrant x WHERE x.content_object_id = a.id AND x.ended_at IS NULL LOOP
        IF g.kind <> 'named' OR NOT authz.saw_record(g.user_id, b.id) THEN
            PERFORM authz.set_value(this, 'access_personusergrant', g.id, 'ended_at', now()::text);
        ELSE
            INSERT INTO persons_merged_row (merge_id, table_name, row_id, column_name)
            VALUES (this, 'access_personusergrant', g.id, 'ended_at');
        END IF;
    END LOOP;
    FOR pk IN SELECT n.id FROM access_personusergrant n WHERE n.content_object_id = b.id AND n.ended_at IS NULL LOOP
        PERFORM authz.set_value(this, 'access_personusergrant', pk, 'ended_at', now()::text);
    END LOOP;
    INSERT INTO persons_merged_row (merge_id, table_name, row_id, column_name, before, after)
    SELECT this, 'persons_person', a.id, 'is_restricted', a.is_restricted::text, a.is_restricted::text
    UNION ALL SELECT this, 'persons_person', b.id, 'feed_file_id', b.feed_file_id::text, b.feed_file_id::text
    UNION ALL SELECT this, 'retention_legalhold', h.id, 'lifted_at', h.lifted_at::text, h.lifted_at::text
    FROM retention_legalhold h WHERE h.person_id = a.id;"""

# Within `authz.unmerge_people`, after everything has gone back.
_WAS = "FROM persons_merged_row r WHERE r.merge_id = this AND r.table_name = '{table}' AND r.column_name = '{column}'"
_STOOD = f"{_WAS} AND r.before IS NOT DISTINCT FROM r.after"
STILL_ENDED = f"""
    UPDATE access_agencyaccess b SET ends_on = greatest(b.starts_on, x.ends_on)
    FROM access_agencyaccess x
    WHERE x.person_id = m.kept_no AND b.person_id = m.merged_id AND x.agency_id = b.agency_id
      AND x.ends_on IS NOT NULL AND (b.ends_on IS NULL OR b.ends_on > x.ends_on) AND x.id IN (
        SELECT r.row_id {_STOOD.format(table="access_agencyaccess", column="ends_on")}
        AND (r.after IS NULL OR r.after::date > x.ends_on));
    UPDATE access_personusergrant b SET ended_at = now()
    WHERE b.content_object_id = m.merged_id AND b.ended_at IS NULL AND EXISTS (
        SELECT 1 FROM access_personusergrant x WHERE x.content_object_id = m.kept_no AND x.user_id = b.user_id
        AND x.ended_at IS NOT NULL AND x.id IN (
            SELECT r.row_id {_STOOD.format(table="access_personusergrant", column="ended_at")}));
    INSERT INTO retention_legalhold (person_id, reason, authority, set_by_id, set_at, review_on, lift_reason)
    SELECT m.merged_id, h.reason, h.authority, h.set_by_id, h.set_at, h.review_on, '' FROM retention_legalhold h
    WHERE h.person_id = m.kept_no AND h.lifted_at IS NULL
      AND h.id NOT IN (SELECT r.row_id {_WAS.format(table="retention_legalhold", column="lifted_at")});
    -- What a file told since of the record that went has arrived at the one that was kept: the next file is read anew
    -- of both.
    UPDATE persons_person p SET row_hash = NULL WHERE p.id IN (m.kept_no, m.merged_id) AND EXISTS (
        SELECT 1 FROM persons_person b WHERE b.id = m.merged_id AND b.feed_file_id::text IS DISTINCT FROM (
            SELECT r.after {_STOOD.format(table="persons_person", column="feed_file_id")} AND r.row_id = b.id));
    -- Restricted since: both records are, and whoever is named on one is named on the other.
    IF EXISTS (SELECT 1 FROM persons_person p WHERE p.id = m.kept_no AND p.is_restricted) AND EXISTS (
        SELECT 1 {_STOOD.format(table="persons_person", column="is_restricted")}
        AND r.row_id = m.kept_no AND r.after = 'false') THEN
        UPDATE persons_person SET is_restricted = true WHERE id = m.merged_id;
        INSERT INTO persons_restriction (person_id, kind, reason, set_by_id, set_at, lifted_reason)
        SELECT m.merged_id, r.kind, r.reason, r.set_by_id, r.set_at, '' FROM persons_restriction r
        WHERE r.person_id = m.kept_no AND r.lifted_at IS NULL;
        UPDATE access_personusergrant SET ended_at = now() WHERE content_object_id = m.merged_id AND ended_at IS NULL;
        INSERT INTO access_personusergrant (content_object_id, user_id, permission_id, kind, basis, reason, expires_on,
            expires_at, granted_by_id, granted_at, unit_id, review_note)
        SELECT m.merged_id, n.user_id, n.permission_id, n.kind, n.basis, n.reason, n.expires_on, n.expires_at,
            n.granted_by_id, now(), n.unit_id, '' FROM access_personusergrant n
        WHERE n.content_object_id = m.kept_no AND n.kind = 'named' AND n.ended_at IS NULL;
    END IF;"""
