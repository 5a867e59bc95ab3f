"""What the database itself does for disclosures: the police write one only as two people signed it, and end it once."""

from iom.sharing.rules import What
from iom.sharing.things import thing_of

_KEEP = """
CREATE OR REPLACE FUNCTION authz.keep_disclosures() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public AS $$
BEGIN
    IF current_user <> 'iom_police' THEN RETURN NEW; END IF;
    IF TG_OP = 'UPDATE' AND OLD.revoked_at IS NOT NULL THEN
        RAISE check_violation USING MESSAGE = 'What was revoked is not given back: disclose it anew.';
    END IF;
    IF TG_OP = 'INSERT' AND NOT EXISTS (
        SELECT 1 FROM approvals_approval a
        JOIN agencies_agencygroup g ON g.group_id = NEW.group_id AND g.agency_id::text = a.payload ->> 'agency'
        WHERE a.kind = 'sharing.disclosure' AND a.status = 'approved' AND a.person_id = NEW.person_id
          AND a.asked_by_id = NEW.granted_by_id AND a.decided_by_id = NEW.approved_by_id
          AND a.decided_at = NEW.approved_at AND a.payload ->> 'what' = TG_ARGV[0]
          AND a.payload ->> 'pk' = NEW.content_object_id::text
          AND a.payload ->> 'expires_on' = to_char(NEW.expires_on, 'YYYY-MM-DD')) THEN
        RAISE check_violation USING MESSAGE = 'Nobody signed this disclosure.';
    END IF;
    RETURN NEW;
END $$
"""


def statements() -> list[str]:
    return [_KEEP, *(_on(thing_of(what).grants._meta.db_table, what) for what in What)]


def _on(table: str, what: What) -> str:
    """The trigger of one table, which an app above may not have made yet."""
    return (
        f"DO $$ BEGIN IF to_regclass('public.{table}') IS NOT NULL THEN"
        f" DROP TRIGGER IF EXISTS keep_disclosures ON {table};"
        f" CREATE TRIGGER keep_disclosures BEFORE INSERT OR UPDATE ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION authz.keep_disclosures('{what.value}'); END IF; END $$"
    )
