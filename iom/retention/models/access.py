"""A person asks what is held about them: request, items, bundle, and corrections (SHR-4)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from iom.kernel.compartments import COMPARTMENT_LABELS
from iom.persons.models import Person
from iom.retention.rules.grounds import GROUNDS
from iom.retention.rules.statuses import OUTCOME_LABELS, REQUEST_LABELS, RequestStatus

STATUSES = [(status.value, label) for status, label in REQUEST_LABELS.items()]
OUTCOMES = [(outcome.value, label) for outcome, label in OUTCOME_LABELS.items()]


class AccessRequest(models.Model):
    """What a person asked, when it is due (`first_due_on` before an extension), and how it stands."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="access_requests")
    received_on = models.DateField()
    asked_for = models.TextField(blank=True)
    identity_asked_on = models.DateField(null=True, blank=True)
    identity_proved_on = models.DateField(null=True, blank=True)
    identity_how = models.TextField(blank=True)
    identity_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    first_due_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    terms_version = models.CharField(max_length=20)
    extended_on = models.DateField(null=True, blank=True)
    extension_reason = models.TextField(blank=True)
    status = models.CharField(max_length=10, choices=STATUSES, default=RequestStatus.RECEIVED)
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    assembled_at = models.DateTimeField(null=True, blank=True)
    approval_id = models.BigIntegerField(null=True, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    signed_digest = models.CharField(max_length=64, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    ended_reason = models.TextField(blank=True)

    class Meta:
        db_table = "retention_access_request"
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(fields=["status", "due_on"], name="retention_request_status"),
            models.Index(fields=["person"], name="retention_request_person"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(identity_proved_on__isnull=True)
                | (Q(identity_by__isnull=False) & ~Q(identity_how="")),
                name="retention_request_identity_whole",
            ),
            models.CheckConstraint(
                condition=Q(extended_on__isnull=True, extension_reason="")
                | (Q(extended_on__isnull=False) & ~Q(extension_reason="")),
                name="retention_request_extension_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["received", "refused", "withdrawn"])
                | Q(identity_proved_on__isnull=False),
                name="retention_request_identity_first",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["signed", "ready", "released"])
                | (Q(signed_by__isnull=False, asked_by__isnull=False) & ~Q(signed_by=F("asked_by"))),
                name="retention_request_takes_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"Request {self.pk}"


class AccessItem(models.Model):
    """One thing held about the person: what it says, what a rule proposes, and what a person decided."""

    request = models.ForeignKey(AccessRequest, on_delete=models.CASCADE, related_name="items")
    section = models.CharField(max_length=24)
    seq = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    on = models.DateField(null=True, blank=True)
    text = models.TextField(blank=True)
    compartment = models.CharField(
        max_length=16, choices=[(c.value, label) for c, label in COMPARTMENT_LABELS.items()]
    )
    proposed = models.CharField(max_length=8, choices=OUTCOMES)
    proposed_marked = models.TextField(blank=True)
    ground = models.CharField(max_length=20, choices=[(g.code, g.words) for g in GROUNDS.values()])
    locked = models.BooleanField(default=False, help_text="Never given from here, whoever decides")
    outcome = models.CharField(max_length=8, choices=OUTCOMES, blank=True)
    marked = models.TextField(blank=True, help_text="The text with [[brackets]] around what is hidden")
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "retention_access_item"
        ordering = ["request_id", "section", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["request", "section", "seq"], name="retention_item_once"),
            models.CheckConstraint(
                condition=Q(outcome="", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(outcome="") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="retention_item_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(locked=False) | Q(outcome__in=["", "withhold"]),
                name="retention_item_locked_stays",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="redact") | ~Q(marked=""), name="retention_item_redaction_marked"
            ),
        ]

    def __str__(self) -> str:
        return f"Item {self.pk}"


class Bundle(models.Model):
    """What was made to be given: the PDF and the same as data, after two people looked."""

    request = models.OneToOneField(AccessRequest, on_delete=models.CASCADE, related_name="bundle")
    made_at = models.DateTimeField()
    pdf = models.BinaryField()
    document = models.JSONField()
    sha256 = models.CharField(max_length=64)
    pages = models.PositiveIntegerField(default=0)
    given = models.PositiveIntegerField(default=0)
    redacted = models.PositiveIntegerField(default=0)
    withheld = models.PositiveIntegerField(default=0)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    released_at = models.DateTimeField(null=True, blank=True)
    released_how = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(released_at__isnull=True) | (Q(released_by__isnull=False) & ~Q(released_how="")),
                name="retention_bundle_released_whole",
            ),
        ]


class Correction(models.Model):
    """A person asks that something be put right, and what came of it (DPA 2018, section 46)."""

    OUTCOMES = [
        ("", "To decide"),
        ("corrected", "Put right"),
        ("completed", "A statement was added"),
        ("refused", "Refused"),
    ]

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="corrections")
    received_on = models.DateField()
    due_on = models.DateField()
    what = models.TextField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=OUTCOMES, blank=True)
    outcome_reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(what=""), name="retention_correction_says_what"),
            models.CheckConstraint(
                condition=Q(outcome="", decided_on__isnull=True)
                | (
                    ~Q(outcome="")
                    & ~Q(outcome_reason="")
                    & Q(decided_on__isnull=False, decided_by__isnull=False)
                ),
                name="retention_correction_decided_says_why",
            ),
        ]
