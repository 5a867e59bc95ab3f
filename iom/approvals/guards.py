"""What the database itself does for the second signature: what is decided was waiting, and is not decided again."""

_TURNS = """
CREATE OR REPLACE FUNCTION authz.keep_two_signatures() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public AS $$
BEGIN
    IF current_user IN ('iom_police', 'iom_admin') AND (
        TG_OP = 'INSERT' AND NEW.status <> 'waiting' OR TG_OP = 'UPDATE' AND OLD.status <> 'waiting') THEN
        RAISE check_violation USING MESSAGE = 'A signature is asked for first, and given once.';
    END IF;
    RETURN NEW;
END $$
"""


def statements() -> list[str]:
    return [
        _TURNS,
        "DROP TRIGGER IF EXISTS keep_two_signatures ON approvals_approval",
        "CREATE TRIGGER keep_two_signatures BEFORE INSERT OR UPDATE ON approvals_approval"
        " FOR EACH ROW EXECUTE FUNCTION authz.keep_two_signatures()",
    ]
