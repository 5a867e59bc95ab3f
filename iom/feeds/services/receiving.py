"""Taking in a file: a row for the workers and the file on disk, both or neither, once for the same content (INT-1)."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import IntegrityError, transaction

from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.audit.services import record
from iom.feeds import audit, registry, store
from iom.feeds.models import FeedFile, Sender
from iom.feeds.rules import SHORTEST_REASON, FileStatus, Source
from iom.feeds.services.importing import empty
from iom.kernel.errors import Invalid, NotFound, Refused


@dataclass(frozen=True)
class Incoming:
    """A file that lies whole in the store's folder, not yet under a number."""

    kind: str
    name: str
    part: Path
    sha256: str
    size_bytes: int


@dataclass(frozen=True)
class Received:
    """The file's row, and whether there is something to load: not for a second copy of what is loaded or waits."""

    file: FeedFile
    is_new: bool


@transaction.atomic
def receive(
    sent: Incoming,
    *,
    by: Actor,
    at: datetime,
    source: Source,
    sender: Sender | None = None,
    accept_rejects: bool = False,
) -> Received:
    """Keep a file for the workers. The same content again changes nothing, unless it was parked or broken: then it is
    tried again."""
    by.require(Power.LOAD_FEEDS)
    kind = registry.find(sent.kind)
    file, is_new = _row(sent, at)
    if not is_new and file.status in {FileStatus.LOADED, FileStatus.WAITING}:
        return Received(file, is_new=False)
    if not is_new:
        empty(file)
    file.name, file.received_at, file.source, file.sender = sent.name[:255], at, source, sender
    file.loaded_by_id, file.accept_rejects, file.reason = by.user_id, accept_rejects, ""
    file.status, file.attempts, file.woken_at, file.is_stored = FileStatus.WAITING, 0, None, True
    file.save()
    store.keep(sent.part, file.pk)
    detail = {"file": file.pk, "kind": kind.name, "name": file.name, "source": source.value}
    if sender is not None:
        detail["sender"] = sender.pk
    record(audit.FILE_RECEIVED, by=by, detail=detail)
    return Received(file, is_new=True)


def _row(sent: Incoming, at: datetime) -> tuple[FeedFile, bool]:
    """The locked row of this content: a new one, or that of the copy that came before."""
    rows = FeedFile.objects.select_for_update()
    found = rows.filter(kind=sent.kind, sha256=sent.sha256).first()
    if found is not None:
        return found, False
    new = FeedFile(
        kind=sent.kind,
        sha256=sent.sha256,
        name=sent.name[:255],
        size_bytes=sent.size_bytes,
        status=FileStatus.WAITING,
        received_at=at,
    )
    try:
        with transaction.atomic():
            new.save()
    except IntegrityError:
        return rows.get(kind=sent.kind, sha256=sent.sha256), False
    return new, True


@transaction.atomic
def load_again(file_id: int, *, by: Actor, at: datetime, reason: str) -> FeedFile:
    """Let the workers try a parked or broken file again, by a named person for a reason.

    Of a parked file the good rows are then loaded, however many are rejected.
    """
    by.require(Power.LOAD_FEEDS)
    file = FeedFile.objects.select_for_update().filter(pk=file_id).first()
    if file is None:
        raise NotFound
    if file.status not in {FileStatus.PARKED, FileStatus.BROKEN}:
        raise Refused("Only a parked or broken file can be loaded again.")
    if len(reason.strip()) < SHORTEST_REASON:
        raise Invalid({"reason": ["Enter the reason in at least 10 characters"]})
    if not file.is_stored or not store.is_kept(file.pk):
        raise Refused("The file itself is no longer held: send it again.")
    accept = file.status == FileStatus.PARKED
    empty(file)
    file.status, file.accept_rejects, file.reason = FileStatus.WAITING, accept, reason.strip()
    file.loaded_by_id, file.attempts, file.woken_at = by.user_id, 0, None
    file.save()
    detail = {"file": file.pk, "kind": file.kind, "name": file.name}
    record(audit.FILE_AGAIN, by=by, reason=file.reason, detail=detail)
    return file
