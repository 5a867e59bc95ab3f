"""The holidays of England and Wales as this deployment keeps them, and every state the list has been in (CMP-6)."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Holiday(models.Model):
    """A weekday nobody works: published, expected by the standing rules, or added by an administrator."""

    class Source(models.TextChoices):
        PUBLISHED = "published", "Published"
        EXPECTED = "expected", "Expected, not yet published"
        ADDED = "added", "Added here"

    date = models.DateField(unique=True)
    title = models.CharField(max_length=120)
    source = models.CharField(max_length=10, choices=Source)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField()
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["date"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(source="added") | ~Q(note=""), name="working_days_holiday_added_with_reason"
            ),
            models.CheckConstraint(
                condition=Q(date__iso_week_day__lte=5), name="working_days_holiday_is_a_weekday"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date.isoformat()} {self.title}"


class CalendarVersion(models.Model):
    """One state of the calendar; a deadline keeps the name of the version it was worked out by."""

    number = models.PositiveIntegerField(unique=True)
    confirmed_from = models.DateField()
    confirmed_until = models.DateField()
    day_0_counts = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField()

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"EW-{self.confirmed_until.year}.{self.number}"
