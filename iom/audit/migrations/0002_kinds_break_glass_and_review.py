from django.db import migrations, models

# PostgreSQL alters no column that a row policy names. The policies are written anew after every migration.
DROP_POLICIES = """
DO $$ DECLARE p record; BEGIN
    FOR p IN SELECT policyname FROM pg_policies WHERE schemaname = 'public' AND tablename = 'audit_act' LOOP
        EXECUTE format('DROP POLICY %I ON audit_act', p.policyname);
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunSQL(DROP_POLICIES, migrations.RunSQL.noop),
        migrations.AlterField(
            "act",
            "kind",
            models.CharField(
                choices=[
                    ("alter", "Changed"),
                    ("consult", "Looked at"),
                    ("search", "Searched"),
                    ("export", "Exported"),
                    ("disclose", "Disclosed"),
                    ("denied", "Was denied"),
                    ("sign_in", "Sign-in"),
                    ("break_glass", "Broke the glass"),
                    ("review", "Reviewed"),
                ],
                max_length=12,
            ),
        ),
    ]
