"""What the walk of addresses needs of retention and subject access: one of each, about one person."""

from datetime import timedelta
from typing import Any

from iom.access.scope import as_owner
from iom.retention.models import AccessRequest, Bundle, Correction, Returned
from tests.factories import UserFactory
from tests.retention.factories import (
    AccessItemFactory,
    DisposalFactory,
    LegalHoldFactory,
    ReviewFactory,
    proved,
)
from tests.today import TODAY, at


def records_to_keep(person: Any, unit: Any, handler: Any) -> dict[str, Any]:
    """A review, a hold, a request to decide and one that is ready, with their numbers by kind."""
    review = ReviewFactory(person=person, due_on=TODAY, clear_until=TODAY, opened_on=TODAY)
    hold = LegalHoldFactory(person=person, review_on=TODAY + timedelta(30))
    request = proved(person=person, status="deciding", received_on=TODAY, due_on=TODAY + timedelta(30))
    item = AccessItemFactory(request=request, section="identity", text=f"Family name: {person.family_name}")
    ready = proved(person=person, status="deciding", received_on=TODAY, due_on=TODAY + timedelta(30))
    first, second = UserFactory(), UserFactory()
    disposal = DisposalFactory(unit=unit)
    with as_owner():
        AccessRequest.objects.filter(pk=ready.pk).update(status="signed", asked_by=first, signed_by=second)
        document = {"sections": [], "withheld": [], "passages_removed": [], "person": person.full_name}
        Bundle.objects.create(
            request=ready, made_at=at(0), pdf=b"%PDF-1.7", document=document, sha256="0" * 64, pages=1
        )
        AccessRequest.objects.filter(pk=ready.pk).update(status="ready", handler_id=handler.user_id)
        returned = Returned.objects.create(person=person, disposal=disposal, found_on=TODAY)
        correction = Correction.objects.create(
            person=person,
            received_on=TODAY,
            due_on=TODAY + timedelta(30),
            what="The date of birth is wrong.",
            entered_by=first,
            entered_at=at(0),
        )
    return {
        "retention_review": review.pk,
        "legal_hold": hold.pk,
        "returned": returned.pk,
        "disposal": disposal.pk,
        "access_request": request.pk,
        "access_ready": ready.pk,
        "access_item": item.pk,
        "correction": correction.pk,
        "section": "identity",
    }
