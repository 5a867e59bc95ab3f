"""A finished evaluation stays as it is, and what was asked never changes: the database refuses it."""

from django.db import migrations

TRIGGER = """
CREATE OR REPLACE FUNCTION worth_evaluation_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'An evaluation is never deleted.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.status IN ('done', 'failed')
        OR (NEW.score_model_id, NEW.config_hash, NEW.code_version, NEW.as_of, NEW.months, NEW.reported_on, NEW.month,
            NEW.list_sizes, NEW.asked_by_id, NEW.asked_at)
            IS DISTINCT FROM
            (OLD.score_model_id, OLD.config_hash, OLD.code_version, OLD.as_of, OLD.months, OLD.reported_on, OLD.month,
            OLD.list_sizes, OLD.asked_by_id, OLD.asked_at)
    THEN
        RAISE EXCEPTION 'Evaluation % cannot be changed: ask for a new one.', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER worth_evaluation_stays BEFORE UPDATE OR DELETE ON worth_evaluation
    FOR EACH ROW EXECUTE FUNCTION worth_evaluation_stays();
"""
BEFORE = """
DROP TRIGGER worth_evaluation_stays ON worth_evaluation;
DROP FUNCTION worth_evaluation_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("worth", "0001_score_evaluations")]

    operations = [migrations.RunSQL(TRIGGER, BEFORE)]
