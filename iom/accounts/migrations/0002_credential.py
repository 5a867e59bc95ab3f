from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """What proves a person gets a table of its own."""

    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Credential",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=models.deletion.CASCADE,
                        primary_key=True,
                        related_name="credential",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("password", models.CharField(default="!", max_length=128)),
                ("password_set_at", models.DateTimeField(null=True)),
                ("live_session", models.CharField(blank=True, max_length=64)),
            ],
        ),
    ]
