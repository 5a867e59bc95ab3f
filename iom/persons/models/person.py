"""The person and what is known of them (PER-1..5, PER-7)."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from iom.agencies.models import Agency, Prison, Unit
from iom.persons.rules import RESTRICTION_KINDS


class Person(models.Model):
    """A human being known to the force; `nominal_ref` is the force's own reference."""

    SEXES = [("F", "Female"), ("M", "Male"), ("U", "Not known")]

    nominal_ref = models.CharField(max_length=20, unique=True)
    family_name = models.CharField(max_length=80)
    given_names = models.CharField(max_length=120)
    search_name = models.CharField(
        max_length=200, help_text="Family then given names, lower case, letters only"
    )
    date_of_birth = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=1, choices=SEXES, default="U")
    pnc_id = models.CharField(max_length=13, blank=True)
    cro_no = models.CharField(max_length=13, blank=True)
    prison_no = models.CharField(max_length=7, blank=True)
    crn = models.CharField(max_length=7, blank=True)
    home_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="home_persons")
    managing_unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="managed_persons"
    )
    is_managed = models.BooleanField(
        default=False, help_text="Has an open case; kept by the cohorts services"
    )
    is_restricted = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Seen only by people named on the record; kept by the restrictions",
    )
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text="The record that this one was found to be the same person as; kept by the merges",
    )
    row_hash = models.BinaryField(null=True, editable=False)
    feed_file_id = models.BigIntegerField(null=True, editable=False)
    feed_line = models.BigIntegerField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="persons_restricted", condition=Q(is_restricted=True)),
            models.Index(fields=["home_unit", "family_name"], name="persons_unit_name"),
            models.Index(fields=["family_name", "given_names", "id"], name="persons_in_order"),
            models.Index(fields=["managing_unit"], name="persons_managing_unit"),
            models.Index(fields=["search_name"], name="persons_search_name", opclasses=["text_pattern_ops"]),
            GinIndex(fields=["search_name"], name="persons_search_trgm", opclasses=["gin_trgm_ops"]),
            models.Index(fields=["pnc_id"], name="persons_pnc", condition=~Q(pnc_id="")),
            models.Index(fields=["date_of_birth"], name="persons_dob"),
        ]

    def __str__(self) -> str:
        return self.full_name

    def get_absolute_url(self) -> str:
        return reverse("cohorts:profile", args=[self.nominal_ref])

    @property
    def full_name(self) -> str:
        return f"{self.given_names} {self.family_name}".strip()


class Restriction(models.Model):
    """A span in which a record is seen only by the people named on it, and why (SHR-2)."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="restrictions")
    kind = models.CharField(max_length=16, choices=RESTRICTION_KINDS)
    reason = models.TextField()
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    set_at = models.DateTimeField()
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_reason = models.TextField(blank=True)

    class Meta:
        db_table = "persons_restriction"
        ordering = ["-set_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(lifted_at__isnull=True), name="persons_restriction_one_open"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True) | Q(lifted_at__gte=F("set_at")),
                name="persons_restriction_lifted_after_set",
            ),
        ]


class Alias(models.Model):
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="aliases")
    family_name = models.CharField(max_length=80)
    given_names = models.CharField(max_length=120, blank=True)
    search_name = models.CharField(max_length=200)

    class Meta:
        indexes = [
            models.Index(fields=["search_name"], name="persons_alias_search", opclasses=["text_pattern_ops"])
        ]


class Address(models.Model):
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="addresses")
    line = models.CharField(max_length=200)
    town = models.CharField(max_length=80, blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    lived_from = models.DateField(null=True, blank=True)
    lived_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = [F("lived_to").desc(nulls_first=True), "-lived_from"]


class EqualityRecord(models.Model):
    """Protected characteristics, for equality monitoring only; never an input to a score (PER-7)."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="equality")
    ethnicity = models.CharField(max_length=2, blank=True, help_text="Self-defined, 16+1 code")


class CustodyPeriod(models.Model):
    """One stay in a prison; where a person is follows from these and is never typed twice (PER-3)."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="custody_periods")
    prison = models.ForeignKey(Prison, on_delete=models.PROTECT, related_name="custody_periods")
    held_from = models.DateField()
    held_to = models.DateField(null=True, blank=True)
    sentence = models.CharField(max_length=160, blank=True)
    expected_release_on = models.DateField(null=True, blank=True)
    is_recall = models.BooleanField(default=False)
    licence_conditions = models.TextField(blank=True)
    source_ref = models.CharField(max_length=64, blank=True)
    row_hash = models.BinaryField(null=True, editable=False)
    feed_file_id = models.BigIntegerField(null=True, editable=False)
    feed_line = models.BigIntegerField(null=True, editable=False)

    class Meta:
        ordering = ["-held_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(held_to__isnull=True) | Q(held_to__gte=F("held_from")),
                name="persons_custody_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["source_ref"], name="persons_custody_source", condition=~Q(source_ref="")
            ),
        ]
        indexes = [models.Index(fields=["person", "-held_from"], name="persons_custody_person")]


class StatutoryStatus(models.Model):
    """MAPPA, registered sex offender, prevention orders (PER-4)."""

    KINDS = [
        ("mappa", "MAPPA"),
        ("rso", "Registered sex offender"),
        ("shpo", "Sexual harm prevention order"),
        ("other_order", "Other order"),
    ]
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="statutory")
    kind = models.CharField(max_length=12, choices=KINDS)
    mappa_category = models.PositiveSmallIntegerField(null=True, blank=True)
    mappa_level = models.PositiveSmallIntegerField(null=True, blank=True)
    conditions = models.TextField(blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(mappa_category__isnull=True) | Q(mappa_category__range=(1, 4)),
                name="persons_mappa_category",
            ),
            models.CheckConstraint(
                condition=Q(mappa_level__isnull=True) | Q(mappa_level__range=(1, 3)),
                name="persons_mappa_level",
            ),
        ]


class Marker(models.Model):
    """A warning or a vulnerability to know before meeting the person (PER-2)."""

    KINDS = [("warning", "Warning"), ("vulnerability", "Vulnerability")]
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="markers")
    kind = models.CharField(max_length=16, choices=KINDS)
    text = models.CharField(max_length=200)
    recorded_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)


class Assessment(models.Model):
    """A partner's assessment, shown beside our own score and never mixed into it (PER-5)."""

    INSTRUMENTS = [
        (name, name)
        for name in (
            *("OGRS3", "OGP", "OVP", "RSR", "ARP", "VRP", "SVRP", "CSRP", "DC-SRP", "II-SRP"),
            *("OASys RoSH", "RM2000", "ARMS"),
        )
    ]
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="assessments")
    instrument = models.CharField(max_length=16, choices=INSTRUMENTS)
    value = models.CharField(max_length=16)
    band = models.CharField(max_length=16, blank=True)
    assessed_on = models.DateField()
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-assessed_on"]
