"""The force's structure and its partners (ORG-1, ORG-2, SHR-1)."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from iom.accounts.rules import ROLES, Role
from iom.agencies.rules import AGENCY_KIND_LABELS, UNIT_KIND_LABELS, AgencyKind, UnitKind


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
    """An information sharing agreement with an agency; without a current one the agency sees nothing (SHR-1)."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="agreements")
    reference = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=160)
    purposes = models.TextField(blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="agencies_agreement_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"
