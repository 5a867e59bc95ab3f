"""People whose scores wait to be worked out again need no file: a merge and a code list touch them too (PER-1).

The table holds only who waits and is emptied every few minutes, so that its constraint is made anew at once.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("feeds", "0002_jobs_senders_rhythm")]

    operations = [
        migrations.RemoveConstraint(
            model_name="touched",
            name="feeds_touched_once",
        ),
        migrations.AlterField(
            model_name="touched",
            name="file",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="touched",
                to="feeds.feedfile",
            ),
        ),
        migrations.AddConstraint(
            model_name="touched",
            constraint=models.UniqueConstraint(
                fields=("person_id", "file"), name="feeds_touched_once", nulls_distinct=False
            ),
        ),
    ]
