"""The force's structure and its partners (ORG-1, ORG-2, SHR-1)."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from iom.accounts.rules import ROLES, Role
from iom.agencies.rules import (
    AGENCY_KIND_LABELS,
    ALWAYS_COVERED,
    DATA_CLASS_LABELS,
    UNIT_KIND_LABELS,
    AgencyKind,
    DataClass,
    UnitKind,
    default_data_classes,
    in_order,
)


class DateSpan(Func):
    """The half-open range [starts_on, ends_on) as PostgreSQL's daterange."""

    function = "DATERANGE"
    output_field = DateRangeField()


def in_force_on(day: object) -> Q:
    """Rows of a dated link [starts_on, ends_on) that hold on a day."""
    return Q(starts_on__lte=day) & (Q(ends_on__isnull=True) | Q(ends_on__gt=day))


class Agency(models.Model):
    code = models.SlugField(max_length=32, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=24, choices=[(k.value, AGENCY_KIND_LABELS[k]) for k in AgencyKind])

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class AgencyGroup(models.Model):
    """The group by which single records are disclosed to an agency; made by the database when one first is."""

    agency = models.OneToOneField(Agency, on_delete=models.CASCADE, related_name="disclosure_group")
    group = models.OneToOneField("auth.Group", on_delete=models.PROTECT, related_name="agency_group")

    def __str__(self) -> str:
        return f"Group of {self.agency}"


class Unit(models.Model):
    """A district hub, the Prison Hub, or the force as a whole."""

    code = models.SlugField(max_length=32, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=16, choices=[(k.value, UNIT_KIND_LABELS[k]) for k in UnitKind])

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Prison(models.Model):
    """A prison; those with a hub have Prison Hub staff, the others leave responsibility with the district (PRI-1)."""

    code = models.SlugField(max_length=8, unique=True)
    name = models.CharField(max_length=120)
    hub = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="prisons")
    in_area = models.BooleanField(default=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    name = models.CharField(max_length=120)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="teams")
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="teams")
    location = models.CharField(max_length=160, blank=True)
    contact_email = models.EmailField(blank=True)
    contact_phone = models.CharField(max_length=32, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["agency", "name"], name="agencies_team_one_per_name")]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person's role in a team over a half-open span of dates (ORG-3)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=24, choices=[(r.value, ROLES[r].label) for r in Role])
    is_contact = models.BooleanField(
        default=False, help_text="Single point of contact of the agency in this unit"
    )
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="agencies_membership_ends_after_start",
            ),
            ExclusionConstraint(
                name="agencies_membership_no_overlap",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("team", RangeOperators.EQUAL),
                    (DateSpan("starts_on", "ends_on", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
        ]


class SharingAgreement(models.Model):
    """An information sharing agreement with an agency; without a current one the agency sees nothing (SHR-1).

    A row is never rewritten: an amendment ends it and starts another, which names the first of the series. What its
    data classes do not cover, the agency does not see, whatever was shared.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="agreements")
    reference = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=160)
    purposes = models.TextField(blank=True)
    data_classes = ArrayField(
        models.CharField(max_length=16), default=default_data_classes, db_default=default_data_classes()
    )
    legal_basis = models.TextField(blank=True, default="", db_default="")
    parties = models.TextField(blank=True, default="", db_default="")
    document_reference = models.CharField(max_length=160, blank=True, default="", db_default="")
    review_on = models.DateField(null=True, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    series = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="amendments"
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(null=True)
    amendment_reason = models.TextField(blank=True, default="", db_default="")
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True)
    end_reason = models.TextField(blank=True, default="", db_default="")

    class Meta:
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="agencies_agreement_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(data_classes__contains=[ALWAYS_COVERED.value])
                & Q(data_classes__contained_by=[code.value for code in DataClass]),
                name="agencies_agreement_covers_known_classes",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | (Q(ends_on__isnull=False) & ~Q(end_reason="")),
                name="agencies_agreement_ended_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def first_id(self) -> int:
        """The number of the first of its series; what was shared under one is shared under those that amend it."""
        return self.series_id or self.pk

    @property
    def class_labels(self) -> list[str]:
        """The data classes in words."""
        return [DATA_CLASS_LABELS[DataClass(code)] for code in in_order(self.data_classes)]
