"""What is shown of a document, on pages and in the API alike (SHR-2)."""

from typing import Any

from rest_framework import serializers

from iom.access.scoped import ScopedSerializer
from iom.agencies.api import AgencySerializer
from iom.documents.models import Document
from iom.documents.rules import (
    COMPARTMENTS,
    MARKING_LABELS,
    TYPE_LABELS,
    ScanState,
    megabytes,
    why_closed,
)
from iom.documents.scanning.none import NOT_SCANNED
from iom.documents.services.download import facts
from iom.kernel.api import Code
from iom.kernel.compartments import COMPARTMENT_LABELS, Compartment


class DocumentSerializer(ScopedSerializer):
    """A document, without its file."""

    id = serializers.IntegerField()
    title = serializers.CharField(label="Title")
    type = Code("DocumentType", TYPE_LABELS)
    type_words = serializers.CharField(source="get_type_display")
    marking = Code("Marking", MARKING_LABELS)
    marking_words = serializers.CharField(source="get_marking_display")
    handling = serializers.CharField()
    compartment = Code("DocumentCompartment", COMPARTMENTS)
    compartment_words = serializers.SerializerMethodField()
    owner_agency = AgencySerializer()
    uploaded_by = serializers.CharField(source="uploaded_by.name", allow_null=True, default=None)
    uploaded_at = serializers.DateTimeField(format=None)
    original_name = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes, as kept.")
    size_words = serializers.SerializerMethodField()
    media_type = serializers.CharField(source="detected_type")
    cleaned = serializers.ListField(
        child=serializers.CharField(), help_text="What was removed or changed on upload."
    )
    scan_state = Code("ScanState", ScanState)
    scan_engine = serializers.CharField()
    state = serializers.SerializerMethodField(help_text="What a reader must know first.")
    version = serializers.IntegerField()
    withdrawn_at = serializers.DateTimeField(format=None, allow_null=True)
    withdrawn_reason = serializers.CharField()
    closed = serializers.SerializerMethodField(
        help_text="Why it cannot be downloaded now; empty when it can."
    )

    class Meta:
        model = Document
        compartments = {
            "uploaded_by": Compartment.CORE,
            "owner_agency": Compartment.CORE,
            "compartment_words": Compartment.CORE,
            "size_words": Compartment.CORE,
            "closed": Compartment.CORE,
            "state": Compartment.CORE,
            "scan_engine": Compartment.CORE,
        }

    def get_compartment_words(self, document: Document) -> str:
        return COMPARTMENT_LABELS[Compartment(document.compartment)]

    def get_size_words(self, document: Document) -> str:
        return megabytes(document.size)

    def get_state(self, document: Document) -> str:
        known = facts(document)
        if known.disposed:
            return "disposed"
        if known.withdrawn and known.scan_state != ScanState.INFECTED:
            return "withdrawn"
        if known.scan_state == ScanState.CLEAN and not known.file_there:
            return "missing"
        if known.scan_state == ScanState.CLEAN and document.scan_engine == NOT_SCANNED:
            return "unscanned"
        return known.scan_state.value

    def get_closed(self, document: Document) -> str:
        return why_closed(facts(document))


def shown_one(document: Document, context: dict[str, Any]) -> dict[str, Any]:
    """One document as its reader sees it."""
    return dict(DocumentSerializer(document, context=context).data)
