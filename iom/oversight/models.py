"""Unusual access that somebody has to look into, and auditors whose own acts another reviews (SHR-3)."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from iom.oversight.rules import KINDS, OUTCOMES, REVIEW_OUTCOMES


class Finding(models.Model):
    """What one user did on one day that is out of the ordinary; never shown to them, never decided by them."""

    kind = models.CharField(max_length=16, choices=[(code, kind.label) for code, kind in KINDS.items()])
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    for_date = models.DateField()
    found_at = models.DateTimeField()
    sentence = models.TextField()
    acts = ArrayField(models.BigIntegerField(), default=list)
    act_count = models.IntegerField()
    status = models.CharField(
        max_length=8, choices=[("open", "To review"), ("reviewed", "Reviewed")], default="open"
    )
    outcome = models.CharField(max_length=12, choices=list(OUTCOMES.items()), blank=True)
    note = models.TextField(blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "for_date", "kind"], name="oversight_finding_once"),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("user")),
                name="oversight_finding_by_another",
            ),
            models.CheckConstraint(
                condition=Q(status="open", reviewed_by__isnull=True, outcome="")
                | Q(status="reviewed", reviewed_by__isnull=False, reviewed_at__isnull=False) & ~Q(outcome=""),
                name="oversight_finding_reviewed_has_outcome",
            ),
        ]
        indexes = [models.Index(fields=["status", "-for_date"], name="oversight_finding_open")]


class AuditReview(models.Model):
    """One auditor's own acts of one month, to be signed off by another auditor or the central point of contact."""

    reviewed = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    month = models.DateField(help_text="Its first day")
    due_on = models.DateField()
    figures = models.JSONField(default=dict)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    signed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=list(REVIEW_OUTCOMES.items()), blank=True)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reviewed", "month"], name="oversight_review_once"),
            models.CheckConstraint(
                condition=Q(reviewer__isnull=True) | ~Q(reviewer=F("reviewed")),
                name="oversight_review_by_another",
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, reviewer__isnull=True, outcome="")
                | Q(signed_at__isnull=False, reviewer__isnull=False) & ~Q(outcome=""),
                name="oversight_review_signed_has_outcome",
            ),
        ]
