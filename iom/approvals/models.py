"""Acts that take two persons: one asks, another decides (security.md, "Two persons")."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from iom.approvals.rules import STATUS_LABELS, Status


class Approval(models.Model):
    """A request for a second signature and what became of it. What was asked is never rewritten.

    `decider_class` is the class of the database that decides this kind, for the row policies.
    """

    kind = models.CharField(max_length=40)
    decider_class = models.CharField(max_length=8)
    person_id = models.BigIntegerField(null=True)
    unit_id = models.BigIntegerField(null=True)
    payload = models.JSONField(default=dict)
    reason = models.TextField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    lapses_at = models.DateTimeField()
    status = models.CharField(
        max_length=10, choices=[(s.value, STATUS_LABELS[s]) for s in Status], default=Status.WAITING
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [
            models.Index(
                fields=["kind", "-asked_at"], name="approvals_waiting", condition=Q(status="waiting")
            ),
            models.Index(fields=["asked_by", "-asked_at"], name="approvals_by_asker"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "refused"]) | ~Q(decided_by=F("asked_by")),
                name="approvals_approval_takes_two_people",
            ),
            models.CheckConstraint(
                condition=Q(status="waiting", decided_by__isnull=True, decided_at__isnull=True)
                | Q(status="lapsed", decided_by__isnull=True, decided_at__isnull=False)
                | Q(
                    status__in=["approved", "refused", "withdrawn"],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
                name="approvals_approval_status_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(status="withdrawn") | Q(decided_by=F("asked_by")),
                name="approvals_approval_asker_withdraws",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="approvals_approval_has_reason"),
            models.CheckConstraint(
                condition=~Q(status="refused") | ~Q(decision_reason=""),
                name="approvals_approval_refused_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(lapses_at__gt=F("asked_at")), name="approvals_approval_lapses_after_asking"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
