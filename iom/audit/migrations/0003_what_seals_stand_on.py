from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_kinds_break_glass_and_review")]

    operations = [
        migrations.AddField(model, name, field)
        for model in ("act", "change")
        for name, field in (
            ("salt", models.BinaryField(null=True)),
            ("leaf", models.BinaryField(null=True)),
            ("xid", models.BigIntegerField(editable=False, null=True)),
            ("disposal", models.BigIntegerField(editable=False, null=True)),
        )
    ]
