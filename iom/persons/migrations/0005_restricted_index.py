"""Find the few restricted records without reading the others; built beside the running product."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("persons", "0004_person_is_restricted")]

    operations = [
        AddIndexConcurrently(
            model_name="person",
            index=models.Index(
                condition=models.Q(("is_restricted", True)), fields=["id"], name="persons_restricted"
            ),
        )
    ]
