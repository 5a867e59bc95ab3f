from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("audit", "0005_find_rows_by_transaction_and_kind")]

    operations = [
        AddIndexConcurrently(
            "act",
            models.Index(fields=["-at"], condition=~models.Q(reason=""), name="audit_act_reasons"),
        ),
    ]
