from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
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
