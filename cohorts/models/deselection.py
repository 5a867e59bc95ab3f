"""The way out: proposed by one, agreed by another, told to every partner, completed (REF-8, CMP-3)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cohorts.models.case import Case
from cohorts.rules.statuses import STATUS_NAMES, DeselectionStatus
from cohorts.rules.vocabulary import DESELECTION_CONSIDERATIONS
from iom.agencies.models import Agency


class Deselection(models.Model):
    """A proposal to end management, what was considered, and what became of it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="deselections")
    status = models.CharField(
        max_length=12,
        choices=[(s.value, STATUS_NAMES[s]) for s in DeselectionStatus],
        default=DeselectionStatus.PROPOSED,
    )
    reduction_in_offending = models.TextField()
    intelligence = models.TextField()
    engagement = models.TextField()
    pathways_addressed = models.TextField()
    triggers_reduced = models.TextField()
    ongoing_support = models.TextField()
    area_transfer = models.TextField()
    prison_sentence = models.TextField()
    rationale = models.TextField()
    exit_strategy = models.TextField()
    monitored_reason = models.TextField(blank=True)
    monitored_until = models.DateField(null=True, blank=True)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_on = models.DateField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decision_note = models.TextField(blank=True)
    deregistered_on = models.DateField(null=True, blank=True)
    deregistered_at = models.DateTimeField(null=True, blank=True)
    deregistered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    deregistration_rationale = models.TextField(blank=True)

    class Meta:
        ordering = ["-proposed_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=~Q(status="turned_down"),
                name="cohorts_deselection_one_live_per_case",
            ),
            models.CheckConstraint(
                condition=Q(
                    *[
                        ~Q(**{name: ""})
                        for name in (*DESELECTION_CONSIDERATIONS, "rationale", "exit_strategy")
                    ]
                ),
                name="cohorts_deselection_considers_all_eight",
            ),
            models.CheckConstraint(
                condition=Q(monitored_until__isnull=True, monitored_reason="")
                | Q(~Q(monitored_reason=""), monitored_until__isnull=False),
                name="cohorts_deselection_monitored_has_reason_and_end",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="cohorts_deselection_takes_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(status="deregistered")
                | (Q(deregistered_on__isnull=False) & ~Q(deregistration_rationale="")),
                name="cohorts_deselection_done_has_rationale",
            ),
        ]

    @property
    def considerations(self) -> list[tuple[str, str]]:
        """The eight considerations: heading and what was recorded, in the policy's order."""
        return [(words, getattr(self, name)) for name, words in DESELECTION_CONSIDERATIONS.items()]


class DeselectionNotice(models.Model):
    """An agency that was told of a deselection, and when it acknowledged (REF-8).

    It names the case besides, because the agency may see its notice but not the considerations.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="deselection_notices")
    deselection = models.ForeignKey(Deselection, on_delete=models.PROTECT, related_name="notices")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    told_on = models.DateField()
    acknowledged_on = models.DateField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["deselection", "agency"], name="cohorts_deselectionnotice_once"),
        ]
