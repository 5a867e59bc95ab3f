"""What the workers do: load the files that wait, in the order in which a set of extracts belongs (INT-1).

Every function may be called twice, or by two processes at once: the row of a file is held while it is loaded, and
what a worker dies over is undone and waits again.
"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from iom.access.actor import SYSTEM
from iom.access.scope import as_service
from iom.audit.services import record
from iom.feeds import audit, registry, store
from iom.feeds.models import FeedFile
from iom.feeds.progress import telling
from iom.feeds.rules import LOAD_ATTEMPTS, FileStatus
from iom.feeds.services.importing import Outcome, Terms, load, lock_kind, london_time, outcome_of, refuse

WAKE_AGAIN_AFTER = timedelta(minutes=2)


def waiting() -> list[FeedFile]:
    """The files that wait, in the order in which they are loaded: people before what is known of them."""
    order = {kind.name: kind.order for kind in registry.kinds()}
    rows = FeedFile.objects.filter(status=FileStatus.WAITING)
    return sorted(rows, key=lambda row: (order.get(row.kind, 0), row.received_at, row.pk))


def claim(at: datetime) -> list[int]:
    """The file to wake a worker for: the first that waits, unless a worker was woken for it just now."""
    first = [row.pk for row in waiting()[:1]]
    due = Q(woken_at__isnull=True) | Q(woken_at__lte=at - WAKE_AGAIN_AFTER)
    rows = FeedFile.objects.select_for_update(skip_locked=True).filter(due, pk__in=first)
    ids = list(rows.values_list("pk", flat=True))
    FeedFile.objects.filter(pk__in=ids).update(woken_at=at)
    return ids


def unclaim(file_id: int) -> None:
    """Nobody could be woken for the file: the next round tries at once."""
    FeedFile.objects.filter(pk=file_id, status=FileStatus.WAITING).update(woken_at=None)


def load_waiting(file_id: int, *, at: datetime, on: date) -> Outcome | None:
    """Load one waiting file, in transactions of its own; None when it does not wait, or another process has it."""
    with as_service():
        if not _counted(file_id):
            return None
    with telling(file_id) as tell, as_service(), london_time():
        file = _held(file_id)
        if file is None or not lock_kind(registry.find(file.kind), wait=False):
            return None
        terms = Terms(at, on, file.accept_rejects, file.bulk_load, tell)
        load(file, registry.find(file.kind), store.path_of(file.pk), by=SYSTEM, terms=terms)
        if file.status == FileStatus.LOADED:
            file.is_stored = False
            file.save(update_fields=["is_stored"])
        outcome = outcome_of(file)
    if outcome.is_good:
        store.remove(file_id)
    return outcome


def load_all_waiting(*, at: datetime, on: date) -> list[Outcome]:
    """Load everything that waits, in this process: for the command, and where no worker runs."""
    done: list[Outcome] = []
    while True:
        with as_service():
            rows = waiting()
        outcome = load_waiting(rows[0].pk, at=at, on=on) if rows else None
        if outcome is None:
            return done
        done.append(outcome)


def _held(file_id: int) -> FeedFile | None:
    """The waiting file, held until the transaction ends; None when another process holds it."""
    rows = FeedFile.objects.select_for_update(skip_locked=True, of=("self",))
    return rows.filter(pk=file_id, status=FileStatus.WAITING).first()


def _counted(file_id: int) -> bool:
    """Count a try before it begins, so that a file that kills its worker is not tried for ever."""
    with transaction.atomic():
        file = _held(file_id)
        if file is None:
            return False
        if file.attempts >= LOAD_ATTEMPTS:
            refuse(file, "The file could not be loaded: the worker stopped over it five times.")
        elif not store.is_kept(file.pk):
            refuse(file, "The file itself is no longer held: send it again.")
        else:
            file.attempts += 1
            file.save(update_fields=["attempts"])
            return True
        record(audit.FILE_REFUSED, by=SYSTEM, detail={"file": file.pk, "kind": file.kind, "name": file.name})
        return False
