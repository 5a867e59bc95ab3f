"""Each event once more in the bytes that the nightly price reads, kept by the database itself; the view shows them.

Adding the column writes the table anew and holds it meanwhile: about four seconds for a million events. On a large
installation this belongs in the quiet hours.
"""

from django.db import migrations, models
from django.db.models.expressions import RawSQL

PACKED = (
    "int8send(person_id)"
    " || int8send(id) || date_send(occurred_on) || date_send(coalesce(status_on, occurred_on)) || timestamptz_send(recorded_at)"
    " || int8send(hashtextextended(da_category, hashtextextended(category, hashtextextended(intel_grade, hashtextextended(coalesce(status, ''), hashtextextended(family, 1))))))"
    " || int8send(hashtextextended(occurrence_ref, 0))"
    " || int8send(hashtextextended(victim_key, 0)) || CASE WHEN bulk_load THEN '\\x01'::bytea ELSE '\\x00'::bytea END"
)
COLUMNS = (
    "id AS event_id, person_id, family, category, da_category, occurred_on, recorded_at, role, status, status_on,"
    " occurrence_ref, intel_grade, victim_key, bulk_load"
)
VIEW = "CREATE OR REPLACE VIEW score_event WITH (security_invoker = true) AS SELECT {columns} FROM scoring_event;"
GRANT = "GRANT SELECT ON score_event TO iom_police, iom_auditor, iom_service;"


class Migration(migrations.Migration):
    dependencies = [("scoring", "0010_told_view")]

    operations = [
        migrations.AddField(
            model_name="event",
            name="packed",
            field=models.GeneratedField(
                db_persist=True,
                expression=RawSQL(PACKED, []),  # noqa: S611
                output_field=models.BinaryField(),
            ),
        ),
        migrations.RunSQL(
            VIEW.format(columns=COLUMNS + ", packed"),
            "DROP VIEW score_event;" + VIEW.format(columns=COLUMNS) + GRANT,
        ),
    ]
