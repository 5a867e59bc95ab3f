"""Taking a document out of the product (SHR-5)."""

import logging
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.audit.services import record
from iom.documents import audit, store
from iom.documents.content.guard import stamped
from iom.documents.content.kinds import Unsafe
from iom.documents.models import Document
from iom.documents.permissions import access_document
from iom.documents.rules import (
    MARKING_LABELS,
    Facts,
    Marking,
    ScanState,
    why_closed,
)
from iom.kernel.errors import Invalid, Refused
from iom.kernel.reasons import SHORTEST_REASON
from iom.kernel.rights import rights_of
from iom.kernel.wording import datetime_uk

logger = logging.getLogger("iom.documents")


@dataclass(frozen=True)
class Opened:
    """A file ready to be sent: `stream` is open and is closed by whoever sends it."""

    document: Document
    stream: IO[bytes]
    name: str
    media_type: str


def facts(document: Document) -> Facts:
    """What of a row decides whether it can be opened."""
    return Facts(
        scan_state=ScanState(document.scan_state),
        withdrawn=document.withdrawn_at is not None,
        disposed=document.disposed_at is not None,
        file_there=document.missing_at is None and document.file_removed_at is None,
    )


def needs_reason(document: Document) -> bool:
    return document.marking == Marking.OFFICIAL_SENSITIVE


def require_open(document: Document) -> None:
    """Refused, with the sentence that says why, when nobody can download the document now."""
    if closed := why_closed(facts(document)):
        raise Refused(closed)


def require_reason(document: Document, reason: str) -> None:
    """Invalid when the document asks for a reason and none worth the name is given."""
    if needs_reason(document) and len(reason.strip()) < SHORTEST_REASON:
        raise Invalid({"reason": [f"Give the reason in at least {SHORTEST_REASON} characters"]})


def open_document(document_id: int, *, reason: str = "", by: Actor, at: datetime) -> Opened:
    """Open a document for sending; the act is recorded with the person, and with the reason for a sensitive one.

    A file that is gone or is not what was put in is reported and never sent.
    """
    by.require(Power.OPEN_DOCUMENTS)
    document = access_document(by, document_id)
    require_open(document)
    require_reason(document, reason)
    path = store.path_of(document.stored_name)
    if not _is_whole(path, document):
        _report_missing(document, by=by, at=at)
        raise Refused(why_closed(Facts(ScanState.CLEAN, withdrawn=False, disposed=False, file_there=False)))
    stream = _stamped(path, document, by=by, at=at) if _is_stamped(document, by) else path.open("rb")
    record(
        audit.DOWNLOADED,
        by=by,
        subjects=[document.person_id],
        reason=reason.strip(),
        kind="export",
        detail={"document": document.pk, "marking": document.marking, "sha256": document.sha256},
    )
    return Opened(document, stream, document.original_name, document.detected_type)


def _is_whole(path: Path, document: Document) -> bool:
    try:
        return store.fingerprint(path) == (document.sha256, document.size)
    except OSError:
        return False


def _report_missing(document: Document, *, by: Actor, at: datetime) -> None:
    """Written whatever the reader's own rights are: the store has lost something."""
    logger.error("The file of document %d is missing or altered.", document.pk)
    with rights_of("iom_service"):
        Document.objects.filter(pk=document.pk, missing_at__isnull=True).update(missing_at=at)
    record(audit.FOUND_MISSING, by=by, subjects=[document.person_id], detail={"document": document.pk})


def _is_stamped(document: Document, by: Actor) -> bool:
    return by.is_partner and document.detected_type == "application/pdf"


def _stamped(path: Path, document: Document, *, by: Actor, at: datetime) -> IO[bytes]:
    """The PDF with the marking and who took it at the foot of each page."""
    lines = [
        MARKING_LABELS[Marking(document.marking)],
        f"Downloaded by {by.name}, {by.agency_name}, on {datetime_uk(at)}. Not to be passed on.",
    ]
    with store.workplace() as place:
        copy, made = place / "copy", place / "made"
        shutil.copyfile(path, copy)
        try:
            stamped(copy, made, lines)
        except Unsafe as unsafe:
            raise Refused(
                "The document could not be marked for your agency. Ask for it to be uploaded again."
            ) from unsafe
        return made.open("rb")
