"""One stay in the scheme, from selection to deregistration (COH-2, REF-5, REF-7, REF-10)."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q

from cohorts.models.referral import Referral
from cohorts.rules.checklists import ChecklistKind, line
from cohorts.rules.statuses import STATUS_NAMES, CaseStatus, ChecklistStatus
from cohorts.rules.vocabulary import SCHEME_NAMES, Scheme, category_name, cohort_name
from iom.agencies.models import DateSpan, Unit
from iom.persons.models import Person

CASE_STATUSES = [(s.value, STATUS_NAMES[s]) for s in CaseStatus]


class Case(models.Model):
    """A managed person's episode; a person has at most one that is not closed."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cases")
    referral = models.OneToOneField(
        Referral, null=True, blank=True, on_delete=models.PROTECT, related_name="case"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    partner_manager = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    status = models.CharField(max_length=12, choices=CASE_STATUSES, default=CaseStatus.ACTIVE)
    selected_on = models.DateField()
    deselected_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    review_on = models.DateField()

    class Meta:
        ordering = ["-selected_on", "-id"]
        indexes = [
            models.Index(fields=["unit", "status"], name="cohorts_case_unit_status"),
            models.Index(fields=["manager", "status"], name="cohorts_case_manager_status"),
            models.Index(fields=["person"], name="cohorts_case_person"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=~Q(status="closed"), name="cohorts_case_one_open_per_person"
            ),
            models.CheckConstraint(
                condition=Q(status="active", deselected_on__isnull=True, closed_on__isnull=True)
                | Q(status="deselecting", deselected_on__isnull=False, closed_on__isnull=True)
                | Q(status="closed", deselected_on__isnull=False, closed_on__isnull=False),
                name="cohorts_case_status_has_its_dates",
            ),
        ]

    def __str__(self) -> str:
        return f"Case {self.pk}"


class CaseStage(models.Model):
    """One change of a case's status (REF-10)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="stages")
    from_status = models.CharField(max_length=12, blank=True)
    to_status = models.CharField(max_length=12, choices=CASE_STATUSES)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["at", "id"]


class Placement(models.Model):
    """The one cohort and category of a case in one scheme over [starts_on, ends_on) (COH-2, COH-4)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="placements")
    scheme = models.CharField(max_length=16, choices=[(s.value, SCHEME_NAMES[s]) for s in Scheme])
    cohort = models.CharField(max_length=24)
    category = models.CharField(max_length=32)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    rationale = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["scheme", "-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(rationale=""), name="cohorts_placement_has_rationale"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="cohorts_placement_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["case", "scheme"],
                condition=Q(ends_on__isnull=True),
                name="cohorts_placement_one_current",
            ),
            ExclusionConstraint(
                name="cohorts_placement_one_at_a_time",
                expressions=[
                    ("case", RangeOperators.EQUAL),
                    ("scheme", RangeOperators.EQUAL),
                    (DateSpan("starts_on", "ends_on", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    @property
    def cohort_name(self) -> str:
        return cohort_name(self.scheme, self.cohort)

    @property
    def category_name(self) -> str:
        return category_name(self.scheme, self.cohort, self.category)


class ChecklistItem(models.Model):
    """One action upon selection or deselection, with owner, due date and evidence (REF-5, REF-8)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="checklist")
    kind = models.CharField(max_length=12, choices=[(k.value, k.value.capitalize()) for k in ChecklistKind])
    code = models.CharField(max_length=24)
    position = models.PositiveSmallIntegerField()
    status = models.CharField(
        max_length=12,
        choices=[(s.value, STATUS_NAMES[s]) for s in ChecklistStatus],
        default=ChecklistStatus.TO_DO,
    )
    owner_role = models.CharField(max_length=12)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    evidence = models.TextField(blank=True)

    class Meta:
        ordering = ["case_id", "kind", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind", "code"], name="cohorts_checklistitem_once_per_case"
            ),
            models.CheckConstraint(
                condition=Q(status="to_do", done_on__isnull=True)
                | Q(~Q(status="to_do"), done_on__isnull=False),
                name="cohorts_checklistitem_done_has_date",
            ),
        ]

    @property
    def words(self) -> str:
        return line(self.kind, self.code).words

    @property
    def clause(self) -> str:
        return line(self.kind, self.code).clause
