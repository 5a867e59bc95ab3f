"""The view that is all scoring may read, and the trigger that keeps a used score model as it is."""

from django.db import migrations

VIEW = """
CREATE VIEW score_event WITH (security_invoker = true) AS
SELECT id AS event_id, person_id, family, category, da_category, occurred_on, recorded_at, role, status, status_on,
       occurrence_ref, intel_grade, victim_key, bulk_load
FROM scoring_event;
GRANT SELECT ON score_event TO iom_police, iom_auditor, iom_service;
"""

TRIGGER = """
CREATE FUNCTION scoring_model_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'draft' THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'Score model % % has been used and cannot be deleted.', OLD.code, OLD.version
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.code, NEW.version, NEW.config, NEW.config_hash, NEW.author_id)
            IS DISTINCT FROM (OLD.code, OLD.version, OLD.config, OLD.config_hash, OLD.author_id)
        OR NEW.status = 'draft' OR (OLD.status = 'retired' AND NEW.status <> 'retired')
        OR (OLD.status = 'active' AND NEW.status = 'shadow')
        OR (OLD.approver_id IS NOT NULL
            AND (NEW.approver_id, NEW.approved_at, NEW.approval_reason, NEW.effective_from)
                IS DISTINCT FROM (OLD.approver_id, OLD.approved_at, OLD.approval_reason, OLD.effective_from))
        OR (OLD.news_from IS NOT NULL AND NEW.news_from IS DISTINCT FROM OLD.news_from)
    THEN
        RAISE EXCEPTION 'Score model % % is % and cannot be changed: make a new version.',
            OLD.code, OLD.version, OLD.status USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER scoring_model_is_immutable BEFORE UPDATE OR DELETE ON scoring_score_model
    FOR EACH ROW EXECUTE FUNCTION scoring_model_is_immutable();
ALTER TABLE scoring_current SET (fillfactor = 80);
"""


class Migration(migrations.Migration):
    dependencies = [("scoring", "0001_initial")]

    operations = [
        migrations.RunSQL(VIEW, "DROP VIEW score_event"),
        migrations.RunSQL(
            TRIGGER,
            "DROP TRIGGER scoring_model_is_immutable ON scoring_score_model;"
            " DROP FUNCTION scoring_model_is_immutable();"
            " ALTER TABLE scoring_current RESET (fillfactor)",
        ),
    ]
