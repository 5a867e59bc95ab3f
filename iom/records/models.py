"""What is held of a person in compartments of their own: each a table, so that the database hides it (SHR-2).

Nothing is overwritten: the web login may only end a row. A correction ends a row and adds the one that replaces it.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from iom.agencies.models import Agency, Unit
from iom.persons.models import Person
from iom.records.rules import (
    CARE_STATUSES,
    EXPLOITATION_KINDS,
    HANDLING,
    INFORMATION_EVALUATION,
    NOTE_KINDS,
    NRM_STATUSES,
    SOURCE_EVALUATION,
    TACTIC_KINDS,
    CareStatus,
    Nrm,
)


def _choices(words: Mapping[Any, str]) -> list[tuple[Any, str]]:
    return [(getattr(code, "value", code), label) for code, label in words.items()]


class Record(models.Model):
    """One record of one person; current until it is ended, by a correction or for a reason of its own."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    end_reason = models.TextField(blank=True)
    replaces = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.RESTRICT, related_name="replaced_by"
    )

    class Meta:
        abstract = True
        ordering = ["-recorded_at", "-id"]
        indexes = [models.Index(fields=["person", "-recorded_at"], name="rec_%(class)s_person")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | ~Q(end_reason=""),
                name="records_%(class)s_end_has_reason",
            )
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class IntelligenceItem(Record):
    """An intelligence item as far as it can leave the police: sanitised words and dates.

    A partner sees a row of this table only while a disclosure of it to the agency is in force. What it says in full,
    where it came from and how it is graded is `IntelligenceSource`, which no partner is ever given.
    """

    occurred_on = models.DateField(null=True, blank=True)
    sanitised = models.TextField(blank=True, help_text="What a partner may be told; blank until prepared")
    sanitised_at = models.DateTimeField(null=True, blank=True)
    sanitised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta(Record.Meta):
        abstract = False


class IntelligenceSource(models.Model):
    """What an intelligence item says in full, its 3x5x2 grading and its provenance: police only."""

    item = models.OneToOneField(IntelligenceItem, on_delete=models.CASCADE, related_name="source")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=160)
    content = models.TextField()
    source_evaluation = models.PositiveSmallIntegerField(choices=_choices(SOURCE_EVALUATION))
    information_evaluation = models.CharField(max_length=1, choices=_choices(INFORMATION_EVALUATION))
    handling = models.CharField(max_length=1, choices=_choices(HANDLING))
    handling_instructions = models.TextField(blank=True)
    provenance = models.CharField(max_length=80, blank=True, help_text="Number of the log it came from")
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    review_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(content=""), name="records_intelligencesource_says_something"
            ),
            models.CheckConstraint(
                condition=Q(source_evaluation__in=list(SOURCE_EVALUATION))
                & Q(information_evaluation__in=list(INFORMATION_EVALUATION))
                & Q(handling__in=list(HANDLING)),
                name="records_intelligencesource_graded",
            ),
            models.CheckConstraint(
                condition=Q(handling="P") | ~Q(handling_instructions=""),
                name="records_intelligencesource_conditions_said",
            ),
        ]

    @property
    def grade(self) -> str:
        """The grading as it is written: 2B P."""
        return f"{self.source_evaluation}{self.information_evaluation} {self.handling}"


class VictimRecord(Record):
    """A victim of the person, kept safe by few knowing (SHR-2)."""

    victim_name = models.CharField(max_length=160)
    relation = models.CharField(max_length=120)
    address = models.CharField(max_length=240, blank=True)
    contact = models.CharField(max_length=160, blank=True)
    safeguarding = models.TextField(blank=True)
    wishes = models.TextField(blank=True)
    no_contact = models.TextField(blank=True)

    class Meta(Record.Meta):
        abstract = False


class AgencyNote(Record):
    """What an agency wrote down: its own, and of the agencies it names while they too see the person."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=_choices(NOTE_KINDS))
    text = models.TextField()

    class Meta(Record.Meta):
        abstract = False
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(condition=~Q(text=""), name="records_agencynote_says_something"),
        ]


class AgencyNoteAudience(models.Model):
    """An agency that a note is addressed to; `owner` is the agency that wrote it."""

    note = models.ForeignKey(AgencyNote, on_delete=models.CASCADE, related_name="audience")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["note", "agency"],
                condition=Q(withdrawn_at__isnull=True),
                name="records_agencynoteaudience_once",
            ),
            models.CheckConstraint(
                condition=~Q(agency=F("owner")), name="records_agencynoteaudience_is_another"
            ),
        ]


class YouthRecord(Record):
    """A child's school, family, care and orders, and the move to adult services (YTH-1)."""

    school = models.CharField(max_length=160, blank=True)
    worker = models.CharField(
        max_length=160, blank=True, help_text="Youth justice worker, and how to reach them"
    )
    guardian = models.CharField(max_length=160, blank=True)
    guardian_contact = models.CharField(max_length=160, blank=True)
    care_status = models.CharField(
        max_length=16, choices=_choices(CARE_STATUSES), default=CareStatus.NOT_KNOWN.value
    )
    court_orders = models.TextField(blank=True)
    transition = models.TextField(blank=True, help_text="What the move to adult services needs")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="records_youthrecord_ends_after_start",
            ),
        ]


class ExploitationRecord(Record):
    """The person as a victim of exploitation, and what that changes in how they are dealt with (NEW-3)."""

    kind = models.CharField(max_length=16, choices=_choices(EXPLOITATION_KINDS))
    indicators = models.TextField()
    nrm_status = models.CharField(
        max_length=20, choices=_choices(NRM_STATUSES), default=Nrm.NOT_REFERRED.value
    )
    nrm_referred_on = models.DateField(null=True, blank=True)
    nrm_reference = models.CharField(max_length=40, blank=True)
    tactics = models.TextField(help_text="What must change in how the person is dealt with")
    safeguarding_lead = models.CharField(max_length=160)

    class Meta(Record.Meta):
        abstract = False
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(tactics="") & ~Q(indicators=""), name="records_exploitation_says_what_changes"
            ),
            models.CheckConstraint(
                condition=Q(nrm_status=Nrm.NOT_REFERRED.value) | Q(nrm_referred_on__isnull=False),
                name="records_exploitation_referral_has_date",
            ),
        ]


class OperationalTactic(Record):
    """What the police mean to do: disruption, enforcement, an arrest plan."""

    kind = models.CharField(max_length=16, choices=_choices(TACTIC_KINDS))
    text = models.TextField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="records_tactic_ends_after_start",
            ),
        ]
