"""What the agency that keeps a document does with it: say who else reads it, withdraw it, have it checked again."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.audit.services import record
from iom.documents import audit
from iom.documents.models import Document, DocumentAudience
from iom.documents.permissions import access_document
from iom.documents.rules import ScanState
from iom.documents.selectors import agencies_to_name
from iom.kernel.compartments import Compartment
from iom.kernel.errors import Invalid, Refused
from iom.kernel.reasons import SHORTEST_REASON


@transaction.atomic
def withdraw(document_id: int, *, reason: str, by: Actor, at: datetime) -> Document:
    """Close a document to everybody from the next request on; the row and the file stay until they are disposed of."""
    by.require(Power.HANDLE_DOCUMENTS)
    document = access_document(by, document_id, keep=True, lock=True)
    if document.withdrawn_at:
        raise Refused("This document was withdrawn already.")
    _refuse_disposed(document)
    if len(reason.strip()) < SHORTEST_REASON:
        raise Invalid({"reason": [f"Give the reason in at least {SHORTEST_REASON} characters"]})
    document.withdrawn_at, document.withdrawn_by_id, document.withdrawn_reason = (
        at,
        by.user_id,
        reason.strip(),
    )
    document.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    record(
        audit.WITHDRAWN,
        by=by,
        subjects=[document.person_id],
        reason=reason.strip(),
        detail={"document": document.pk},
    )
    return document


@transaction.atomic
def set_audience(document_id: int, agency_ids: Iterable[int], *, by: Actor, at: datetime) -> Document:
    """Say which other agencies read a document; whoever is left out loses it with the next request."""
    by.require(Power.HANDLE_DOCUMENTS)
    document = access_document(by, document_id, keep=True, lock=True)
    _refuse_disposed(document)
    wanted = set(agency_ids)
    allowed = {a.pk for a in agencies_to_name(by, document.person_id, Compartment(document.compartment))}
    named = {line.agency_id: line for line in DocumentAudience.objects.filter(document=document)}
    if not wanted <= allowed | set(named):
        raise Invalid({"audience": ["Select only agencies that may read documents about this"]})
    DocumentAudience.objects.filter(
        pk__in=[line.pk for pk, line in named.items() if pk not in wanted]
    ).delete()
    DocumentAudience.objects.bulk_create(
        DocumentAudience(
            document=document,
            person_id=document.person_id,
            agency_id=agency_id,
            owner_agency_id=document.owner_agency_id,
            added_by_id=by.user_id,
            added_at=at,
        )
        for agency_id in sorted(wanted - set(named))
    )
    record(
        audit.AUDIENCE_CHANGED,
        by=by,
        subjects=[document.person_id],
        kind="disclose" if wanted - set(named) else "alter",
        detail={
            "document": document.pk,
            "added": sorted(wanted - set(named)),
            "removed": sorted(set(named) - wanted),
        },
    )
    return document


@transaction.atomic
def check_again(document_id: int, *, by: Actor, at: datetime) -> Document:
    """Have the scanner asked once more about a document whose check did not work."""
    by.require(Power.HANDLE_DOCUMENTS)
    document = access_document(by, document_id, keep=True, lock=True)
    _refuse_disposed(document)
    if document.scan_state != ScanState.FAILED:
        raise Refused("Only a document whose check did not work can be checked again.")
    document.scan_state, document.scan_attempts, document.scan_after = ScanState.WAITING, 0, at
    document.save(update_fields=["scan_state", "scan_attempts", "scan_after"])
    record(audit.CHECK_ASKED, by=by, subjects=[document.person_id], detail={"document": document.pk})
    return document


def _refuse_disposed(document: Document) -> None:
    if document.disposed_at:
        raise Refused("This document was disposed of. Only the fact that it was held is kept.")
