"""Files received from force systems, what became of each, and which rows were rejected and why (INT-1)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from iom.feeds.rules import STATUS_LABELS, FileStatus


class FeedFile(models.Model):
    """One file of one kind, by its content: a second copy is the same file."""

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
    newest_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-received_at", "-id"]
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


class Touched(models.Model):
    """A person about whom a file brought something new: the score of only those needs working out again (SCO-4)."""

    person_id = models.BigIntegerField()
    file = models.ForeignKey(FeedFile, on_delete=models.CASCADE, related_name="touched")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person_id", "file"], name="feeds_touched_once")]
