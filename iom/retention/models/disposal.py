"""What is left when a record is gone: that it went, by whose decision, and figures that name nobody (SHR-4)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from iom.agencies.models import Unit
from iom.persons.models import Person


class Disposal(models.Model):
    """One record disposed of, without a word about the person: who decided and signed, and the rows of each table."""

    review_no = models.BigIntegerField(unique=True)
    approval_no = models.BigIntegerField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    group = models.PositiveSmallIntegerField()
    schedule_version = models.CharField(max_length=20)
    counts = models.JSONField(default=dict)
    audit_rows = models.IntegerField(default=0)
    files = models.IntegerField(default=0)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(decided_by=F("approved_by")), name="retention_disposal_takes_two_people"
            ),
        ]

    def __str__(self) -> str:
        return f"Disposal {self.pk}"

    @property
    def rows(self) -> int:
        return sum(int(number) for number in self.counts.values())


class DisposedReference(models.Model):
    """A keyed hash of the nominal reference of a disposed record, so that a later feed row is recognised."""

    digest = models.CharField(max_length=64, unique=True)
    disposal = models.ForeignKey(Disposal, on_delete=models.CASCADE, related_name="references")

    class Meta:
        db_table = "retention_disposed_reference"


class Returned(models.Model):
    """Somebody whose record had been disposed of and whom a feed brought back: a person decides what becomes of it."""

    OUTCOMES = [
        ("", "To decide"),
        ("new", "Came to notice anew: keep"),
        ("again", "Nothing new: review for disposal"),
    ]

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="returned")
    disposal = models.ForeignKey(Disposal, on_delete=models.CASCADE, related_name="+")
    found_on = models.DateField()
    outcome = models.CharField(max_length=5, choices=OUTCOMES, blank=True)
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["found_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="") | (Q(decided_by__isnull=False) & ~Q(reason="")),
                name="retention_returned_decided_says_why",
            ),
        ]


class Tally(models.Model):
    """How many of something a district had in a year, among records since disposed of; it names nobody."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    figure = models.CharField(max_length=60)
    number = models.IntegerField(default=0)

    class Meta:
        ordering = ["year", "unit", "figure"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "year", "figure"], name="retention_tally_once"),
        ]
