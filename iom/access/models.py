"""Dated links that decide who sees whom: an agency's access to a person, and named access to one record."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from guardian.models import UserObjectPermissionBase

from iom.agencies.models import Agency, DateSpan


class AgencyAccess(models.Model):
    """Information on this person is shared with this agency over [starts_on, ends_on) (SHR-2)."""

    person = models.ForeignKey("persons.Person", on_delete=models.CASCADE, related_name="agency_access")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="person_access")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    reason = models.TextField()
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        indexes = [models.Index(fields=["agency", "person"], name="access_agency_person")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="access_agencyaccess_ends_after_start",
            ),
            ExclusionConstraint(
                name="access_agencyaccess_no_overlap",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("agency", RangeOperators.EQUAL),
                    (DateSpan("starts_on", "ends_on", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
        ]


class PersonUserGrant(UserObjectPermissionBase):
    """Named access of one user to one person's record until a date; row-level security reads this very table."""

    content_object = models.ForeignKey(
        "persons.Person", on_delete=models.CASCADE, related_name="named_grants"
    )
    expires_on = models.DateField(null=True, blank=True)
    reason = models.TextField(blank=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "permission", "content_object"], name="access_personusergrant_once"
            )
        ]
