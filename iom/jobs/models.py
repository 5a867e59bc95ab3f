"""Work that must be done once and is never forgotten: the database is the queue of record (SCO-4, CMP-7)."""

from django.db import models
from django.db.models import Q


class Run(models.Model):
    """One job for one night (or one date asked for); `unique(kind, for_date)` makes a second start a no-op."""

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    kind = models.CharField(max_length=40)
    for_date = models.DateField()
    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN)
    created_at = models.DateTimeField()
    planned_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    summary = models.JSONField(default=dict)

    class Meta:
        ordering = ["kind", "for_date"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "for_date"], name="jobs_run_once_per_date"),
            models.CheckConstraint(
                condition=Q(status="done", finished_at__isnull=False) | ~Q(status="done"),
                name="jobs_run_done_has_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "for_date"], condition=Q(status="open"), name="jobs_run_open")
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.for_date.isoformat()}"


class Chunk(models.Model):
    """A part of a run that one transaction does. The payload names ranges, never what is known about a person."""

    class Status(models.TextChoices):
        PENDING = "pending", "Pending"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="chunks")
    seq = models.PositiveIntegerField()
    payload = models.JSONField(default=dict)
    status = models.CharField(max_length=8, choices=Status, default=Status.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    dispatched_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["run", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["run", "seq"], name="jobs_chunk_once_per_run"),
            models.CheckConstraint(
                condition=Q(status="done", done_at__isnull=False)
                | (~Q(status="done") & Q(done_at__isnull=True)),
                name="jobs_chunk_done_has_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["run", "seq"], condition=Q(status="pending"), name="jobs_chunk_pending")
        ]

    def __str__(self) -> str:
        return f"{self.run} part {self.seq}"


class Heartbeat(models.Model):
    """When a part of the machinery was last seen at work."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at.isoformat()}"
