"""Records due for review, and holds (SHR-4)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from iom.persons.models import Person
from iom.retention.rules.statuses import REVIEW_LABELS, STANDING, ReviewStatus

STATUSES = [(status.value, label) for status, label in REVIEW_LABELS.items()]


class Review(models.Model):
    """One review of everything held on a person: why it was due, what was answered, and what was decided."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="retention_reviews")
    group = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    clear_until = models.DateField()
    schedule_version = models.CharField(max_length=20)
    opened_on = models.DateField()
    status = models.CharField(max_length=10, choices=STATUSES, default=ReviewStatus.OPEN)
    answers = models.JSONField(default=dict, blank=True)
    reason = models.TextField(blank=True)
    next_on = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    approval_id = models.BigIntegerField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(fields=["due_on", "id"], condition=Q(status="open"), name="retention_review_queue"),
            models.Index(fields=["person", "-decided_on"], name="retention_review_person"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(status__in=[s.value for s in STANDING]),
                name="retention_review_one_standing",
            ),
            models.CheckConstraint(
                condition=~Q(status="retained")
                | (
                    Q(decided_by__isnull=False, decided_on__isnull=False, next_on__isnull=False)
                    & ~Q(reason="")
                ),
                name="retention_review_kept_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["asked", "approved"])
                | (Q(decided_by__isnull=False) & ~Q(reason="")),
                name="retention_review_disposal_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(status="approved")
                | (Q(approved_by__isnull=False) & ~Q(approved_by=F("decided_by"))),
                name="retention_review_takes_two_people",
            ),
            models.CheckConstraint(
                condition=Q(next_on__isnull=True) | Q(next_on__gt=F("decided_on")),
                name="retention_review_next_is_later",
            ),
            models.CheckConstraint(condition=Q(group__range=(1, 4)), name="retention_review_group"),
        ]

    def __str__(self) -> str:
        return f"Review {self.pk}"


class LegalHold(models.Model):
    """A reason why a record may not be disposed of, until somebody lifts it; the database refuses besides."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="legal_holds")
    reason = models.TextField()
    authority = models.CharField(max_length=200, help_text="Who or what asks for it")
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    review_on = models.DateField()
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    lift_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["review_on", "id"]
        indexes = [
            models.Index(
                fields=["person"], condition=Q(lifted_at__isnull=True), name="retention_hold_standing"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(authority=""), name="retention_hold_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True, lift_reason="")
                | (Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lift_reason="")),
                name="retention_hold_lifted_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"Hold {self.pk}"

    @property
    def stands(self) -> bool:
        return self.lifted_at is None
