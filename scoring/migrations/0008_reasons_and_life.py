"""The reasons of versions that were there before, and the trigger that knows every step of a version's life."""

from django.db import migrations

from scoring import shipped

# A used version keeps its reasons as it keeps its points. `news_from` moves once more when a shadow comes into use.
TRIGGER = """
CREATE OR REPLACE FUNCTION scoring_model_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.status = 'draft' THEN RETURN OLD; END IF;
        RAISE EXCEPTION 'Score model % % has been used and cannot be deleted.', OLD.code, OLD.version
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF (OLD.status, NEW.status) NOT IN (
            ('draft', 'draft'), ('draft', 'shadow'), ('draft', 'retired'),
            ('shadow', 'shadow'), ('shadow', 'active'), ('shadow', 'retired'),
            ('active', 'active'), ('active', 'retired'), ('retired', 'retired'))
        OR OLD.status <> 'draft' AND (
            (NEW.code, NEW.version, NEW.config, NEW.config_hash, NEW.reasons, NEW.made_from_id, NEW.author_id)
                IS DISTINCT FROM
                (OLD.code, OLD.version, OLD.config, OLD.config_hash, OLD.reasons, OLD.made_from_id, OLD.author_id)
            OR (OLD.approver_id IS NOT NULL
                AND (NEW.approver_id, NEW.approved_at, NEW.approval_reason, NEW.effective_from)
                    IS DISTINCT FROM (OLD.approver_id, OLD.approved_at, OLD.approval_reason, OLD.effective_from))
            OR (OLD.news_from IS NOT NULL AND NEW.news_from IS DISTINCT FROM OLD.news_from
                AND NOT (OLD.status = 'shadow' AND NEW.status = 'active')))
    THEN
        RAISE EXCEPTION 'Score model % % is % and cannot be changed: make a new version.',
            OLD.code, OLD.version, OLD.status USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""
BEFORE = """
CREATE OR REPLACE FUNCTION scoring_model_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""


def give_reasons(apps, schema_editor):
    model = apps.get_model("scoring", "ScoreModel")
    for row in model.objects.using(schema_editor.connection.alias).all():
        reasons = shipped.reasons(row.code, row.version)
        if reasons:
            row.reasons = reasons
            row.save(update_fields=["reasons"])


class Migration(migrations.Migration):
    dependencies = [("scoring", "0007_comparisons_and_reasons")]

    operations = [
        migrations.RunPython(give_reasons, migrations.RunPython.noop),
        migrations.RunSQL(TRIGGER, BEFORE),
    ]
