"""Things that can be disclosed, and an agency that may be given them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import factory
from django.utils import timezone

from iom.access.actor import Actor
from iom.access.scope import as_actor, as_owner
from iom.approvals import services as approvals
from iom.approvals.models import Approval
from iom.documents.models import Document
from iom.records.models import IntelligenceItem, IntelligenceSource
from iom.sharing.rules import What
from iom.sharing.services import disclosure
from tests.factories import AgencyFactory, IomFactory, PersonFactory

WORDS = "He is believed to buy drugs at the bus station on Fridays. Itemmarker"


class ItemFactory(IomFactory):
    class Meta:
        model = IntelligenceItem
        skip_postgeneration_save = True

    person = factory.SubFactory(PersonFactory)
    recorded_at = datetime(2026, 6, 1, 12, tzinfo=UTC)
    sanitised = WORDS
    sanitised_at = datetime(2026, 6, 1, 13, tzinfo=UTC)

    @factory.post_generation
    def source(obj: IntelligenceItem, create: bool, extracted: Any, **kwargs: Any) -> None:  # noqa: N805
        with as_owner():
            IntelligenceSource.objects.create(
                item=obj,
                person_id=obj.person_id,
                title="Sourcemarker title",
                content="Sourcemarker content",
                source_evaluation=1,
                information_evaluation="B",
                handling="P",
            )


class DocumentFactory(IomFactory):
    class Meta:
        model = Document

    person = factory.SubFactory(PersonFactory)
    type = "risk_assessment"
    title = "Docmarker"
    original_name = "docmarker.pdf"
    compartment = "plan"
    owner_agency = factory.SubFactory(AgencyFactory, kind="police")
    uploaded_at = datetime(2026, 6, 1, 12, tzinfo=UTC)
    stored_name = factory.Faker("uuid4")
    size = 10
    sha256 = "a" * 64
    received_sha256 = "b" * 64
    detected_type = "application/pdf"
    scan_state = "clean"
    scanned_at = datetime(2026, 6, 1, 12, tzinfo=UTC)


def terms(agency: Any, **changes: Any) -> disclosure.Terms:
    values = {
        "agency_id": agency.pk,
        "purpose": "Keeping an appointment safe",
        "necessity": "The worker meets him alone",
        "expires_on": timezone.localdate() + timedelta(days=30),
    }
    return disclosure.Terms(**{**values, **changes})


def asked(what: What, thing: Any, agency: Any, *, by: Actor, **changes: Any) -> Approval:
    with as_actor(by):
        return disclosure.ask(
            what,
            thing.pk,
            terms(agency, **changes),
            reason="The agency asked for it",
            by=by,
            at=timezone.now(),
        )


def disclosed(
    what: What, thing: Any, agency: Any, *, by: Actor, signed_by: Actor, **changes: Any
) -> Approval:
    approval = asked(what, thing, agency, by=by, **changes)
    with as_actor(signed_by):
        return approvals.approve(approval.pk, by=signed_by, at=timezone.now())
