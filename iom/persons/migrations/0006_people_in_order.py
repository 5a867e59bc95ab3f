"""The first page of a long list in the order of names, without sorting the whole; built beside the running product."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("persons", "0005_restricted_index")]

    operations = [
        AddIndexConcurrently(
            model_name="person",
            index=models.Index(fields=["family_name", "given_names", "id"], name="persons_in_order"),
        )
    ]
