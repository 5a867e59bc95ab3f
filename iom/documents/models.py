"""Documents on a person's record. The row is here, the file lies outside the web root under a random name (SHR-5)."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from iom.agencies.models import Agency
from iom.documents.rules import (
    ALWAYS_SENSITIVE,
    COMPARTMENTS,
    MARKING_LABELS,
    SCAN_LABELS,
    TYPE_LABELS,
    AboutKind,
    DocumentType,
    Marking,
    ScanState,
)
from iom.kernel.compartments import COMPARTMENT_LABELS
from iom.persons.models import Person


class Document(models.Model):
    """One version of a document. `size` and `sha256` are of the file as kept, after it was made safe."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="documents")
    about_kind = models.CharField(max_length=16, blank=True, choices=[(k.value, k.value) for k in AboutKind])
    about_id = models.BigIntegerField(null=True, blank=True)
    type = models.CharField(max_length=24, choices=[(t.value, TYPE_LABELS[t]) for t in DocumentType])
    title = models.CharField(max_length=160, blank=True)
    marking = models.CharField(
        max_length=24,
        choices=[(m.value, MARKING_LABELS[m]) for m in Marking],
        default=Marking.OFFICIAL_SENSITIVE.value,
    )
    handling = models.TextField(blank=True)
    compartment = models.CharField(
        max_length=16, choices=[(c.value, COMPARTMENT_LABELS[c]) for c in COMPARTMENTS]
    )
    owner_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField()
    original_name = models.CharField(max_length=160, blank=True)
    stored_name = models.UUIDField(unique=True)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    received_sha256 = models.CharField(max_length=64)
    detected_type = models.CharField(max_length=100)
    cleaned = ArrayField(models.CharField(max_length=160), default=list)
    scan_state = models.CharField(
        max_length=10,
        choices=[(s.value, SCAN_LABELS[s]) for s in ScanState],
        default=ScanState.WAITING.value,
    )
    scanned_at = models.DateTimeField(null=True)
    scan_engine = models.CharField(max_length=120, blank=True)
    scan_note = models.CharField(max_length=200, blank=True)
    scan_attempts = models.PositiveSmallIntegerField(default=0)
    scan_after = models.DateTimeField(null=True)
    version = models.PositiveSmallIntegerField(default=1)
    version_of = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="newer"
    )
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_reason = models.TextField(blank=True)
    missing_at = models.DateTimeField(null=True)
    file_removed_at = models.DateTimeField(null=True)
    disposed_at = models.DateTimeField(null=True)
    disposal_decision = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["-uploaded_at", "-id"]
        indexes = [
            models.Index(fields=["person", "-uploaded_at"], name="documents_person"),
            models.Index(fields=["owner_agency", "person"], name="documents_owner"),
            models.Index(fields=["uploaded_by", "-uploaded_at"], name="documents_uploader"),
            models.Index(
                fields=["scan_after", "id"],
                name="documents_to_scan",
                condition=Q(scan_state__in=["waiting", "failed"], file_removed_at__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(size__gt=0), name="documents_not_empty"),
            models.CheckConstraint(
                condition=Q(scan_state__in=["waiting", "failed"]) | Q(scanned_at__isnull=False),
                name="documents_verdict_has_moment",
            ),
            models.CheckConstraint(
                condition=~Q(scan_state="infected") | Q(file_removed_at__isnull=False),
                name="documents_infected_file_removed",
            ),
            models.CheckConstraint(
                condition=~Q(compartment__in=[c.value for c in ALWAYS_SENSITIVE])
                | Q(marking=Marking.OFFICIAL_SENSITIVE.value),
                name="documents_sensitive_compartment_marked",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_reason="")
                | Q(withdrawn_at__isnull=False, disposed_at__isnull=False)
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
                name="documents_withdrawal_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(version=1, version_of__isnull=True) | Q(version__gt=1, version_of__isnull=False),
                name="documents_version_follows",
            ),
            models.CheckConstraint(
                condition=Q(about_kind="", about_id__isnull=True)
                | (~Q(about_kind="") & Q(about_id__isnull=False)),
                name="documents_about_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(disposed_at__isnull=True, disposal_decision__isnull=True)
                | Q(
                    disposed_at__isnull=False,
                    disposal_decision__isnull=False,
                    file_removed_at__isnull=False,
                    title="",
                    original_name="",
                    handling="",
                ),
                name="documents_disposal_leaves_the_fact",
            ),
            models.CheckConstraint(
                condition=Q(version_of__isnull=True) | ~Q(version_of=F("id")),
                name="documents_not_own_version",
            ),
        ]

    def __str__(self) -> str:
        return self.title or f"Document {self.pk}"


class DocumentAudience(models.Model):
    """An agency that may read a document of another's. `person` and `owner_agency` repeat the document's own."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="audience")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    owner_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["agency__name"]
        constraints = [
            models.UniqueConstraint(fields=["document", "agency"], name="documents_audience_once"),
            models.CheckConstraint(
                condition=~Q(agency=F("owner_agency")), name="documents_audience_is_another"
            ),
        ]
        indexes = [models.Index(fields=["agency", "document"], name="documents_audience_agency")]
