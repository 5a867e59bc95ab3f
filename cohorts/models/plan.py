"""The intervention plan, its actions, the pathways and the engagements (PLN-1 to PLN-3)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from cohorts.models.case import Case
from cohorts.rules.statuses import STATUS_NAMES, ActionStatus, PlanStatus
from cohorts.rules.vocabulary import (
    ATTENDANCE_NAMES,
    ENGAGEMENT_KINDS,
    NEED_LEVELS,
    OUTCOMES,
    PATHWAYS,
    UPTAKES,
    Attendance,
)
from iom.agencies.models import Agency

PLAN_PARTS: dict[str, str] = {
    "risks": "Risks",
    "triggers": "Triggers",
    "protective_factors": "Protective factors",
    "vulnerabilities": "Vulnerabilities",
    "family": "Family involvement",
    "objectives": "Objectives",
}


class Plan(models.Model):
    """A version of the risk intervention plan; an endorsed one is changed only by a new version (PLN-1)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="plans")
    version = models.PositiveSmallIntegerField()
    status = models.CharField(
        max_length=12, choices=[(s.value, STATUS_NAMES[s]) for s in PlanStatus], default=PlanStatus.DRAFT
    )
    risks = models.TextField(blank=True)
    triggers = models.TextField(blank=True)
    protective_factors = models.TextField(blank=True)
    vulnerabilities = models.TextField(blank=True)
    family = models.TextField(blank=True)
    objectives = models.TextField(blank=True)
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    completed_at = models.DateTimeField(null=True, blank=True)
    completed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    endorsed_at = models.DateTimeField(null=True, blank=True)
    endorsed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["case", "version"], name="cohorts_plan_version_once"),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(status__in=("draft", "completed")),
                name="cohorts_plan_one_being_written",
            ),
            models.CheckConstraint(
                condition=~Q(status="endorsed") | Q(endorsed_at__isnull=False),
                name="cohorts_plan_endorsed_has_date",
            ),
        ]

    @property
    def parts(self) -> list[tuple[str, str]]:
        """Heading and text of each part, in order."""
        return [(words, getattr(self, name)) for name, words in PLAN_PARTS.items()]


class PlanAction(models.Model):
    """Something an agency will do by a date, on one pathway; it stays with the case from version to version."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="actions")
    pathway = models.CharField(max_length=20, choices=list(PATHWAYS.items()))
    description = models.TextField()
    owner_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField()
    status = models.CharField(
        max_length=12, choices=[(s.value, STATUS_NAMES[s]) for s in ActionStatus], default=ActionStatus.TO_DO
    )
    progress = models.TextField(blank=True)
    result = models.TextField(blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=("done", "stopped"), ended_on__isnull=False)
                | Q(status__in=("to_do", "in_progress"), ended_on__isnull=True),
                name="cohorts_planaction_ended_has_date",
            ),
        ]


class PathwayNeed(models.Model):
    """Need, referral, provider, uptake and outcome on one pathway of a case (PLN-2)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="pathways")
    pathway = models.CharField(max_length=20, choices=list(PATHWAYS.items()))
    need = models.CharField(max_length=8, choices=list(NEED_LEVELS.items()))
    provider = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    referred_on = models.DateField(null=True, blank=True)
    uptake = models.CharField(max_length=12, choices=list(UPTAKES.items()), blank=True)
    outcome = models.CharField(max_length=12, choices=list(OUTCOMES.items()), blank=True)
    notes = models.TextField(blank=True)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    current = models.BooleanField(default=True)

    class Meta:
        ordering = ["pathway", "-set_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "pathway"], condition=Q(current=True), name="cohorts_pathwayneed_one_current"
            ),
        ]


class Engagement(models.Model):
    """A meeting with the person, planned or held; a missed one says what comes next (PLN-3)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="engagements")
    kind = models.CharField(max_length=12, choices=list(ENGAGEMENT_KINDS.items()))
    planned_at = models.DateTimeField(null=True, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    place = models.CharField(max_length=120, blank=True)
    with_agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    attended = models.CharField(
        max_length=8, choices=[(a.value, ATTENDANCE_NAMES[a]) for a in Attendance], default=Attendance.PLANNED
    )
    notes = models.TextField(blank=True)
    next_step = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["case", "-held_at"], name="cohorts_engagement_case_held")]
        constraints = [
            models.CheckConstraint(
                condition=Q(attended="planned", planned_at__isnull=False, held_at__isnull=True)
                | Q(attended="no", planned_at__isnull=False, held_at__isnull=True)
                | Q(attended__in=("yes", "late"), held_at__isnull=False),
                name="cohorts_engagement_has_its_moment",
            ),
            models.CheckConstraint(
                condition=~Q(attended="no") | ~Q(next_step=""), name="cohorts_engagement_missed_has_next_step"
            ),
        ]
