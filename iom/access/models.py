"""Dated links that decide who sees whom: an agency's access to a person, and named access to one record."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from guardian.models import UserObjectPermissionBase

from iom.access.rules import GRANT_BASES, GRANT_KINDS
from iom.agencies.models import Agency, DateSpan, SharingAgreement, Unit
from iom.agencies.rules import ALWAYS_COVERED


class AgencyAccess(models.Model):
    """Information on this person is shared with this agency over [starts_on, ends_on) (SHR-2).

    `data_classes` are the parts that are shared, as far as the agreement covers them; None for all of those. Of a share
    under an agreement nothing is seen once that agreement, and what amends it, is over. A share whose parts change is
    ended and followed by another.
    """

    person = models.ForeignKey("persons.Person", on_delete=models.CASCADE, related_name="agency_access")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="person_access")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    reason = models.TextField()
    purpose = models.TextField(blank=True, default="", db_default="")
    necessity = models.TextField(blank=True, default="", db_default="")
    agreement = models.ForeignKey(
        SharingAgreement, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    data_classes = ArrayField(models.CharField(max_length=16), null=True, blank=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        # With all that `authz.my_people_between` asks, so that an agency's people are read from the index alone.
        indexes = [
            models.Index(
                fields=["agency", "person"],
                include=["starts_on", "ends_on", "agreement", "data_classes"],
                name="access_people_of_agency",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="access_agencyaccess_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(data_classes__isnull=True) | Q(data_classes__contains=[ALWAYS_COVERED.value]),
                name="access_agencyaccess_parts_hold_core",
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
    """One user's access to one person's record until a moment; row-level security reads this very table (SHR-2).

    Nobody has a plain right to add one: each is written by a function of `authz` that asks who may and writes down why.
    A grant that is over stays, as history.
    """

    content_object = models.ForeignKey(
        "persons.Person", on_delete=models.CASCADE, related_name="named_grants"
    )
    kind = models.CharField(max_length=12, choices=GRANT_KINDS, default="named", db_default="named")
    basis = models.CharField(max_length=16, choices=GRANT_BASES, blank=True, default="", db_default="")
    expires_on = models.DateField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    granted_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)
    unit = models.ForeignKey(
        Unit,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Who answered for the person when it was given",
    )
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)
    review_note = models.TextField(blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "permission", "content_object"],
                condition=Q(kind="named", ended_at__isnull=True),
                name="access_personusergrant_one_by_name",
            ),
            models.CheckConstraint(
                condition=Q(kind="named") | Q(expires_at__isnull=False),
                name="access_personusergrant_opening_expires",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True, reviewed_at__isnull=True)
                | (Q(reviewed_by__isnull=False, reviewed_at__isnull=False) & ~Q(reviewed_by=F("user"))),
                name="access_personusergrant_reviewed_by_another",
            ),
        ]
