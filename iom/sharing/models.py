"""What was given to whom and why: disclosures by name, the ledger, consent, looking again (SHR-1, NEW-5)."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from guardian.managers import GroupObjectPermissionManager
from guardian.models import GroupObjectPermissionBase

from iom.access.models import AgencyAccess
from iom.agencies.models import Agency, SharingAgreement, Unit
from iom.documents.models import Document
from iom.persons.models import Person
from iom.records.models import IntelligenceItem
from iom.sharing.rules import CAUSE_LABELS, CONSENT_LABELS, MEDIUM_LABELS, OUTCOME_LABELS


def by(*, null: bool = False) -> Any:
    return models.ForeignKey(settings.AUTH_USER_MODEL, null=null, on_delete=models.PROTECT, related_name="+")


class GrantManager(GroupObjectPermissionManager):
    """A disclosure is a grant with its reasons: guardian's own way of adding one, which knows none, is refused."""

    def assign_perm(self, perm: Any, user_or_group: Any, obj: Any, **terms: Any) -> Any:
        """Give a group the permission on one object on the terms of a disclosure; `terms` are the grant's columns."""
        if not terms:
            raise TypeError("A disclosure needs its terms: who asked, who signed, why and until when.")
        permission = perm
        return self.create(group=user_or_group, permission=permission, content_object=obj, **terms)

    def bulk_assign_perm(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("Things are disclosed one by one.")

    def assign_perm_to_many(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("Things are disclosed to one agency at a time.")


class DisclosureGrant(GroupObjectPermissionBase):
    """One record given to one agency by two persons until a day; the row policy of the record reads this very table.

    An expired or revoked grant stays, as history.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    agreement = models.ForeignKey(SharingAgreement, on_delete=models.PROTECT, related_name="+")
    purpose = models.TextField()
    necessity = models.TextField()
    reason = models.TextField()
    disclosed_text = models.TextField(blank=True, help_text="The words that two persons signed")
    granted_by = by()
    granted_at = models.DateTimeField()
    approved_by = by()
    approved_at = models.DateTimeField()
    expires_on = models.DateField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = by(null=True)
    revoke_reason = models.TextField(blank=True)

    objects = GrantManager()  # type: ignore[misc]
    content_object_id: int

    class Meta:
        abstract = True
        ordering = ["-approved_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["group", "permission", "content_object"],
                condition=Q(revoked_at__isnull=True),
                name="%(app_label)s_%(class)s_one",
            ),
            models.CheckConstraint(
                condition=~Q(approved_by=F("granted_by")), name="%(app_label)s_%(class)s_two_people"
            ),
            models.CheckConstraint(
                condition=~Q(purpose="") & ~Q(necessity="") & ~Q(reason=""),
                name="%(app_label)s_%(class)s_says_why",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | (Q(revoked_at__isnull=False) & ~Q(revoke_reason="")),
                name="%(app_label)s_%(class)s_revoked_why",
            ),
        ]


class IntelligenceItemGroupGrant(DisclosureGrant):
    content_object = models.ForeignKey(IntelligenceItem, on_delete=models.PROTECT, related_name="disclosures")

    class Meta(DisclosureGrant.Meta):
        abstract = False


class DocumentGroupGrant(DisclosureGrant):
    content_object = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="disclosures")

    class Meta(DisclosureGrant.Meta):
        abstract = False


class Disclosure(models.Model):
    """One line of the ledger: what of whom went to whom, by which way, for what, under which agreement. Only grows."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="disclosures")
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="disclosures")
    recipient = models.CharField(max_length=160)
    medium = models.CharField(max_length=10, choices=[(m.value, words) for m, words in MEDIUM_LABELS.items()])
    what = models.CharField(max_length=200)
    item_ref = models.CharField(max_length=60, blank=True)
    data_classes = ArrayField(models.CharField(max_length=16), default=list)
    purpose = models.TextField()
    necessity = models.TextField()
    agreement = models.ForeignKey(SharingAgreement, null=True, on_delete=models.PROTECT, related_name="+")
    by = by(null=True)
    by_name = models.CharField(max_length=120)
    approved_by_name = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()
    until = models.DateField(null=True)
    request_id = models.UUIDField(null=True)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["person", "-at"], name="sharing_disclosure_person"),
            models.Index(fields=["agency", "-at"], name="sharing_disclosure_agency"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(recipient="") & ~Q(purpose="") & ~Q(necessity="") & ~Q(what=""),
                name="sharing_disclosure_says_everything",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_medium_display()} to {self.recipient}"


class Consent(models.Model):
    """What the person said to sharing with an agency for a purpose; a change is a new row, the latest one holds."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="consents")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    purpose = models.TextField()
    status = models.CharField(
        max_length=10, choices=[(s.value, words) for s, words in CONSENT_LABELS.items()]
    )
    said_on = models.DateField()
    how = models.CharField(max_length=160)
    evidence = models.CharField(max_length=200)
    recorded_by = by(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-said_on", "-recorded_at", "-id"]
        indexes = [models.Index(fields=["person", "agency", "-said_on"], name="sharing_consent_person")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(how="") & ~Q(evidence="") & ~Q(purpose=""), name="sharing_consent_has_evidence"
            )
        ]

    def __str__(self) -> str:
        return f"Consent {self.status}"


class SharingReview(models.Model):
    """The new owner of a case looks at every share again: who gets what, under which agreement, with what consent."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="sharing_reviews")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    owner = by(null=True)
    cause = models.CharField(max_length=10, choices=list(CAUSE_LABELS.items()))
    opened_at = models.DateTimeField()
    opened_by = by(null=True)
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(done_at__isnull=True), name="sharing_sharingreview_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"Sharing review {self.pk}"


class SharingReviewLine(models.Model):
    """One share to look at again, and what became of it."""

    review = models.ForeignKey(SharingReview, on_delete=models.CASCADE, related_name="lines")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    access = models.ForeignKey(AgencyAccess, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(
        max_length=10, blank=True, choices=[(o.value, words) for o, words in OUTCOME_LABELS.items()]
    )
    note = models.TextField(blank=True)
    decided_by = by(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["review", "access"], name="sharing_reviewline_once"),
            models.CheckConstraint(
                condition=Q(outcome="", decided_at__isnull=True)
                | (~Q(outcome="") & ~Q(note="") & Q(decided_at__isnull=False)),
                name="sharing_reviewline_decided_why",
            ),
        ]

    def __str__(self) -> str:
        return f"Line {self.pk} of {self.review}"
