"""Keeping rows and files together: what was never committed goes, what is gone is noticed (SHR-5)."""

import logging
import uuid
from collections.abc import Iterable
from datetime import datetime

from iom.access.actor import SYSTEM
from iom.audit.services import record
from iom.documents import audit, store
from iom.documents.models import Document

logger = logging.getLogger("iom.documents")


def clear_away(at: datetime) -> bool:
    """Remove files whose row was never committed, and what killed processes left. Done in one go: nothing is left."""
    left = store.left_pending(at)
    held = _held(left)
    for name in left:
        if name in held:
            store.settle(name)
        else:
            store.remove(name)
            logger.warning("A document's file was removed: its row was never committed.")
    store.clear_working(at)
    return False


def check_shard(shard: str, *, at: datetime) -> dict[str, int]:
    """One part in 256 of the store, by the first two letters of the names: files without a row, rows without a file."""
    on_disk = set(store.names_in(shard, at))
    held = _held(on_disk)
    for name in on_disk - held:
        store.remove(name)
        logger.warning("A document's file was removed: no row holds it.")
    missing = 0
    rows = Document.objects.filter(
        stored_name__gte=uuid.UUID(shard.ljust(32, "0")),
        stored_name__lte=uuid.UUID(shard.ljust(32, "f")),
        file_removed_at__isnull=True,
    )
    for document in rows.iterator():
        missing += not _is_there(document, at=at)
    return {"removed": len(on_disk - held), "missing": missing}


def _held(names: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    rows = Document.objects.filter(stored_name__in=list(names), file_removed_at__isnull=True)
    return set(rows.values_list("stored_name", flat=True))


def _is_there(document: Document, *, at: datetime) -> bool:
    try:
        there = store.path_of(document.stored_name).stat().st_size == document.size
    except FileNotFoundError:
        there = False
    if there and document.missing_at:
        Document.objects.filter(pk=document.pk).update(missing_at=None)
    if not there and not document.missing_at:
        logger.error("The file of document %d is missing.", document.pk)
        Document.objects.filter(pk=document.pk).update(missing_at=at)
        record(
            audit.FOUND_MISSING, by=SYSTEM, subjects=[document.person_id], detail={"document": document.pk}
        )
    return there
