"""Openings of a record beside naming: from another district and in an emergency, with their review (SHR-2)."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_initial"),
        ("agencies", "0002_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("persons", "0005_restricted_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="personusergrant",
            name="access_personusergrant_once",
        ),
        migrations.AddField(
            model_name="personusergrant",
            name="basis",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Named"),
                    ("case_manager", "Manages the case"),
                    ("restricted", "Restricted the record"),
                ],
                db_default="",
                default="",
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="personusergrant",
            name="ended_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="personusergrant",
            name="expires_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="personusergrant",
            name="granted_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.AddField(
            model_name="personusergrant",
            name="kind",
            field=models.CharField(
                choices=[
                    ("named", "By name"),
                    ("search", "From another district"),
                    ("break_glass", "In an emergency"),
                ],
                db_default="named",
                default="named",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="personusergrant",
            name="review_note",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="personusergrant",
            name="reviewed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="personusergrant",
            name="reviewed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="personusergrant",
            name="unit",
            field=models.ForeignKey(
                help_text="Who answered for the person when it was given",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="personusergrant",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True), ("kind", "named")),
                fields=("user", "permission", "content_object"),
                name="access_personusergrant_one_by_name",
            ),
        ),
        migrations.AddConstraint(
            model_name="personusergrant",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", "named"), ("expires_at__isnull", False), _connector="OR"),
                name="access_personusergrant_opening_expires",
            ),
        ),
        migrations.AddConstraint(
            model_name="personusergrant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reviewed_at__isnull", True), ("reviewed_by__isnull", True)),
                    models.Q(
                        ("reviewed_at__isnull", False),
                        ("reviewed_by__isnull", False),
                        models.Q(("reviewed_by", models.F("user")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="access_personusergrant_reviewed_by_another",
            ),
        ),
    ]
