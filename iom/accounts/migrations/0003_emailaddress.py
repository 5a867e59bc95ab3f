from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """How to write to a person gets a table of its own."""

    dependencies = [("accounts", "0002_credential")]

    operations = [
        migrations.CreateModel(
            name="EmailAddress",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=models.deletion.CASCADE,
                        primary_key=True,
                        related_name="address",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254)),
            ],
        ),
    ]
