from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("audit", "0004_seals")]

    operations = [
        AddIndexConcurrently("act", models.Index(fields=["kind", "-at"], name="audit_act_kind_at")),
        AddIndexConcurrently("act", models.Index(fields=["xid"], name="audit_act_xid")),
        AddIndexConcurrently(
            "act",
            models.Index(fields=["id"], condition=models.Q(leaf__isnull=True), name="audit_act_unstamped"),
        ),
        AddIndexConcurrently("change", models.Index(fields=["xid"], name="audit_change_xid")),
        AddIndexConcurrently(
            "change",
            models.Index(fields=["id"], condition=models.Q(leaf__isnull=True), name="audit_change_unstamped"),
        ),
    ]
