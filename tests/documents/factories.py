"""Documents for tests; the file itself only where a test asks for it."""

import hashlib
import uuid
from datetime import UTC, datetime
from typing import Any

import factory

from iom.documents.models import Document, DocumentAudience
from tests.factories import AgencyFactory, IomFactory, PersonFactory

NOON = datetime(2026, 6, 30, 11, tzinfo=UTC)


class DocumentFactory(IomFactory):
    class Meta:
        model = Document

    person = factory.SubFactory(PersonFactory)
    type = "risk_assessment"
    title = "Risk assessment of June"
    marking = "official_sensitive"
    compartment = "plan"
    owner_agency = factory.SubFactory(AgencyFactory)
    uploaded_at = NOON
    original_name = "assessment.pdf"
    stored_name = factory.LazyFunction(uuid.uuid4)
    size = 1000
    sha256 = factory.LazyFunction(lambda: hashlib.sha256(b"").hexdigest())
    received_sha256 = factory.SelfAttribute("sha256")
    detected_type = "application/pdf"
    scan_state = "clean"
    scanned_at = NOON
    scan_engine = "Not scanned by an antivirus engine"


class AudienceFactory(IomFactory):
    class Meta:
        model = DocumentAudience

    document = factory.SubFactory(DocumentFactory)
    person = factory.SelfAttribute("document.person")
    agency = factory.SubFactory(AgencyFactory)
    owner_agency = factory.SelfAttribute("document.owner_agency")
    added_at = NOON

    @classmethod
    def of(cls, document: Any, agency: Any) -> Any:
        return cls(document=document, agency=agency)
