"""What the database itself does for scores: pricing reads one view, and a version comes into use by two signatures."""

_SIGNED = """
CREATE OR REPLACE FUNCTION authz.keep_score_models_signed() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public AS $$
BEGIN
    IF current_user <> 'iom_police' THEN RETURN NEW; END IF;
    IF TG_OP = 'INSERT' AND NEW.status <> 'draft' THEN
        RAISE check_violation USING MESSAGE = 'A version of a score model begins as a draft.';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.status = 'active' AND OLD.status <> 'active' AND NOT EXISTS (
        SELECT 1 FROM approvals_approval a
        WHERE a.kind = 'scoring.activate' AND a.status = 'approved' AND a.decided_by_id = NEW.approver_id
          AND a.decided_at = NEW.approved_at AND a.asked_by_id <> a.decided_by_id
          AND a.payload ->> 'model' = NEW.id::text AND a.payload ->> 'config_hash' = NEW.config_hash) THEN
        RAISE check_violation USING MESSAGE = 'Nobody signed this version of the score.';
    END IF;
    RETURN NEW;
END $$
"""


def statements() -> list[str]:
    return [
        # The view is no table, so its right stands here and not in `policies.py`.
        "GRANT SELECT ON score_event TO iom_scoring",
        _SIGNED,
        "DROP TRIGGER IF EXISTS keep_score_models_signed ON scoring_score_model",
        "CREATE TRIGGER keep_score_models_signed BEFORE INSERT OR UPDATE ON scoring_score_model"
        " FOR EACH ROW EXECUTE FUNCTION authz.keep_score_models_signed()",
    ]
