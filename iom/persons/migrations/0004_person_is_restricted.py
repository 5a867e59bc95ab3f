"""Whether a record is restricted, on the record itself: a new column with a default, filled without a rewrite."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("persons", "0003_restriction")]

    operations = [
        migrations.AddField(
            model_name="person",
            name="is_restricted",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Seen only by people named on the record; kept by the restrictions",
            ),
        )
    ]
