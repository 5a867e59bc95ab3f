"""Meetings, who came, and what was decided about whom (MTG-1, MTG-2, MTG-4)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from iom.agencies.models import Agency, Unit
from iom.persons.models import Person
from iom.sharing.models import DisclosureGrant
from meetings.rules import KIND_LABELS, PRESENCE_LABELS, SECTION_LABELS, MeetingKind, Presence, Section


class Meeting(models.Model):
    kind = models.CharField(max_length=20, choices=[(k.value, KIND_LABELS[k]) for k in MeetingKind])
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    held_on = models.DateField()
    chair = models.CharField(max_length=120)
    place = models.CharField(max_length=160)
    disclosure_read = models.BooleanField(default=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-held_on", "-id"]
        indexes = [models.Index(fields=["unit", "-held_on"], name="meetings_meeting_unit")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "unit", "held_on"], name="meetings_meeting_one_per_kind_and_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.unit}, {self.held_on}"


class Attendance(models.Model):
    """Whether an agency came or sent apologies (AUD: attendance varied)."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendance")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    presence = models.CharField(max_length=10, choices=[(p.value, PRESENCE_LABELS[p]) for p in Presence])

    class Meta:
        ordering = ["agency__name"]
        constraints = [models.UniqueConstraint(fields=["meeting", "agency"], name="meetings_attendance_once")]


class MeetingCase(models.Model):
    """What was decided about one person under one section of the agenda, and why."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="cases")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    section = models.CharField(max_length=16, choices=[(s.value, SECTION_LABELS[s]) for s in Section])
    decision = models.TextField()
    rationale = models.TextField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["person"], name="meetings_case_person")]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "person", "section"], name="meetings_case_once_per_section"
            ),
            models.CheckConstraint(
                condition=~Q(decision="") & ~Q(rationale=""), name="meetings_case_decision_has_rationale"
            ),
        ]


class MeetingCaseGroupGrant(DisclosureGrant):
    """One decision given to an agency that was not there, in the words that two persons signed (SHR-2).

    The agency reads those words here and no row of the meeting: not the rationale, who came or anybody else's case.
    """

    content_object = models.ForeignKey(MeetingCase, on_delete=models.PROTECT, related_name="disclosures")

    class Meta(DisclosureGrant.Meta):
        abstract = False
