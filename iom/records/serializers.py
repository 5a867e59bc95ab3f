"""What is shown of each kind of record, to whoever reads it: pages, API, CSV and PDF all say this (SHR-2)."""

from collections.abc import Mapping

from rest_framework import serializers

from iom.access.scoped import ScopedSerializer
from iom.accounts.api import StaffSerializer
from iom.agencies.api import AgencySerializer, UnitSerializer
from iom.kernel.api import Code
from iom.kernel.compartments import Compartment
from iom.records.models import (
    AgencyNote,
    ExploitationRecord,
    IntelligenceItem,
    OperationalTactic,
    VictimRecord,
    YouthRecord,
)
from iom.records.rules import (
    HANDLING,
    INFORMATION_EVALUATION,
    SOURCE_EVALUATION,
    CareStatus,
    Exploitation,
    NoteKind,
    Nrm,
    TacticKind,
)

LAST = {
    "recorded_at": "Recorded",
    "recorded_by": "Recorded by",
    "ended_at": "Ended",
    "end_reason": "Why it ended",
}


class RecordSerializer(ScopedSerializer):
    """What every record says of itself: who wrote it and when, and whether it still holds."""

    id = serializers.IntegerField()
    recorded_at = serializers.DateTimeField()
    recorded_by = StaffSerializer(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    end_reason = serializers.CharField()
    replaces = serializers.IntegerField(source="replaces_id", allow_null=True)


class IntelligenceSerializer(RecordSerializer):
    """An intelligence item: in full for who works with intelligence, its sanitised text for whom it is disclosed to."""

    occurred_on = serializers.DateField(allow_null=True)
    sanitised = serializers.CharField()
    title = serializers.CharField(source="source.title")
    content = serializers.CharField(source="source.content")
    source_evaluation = serializers.ChoiceField(
        source="source.source_evaluation", choices=list(SOURCE_EVALUATION)
    )
    information_evaluation = Code(
        "InformationEvaluation", INFORMATION_EVALUATION, source="source.information_evaluation"
    )
    handling = Code("Handling", HANDLING, source="source.handling")
    grade = serializers.CharField(source="source.grade")
    handling_instructions = serializers.CharField(source="source.handling_instructions")
    provenance = serializers.CharField(source="source.provenance")
    unit = UnitSerializer(source="source.unit", allow_null=True)
    review_on = serializers.DateField(source="source.review_on", allow_null=True)

    class Meta:
        model = IntelligenceItem
        compartments = dict.fromkeys(
            (
                *("title", "content", "grade", "source_evaluation", "information_evaluation", "handling"),
                *("handling_instructions", "provenance", "unit", "review_on"),
            ),
            Compartment.INTELLIGENCE,
        )
        labels = {
            "title": "Title",
            "content": "Content",
            "grade": "Grading",
            "handling_instructions": "Conditions on sharing",
            "provenance": "Log",
            "review_on": "Review on",
            "occurred_on": "Happened on",
            "sanitised": "For partners",
        } | LAST


class NoteSerializer(RecordSerializer):
    """A note of one agency, and the agencies it is addressed to."""

    kind = Code("NoteKind", NoteKind)
    kind_words = serializers.CharField(source="get_kind_display")
    text = serializers.CharField()
    agency = AgencySerializer()
    audience = serializers.SerializerMethodField()

    class Meta:
        model = AgencyNote
        compartments = {"audience": Compartment.NOTE}
        labels = {
            "text": "Note",
            "kind_words": "Kind",
            "agency": "Written by",
            "audience": "Also read by",
        } | LAST

    def get_audience(self, note: AgencyNote) -> list[str]:
        return [row.agency.name for row in note.audience.all() if row.withdrawn_at is None]


class VictimSerializer(RecordSerializer):
    """A victim of the person."""

    victim_name = serializers.CharField()
    relation = serializers.CharField()
    address = serializers.CharField()
    contact = serializers.CharField()
    safeguarding = serializers.CharField()
    wishes = serializers.CharField()
    no_contact = serializers.CharField()

    class Meta:
        model = VictimRecord
        labels = {
            "victim_name": "Victim",
            "relation": "Relation to the person",
            "no_contact": "No-contact conditions",
            "safeguarding": "Safeguarding",
            "wishes": "The victim’s wishes",
            "address": "Address",
            "contact": "Contact",
        } | LAST


class YouthSerializer(RecordSerializer):
    """A child’s school, family, care and orders, and the move to adult services."""

    school = serializers.CharField()
    worker = serializers.CharField()
    guardian = serializers.CharField()
    guardian_contact = serializers.CharField()
    care_status = Code("CareStatus", CareStatus)
    care_words = serializers.CharField(source="get_care_status_display")
    court_orders = serializers.CharField()
    transition = serializers.CharField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)

    class Meta:
        model = YouthRecord
        labels = {
            "worker": "Youth justice worker",
            "school": "School or education",
            "guardian": "Parent or guardian",
            "guardian_contact": "Parent’s or guardian’s contact",
            "care_words": "Care",
            "court_orders": "Court orders",
            "transition": "Move to adult services",
            "starts_on": "From",
            "ends_on": "Until",
        } | LAST


class ExploitationSerializer(RecordSerializer):
    """How the person is exploited, and what that changes in how they are dealt with."""

    kind = Code("ExploitationKind", Exploitation)
    kind_words = serializers.CharField(source="get_kind_display")
    indicators = serializers.CharField()
    nrm_status = Code("NrmStatus", Nrm)
    nrm_words = serializers.CharField(source="get_nrm_status_display")
    nrm_referred_on = serializers.DateField(allow_null=True)
    nrm_reference = serializers.CharField()
    tactics = serializers.CharField()
    safeguarding_lead = serializers.CharField()

    class Meta:
        model = ExploitationRecord
        labels = {
            "kind_words": "Kind",
            "tactics": "What must change in how we deal with them",
            "safeguarding_lead": "Safeguarding lead",
            "indicators": "Indicators",
            "nrm_words": "National Referral Mechanism",
            "nrm_referred_on": "Referred on",
            "nrm_reference": "Referral reference",
        } | LAST


class TacticSerializer(RecordSerializer):
    """What the police mean to do about the person."""

    kind = Code("TacticKind", TacticKind)
    kind_words = serializers.CharField(source="get_kind_display")
    text = serializers.CharField()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True)

    class Meta:
        model = OperationalTactic
        labels = {
            "text": "Tactic",
            "kind_words": "Kind",
            "valid_from": "From",
            "valid_to": "Until",
        } | LAST


SERIALIZERS: Mapping[str, type[RecordSerializer]] = {
    "exploitation": ExploitationSerializer,
    "intelligence": IntelligenceSerializer,
    "notes": NoteSerializer,
    "tactics": TacticSerializer,
    "victims": VictimSerializer,
    "young-person": YouthSerializer,
}
