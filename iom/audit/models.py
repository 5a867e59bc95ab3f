"""Who did or saw what, and the seals over it. Rows are only ever added: the database refuses the rest (SHR-3)."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q


class Sealed(models.Model):
    """What the database itself puts on every row (`seals.sql`); whatever was sent for these fields is overwritten.

    `leaf` is SHA-256 over the row's content and `salt`; `xid` the transaction, by which rows fall into batches.
    Disposal blanks what a row says and its salt, and names the decision; the leaf stays.
    """

    salt = models.BinaryField(null=True, editable=False)
    leaf = models.BinaryField(null=True, editable=False)
    xid = models.BigIntegerField(null=True, editable=False)
    disposal = models.BigIntegerField(null=True, editable=False)

    class Meta:
        abstract = True


class Act(Sealed):
    """What was meant: an act or a look, written in the transaction that it belongs to."""

    KINDS = [
        ("alter", "Changed"),
        ("consult", "Looked at"),
        ("search", "Searched"),
        ("export", "Exported"),
        ("disclose", "Disclosed"),
        ("denied", "Was denied"),
        ("sign_in", "Sign-in"),
        ("break_glass", "Broke the glass"),
        ("review", "Reviewed"),
    ]
    at = models.DateTimeField()
    kind = models.CharField(max_length=12, choices=KINDS)
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
            models.Index(fields=["kind", "-at"], name="audit_act_kind_at"),
            models.Index(fields=["-at"], condition=~Q(reason=""), name="audit_act_reasons"),
            GinIndex(fields=["subjects"], name="audit_act_subjects"),
            models.Index(fields=["xid"], name="audit_act_xid"),
            models.Index(fields=["id"], condition=Q(leaf__isnull=True), name="audit_act_unstamped"),
        ]


class Change(Sealed):
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
            models.Index(fields=["xid"], name="audit_change_xid"),
            models.Index(fields=["id"], condition=Q(leaf__isnull=True), name="audit_change_unstamped"),
        ]


class SealKey(models.Model):
    """A public key that seals were signed with; the first vouches for the second, and so on."""

    key_id = models.CharField(max_length=16, primary_key=True)
    public_key = models.BinaryField()
    vouched_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    voucher = models.BinaryField(null=True)
    made_at = models.DateTimeField()


class Seal(models.Model):
    """One batch of the audit, closed: a Merkle root over the leaves of both tables, signed and chained.

    It covers every row whose transaction id lies in [from_xid, below_xid). `digest` is over everything the seal says,
    the digest of the seal before it included: one digest fixes the whole history up to it.
    """

    number = models.BigIntegerField(primary_key=True)
    previous = models.BinaryField()
    root = models.BinaryField()
    from_xid = models.BigIntegerField()
    below_xid = models.BigIntegerField()
    acts = models.BigIntegerField()
    changes = models.BigIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    sealed_at = models.DateTimeField()
    key = models.ForeignKey(SealKey, on_delete=models.PROTECT, related_name="seals")
    digest = models.BinaryField()
    signature = models.BinaryField()


class Origin(models.Model):
    """What is added to the database's own transaction ids, so that they go on rising after a restored backup."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    shift = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="audit_origin_one_row")]


class Verification(models.Model):
    """The outcome of checking every seal against the rows."""

    at = models.DateTimeField()
    passed = models.BooleanField()
    seals = models.BigIntegerField()
    rows = models.BigIntegerField()
    unsealed = models.BigIntegerField()
    disposed = models.BigIntegerField()
    problems = models.JSONField(default=list)
    took_seconds = models.DecimalField(max_digits=8, decimal_places=1)

    class Meta:
        indexes = [models.Index(fields=["-at"], name="audit_verification_at")]
