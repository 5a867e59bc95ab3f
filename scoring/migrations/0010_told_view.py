"""The view of every version of every event, from which a past night is told again (INT-1)."""

from django.db import migrations

COLUMNS = (
    "person_id, family, category, da_category, occurred_on, recorded_at, role, status, status_on, occurrence_ref,"
    " intel_grade, victim_key, bulk_load"
)
VIEW = f"""
CREATE VIEW score_event_told WITH (security_invoker = true) AS
SELECT id AS event_id, {COLUMNS}, revised_at AS known_from, NULL::timestamptz AS known_to FROM scoring_event
UNION ALL
SELECT event_id, {COLUMNS}, revised_at, superseded_at FROM scoring_event_version;
GRANT SELECT ON score_event_told TO iom_police, iom_auditor, iom_service;
"""


class Migration(migrations.Migration):
    dependencies = [("scoring", "0009_versions_and_code_lists")]

    operations = [migrations.RunSQL(VIEW, "DROP VIEW score_event_told")]
