import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_what_seals_stand_on")]

    operations = [
        migrations.CreateModel(
            name="Origin",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("shift", models.BigIntegerField(default=0)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(id=1), name="audit_origin_one_row")]
            },
        ),
        migrations.CreateModel(
            name="SealKey",
            fields=[
                ("key_id", models.CharField(max_length=16, primary_key=True, serialize=False)),
                ("public_key", models.BinaryField()),
                ("voucher", models.BinaryField(null=True)),
                ("made_at", models.DateTimeField()),
                (
                    "vouched_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audit.sealkey",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("previous", models.BinaryField()),
                ("root", models.BinaryField()),
                ("from_xid", models.BigIntegerField()),
                ("below_xid", models.BigIntegerField()),
                ("acts", models.BigIntegerField()),
                ("changes", models.BigIntegerField()),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("sealed_at", models.DateTimeField()),
                ("digest", models.BinaryField()),
                ("signature", models.BinaryField()),
                (
                    "key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="seals", to="audit.sealkey"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Verification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("passed", models.BooleanField()),
                ("seals", models.BigIntegerField()),
                ("rows", models.BigIntegerField()),
                ("unsealed", models.BigIntegerField()),
                ("disposed", models.BigIntegerField()),
                ("problems", models.JSONField(default=list)),
                ("took_seconds", models.DecimalField(decimal_places=1, max_digits=8)),
            ],
            options={"indexes": [models.Index(fields=["-at"], name="audit_verification_at")]},
        ),
    ]
