"""Files received from force systems, what became of each, and which rows were rejected and why (INT-1)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from iom.feeds import registry
from iom.feeds.rules import (
    SOURCE_LABELS,
    STAGE_LABELS,
    STATUS_LABELS,
    FileStatus,
    Source,
    Stage,
)


class Sender(models.Model):
    """A system that may post files: known by a key of which only a digest is kept (INT-1)."""

    name = models.CharField(max_length=80)
    kinds = models.JSONField(help_text="The kinds of feed that it may post")
    key_digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    reason = models.TextField()
    expires_on = models.DateField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_reason = models.TextField(blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(
                name="feeds_sender_ended_by_somebody",
                condition=Q(ended_at__isnull=True) | Q(ended_by__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name


class FeedFile(models.Model):
    """One file of one kind, by its content: a second copy is the same file. A waiting one is work for the workers."""

    kind = models.CharField(max_length=32)
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    status = models.CharField(max_length=12, choices=[(s.value, STATUS_LABELS[s]) for s in FileStatus])
    problem = models.TextField(blank=True)
    received_at = models.DateTimeField()
    loaded_at = models.DateTimeField(null=True, blank=True)
    loaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    bulk_load = models.BooleanField(default=False)
    read = models.BigIntegerField(default=0)
    inserted = models.BigIntegerField(default=0)
    updated = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    withdrawn = models.BigIntegerField(default=0, db_default=0)
    newest_on = models.DateField(null=True, blank=True)
    withdraws = models.BooleanField(
        default=False, db_default=False, help_text="The file says which rows are withdrawn"
    )
    source = models.CharField(
        max_length=8,
        choices=[(s.value, SOURCE_LABELS[s]) for s in Source],
        default=Source.COMMAND,
        db_default=Source.COMMAND.value,
    )
    sender = models.ForeignKey(Sender, null=True, blank=True, on_delete=models.PROTECT, related_name="files")
    accept_rejects = models.BooleanField(default=False, db_default=False)
    reason = models.TextField(blank=True, db_default="", help_text="Why it was loaded again")
    is_stored = models.BooleanField(default=False, db_default=False)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    woken_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-received_at", "-id"]
        indexes = [models.Index(fields=["id"], condition=Q(status="waiting"), name="feeds_file_waiting")]
        constraints = [
            models.UniqueConstraint(fields=["kind", "sha256"], name="feeds_file_once"),
            models.CheckConstraint(
                name="feeds_file_counts_add_up",
                condition=~Q(status=FileStatus.LOADED)
                | Q(read=F("inserted") + F("updated") + F("unchanged") + F("rejected")),
            ),
            models.CheckConstraint(
                name="feeds_file_nothing_half_loaded",
                condition=Q(status=FileStatus.LOADED)
                | Q(inserted=0, updated=0, unchanged=0, loaded_at__isnull=True),
            ),
        ]

    @property
    def feed(self) -> str:
        """What the kind of the file is called."""
        return registry.title_of(self.kind)

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class FeedReject(models.Model):
    """One thing wrong with one row: the line, the column and the reason in plain English."""

    file = models.ForeignKey(FeedFile, on_delete=models.CASCADE, related_name="rejects")
    line = models.BigIntegerField()
    column = models.CharField(max_length=64)
    reason = models.TextField()

    class Meta:
        ordering = ["line", "id"]


class FeedRejectedRow(models.Model):
    """A rejected row as it came, kept apart because it holds a person's details."""

    file = models.ForeignKey(FeedFile, on_delete=models.CASCADE, related_name="rejected_rows")
    line = models.BigIntegerField()
    raw = models.JSONField(help_text="The row's values in the order of the kind's columns")

    class Meta:
        ordering = ["line"]


class Progress(models.Model):
    """How far a load has come, written beside its transaction; without a key to the file, which the load holds."""

    file_no = models.BigIntegerField(primary_key=True)
    stage = models.CharField(max_length=8, choices=[(s.value, STAGE_LABELS[s]) for s in Stage])
    rows = models.BigIntegerField()
    started_at = models.DateTimeField()
    at = models.DateTimeField()


class Rhythm(models.Model):
    """How often a force expects a file of a kind, where it differs from what the kind says; the latest counts."""

    kind = models.CharField(max_length=32)
    every_hours = models.PositiveIntegerField(null=True, blank=True, help_text="Empty: not expected")
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    reason = models.TextField()

    class Meta:
        ordering = ["kind", "-set_at", "-id"]


class Touched(models.Model):
    """A person about whom something new is known: the score of only those needs working out again (SCO-4).

    By which file; by none when codes were mapped anew or records were merged.
    """

    person_id = models.BigIntegerField()
    file = models.ForeignKey(
        FeedFile, null=True, blank=True, on_delete=models.CASCADE, related_name="touched"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person_id", "file"], name="feeds_touched_once", nulls_distinct=False
            )
        ]
