"""Who did or saw what. Both tables only grow: no role of the product may change or delete a row (SHR-3)."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models


class Act(models.Model):
    """What was meant: an act or a look, written in the transaction that it belongs to."""

    KINDS = [
        ("alter", "Changed"),
        ("consult", "Looked at"),
        ("search", "Searched"),
        ("export", "Exported"),
        ("disclose", "Disclosed"),
        ("denied", "Was denied"),
        ("sign_in", "Sign-in"),
    ]
    at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=KINDS)
    action = models.CharField(max_length=80)
    user_id = models.BigIntegerField(null=True)
    user_name = models.CharField(max_length=120)
    role = models.CharField(max_length=24)
    agency = models.CharField(max_length=120)
    subjects = ArrayField(models.BigIntegerField(), default=list)
    reason = models.TextField(blank=True)
    detail = models.JSONField(default=dict)
    request_id = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["-at"], name="audit_act_at"),
            models.Index(fields=["user_id", "-at"], name="audit_act_user_at"),
            GinIndex(fields=["subjects"], name="audit_act_subjects"),
        ]


class Change(models.Model):
    """What changed in a row, written by a database trigger whoever made the change and by whatever door."""

    at = models.DateTimeField()
    table_name = models.CharField(max_length=63)
    row_id = models.CharField(max_length=64)
    operation = models.CharField(max_length=6)
    subject = models.BigIntegerField(null=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    user_id = models.BigIntegerField(null=True)
    database_role = models.CharField(max_length=63)
    request_id = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "-at"], name="audit_change_subject_at"),
            models.Index(fields=["request_id"], name="audit_change_request"),
        ]
