"""The check for viruses, done by a worker before anybody can download (SHR-5). Fails closed."""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.urls import reverse

from iom.access.actor import SYSTEM
from iom.audit.services import record
from iom.documents import audit, store
from iom.documents.models import Document
from iom.documents.rules import ScanState, next_scan_after
from iom.documents.scanning.verdicts import Verdict, scanner
from iom.notifications.services import notify

_ASKED_AGAIN = [ScanState.WAITING.value, ScanState.FAILED.value]


@transaction.atomic
def scan_one(at: datetime) -> bool:
    """Check one document that waits; whether there is more to do now. A scanner that does not answer ends the round."""
    document = (
        Document.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(scan_state__in=_ASKED_AGAIN, file_removed_at__isnull=True, scan_after__lte=at)
        .order_by("scan_after", "pk")
        .first()
    )
    if document is None:
        return False
    path = store.path_of(document.stored_name)
    if path.is_file():
        verdict = scanner().scan(path)
    else:
        document.missing_at = document.missing_at or at
        verdict = Verdict(ScanState.FAILED, "", "The file is missing.")
    _write(document, verdict, at=at)
    return verdict.state != ScanState.FAILED


def _write(document: Document, verdict: Verdict, *, at: datetime) -> None:
    document.scan_state, document.scan_engine = verdict.state, verdict.engine
    document.scan_note, document.scan_attempts = verdict.note[:200], document.scan_attempts + 1
    document.scanned_at = at
    pause = next_scan_after(document.scan_attempts) if verdict.state == ScanState.FAILED else None
    document.scan_after = at + pause if pause else None
    if verdict.state == ScanState.INFECTED:
        document.file_removed_at = at
    document.save(
        update_fields=[
            *("scan_state", "scan_engine", "scan_note", "scan_attempts", "scanned_at", "scan_after"),
            *("file_removed_at", "missing_at"),
        ]
    )
    told = {"document": document.pk, "state": verdict.state.value, "engine": verdict.engine}
    action = audit.FOUND_INFECTED if verdict.state == ScanState.INFECTED else audit.SCANNED
    record(action, by=SYSTEM, subjects=[document.person_id], detail=told)
    if verdict.state == ScanState.INFECTED:
        transaction.on_commit(partial(store.remove, document.stored_name))
        _tell(document, at=at)


def _tell(document: Document, *, at: datetime) -> None:
    if document.uploaded_by_id:
        notify(
            document.uploaded_by_id,
            key=f"document-refused:{document.pk}",
            kind="document",
            subject="A document you uploaded was refused by the virus scanner",
            body="Its file was removed. Tell your information security team, and do not send the file again.",
            url=reverse("documents:document", args=[document.pk]),
            person_id=document.person_id,
            urgent=True,
            at=at,
        )
