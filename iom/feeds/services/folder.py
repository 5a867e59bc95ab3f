"""The folder that force systems put their files into: each is taken once, through kills, and ends in `done` or
`rejected` (INT-1).

A file is copied to the store and its row committed before it leaves the folder's top; until then a dead worker has
changed nothing, and after it the same content is known. What was taken lies in `taken` under the number of its row.
"""

import os
import re
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction

from iom.access.actor import SYSTEM
from iom.feeds import registry, store
from iom.feeds.models import FeedFile
from iom.feeds.rules import BrokenFile, FileStatus, Source, kind_of_name
from iom.feeds.services.receiving import Incoming, receive

TAKEN, DONE, REJECTED = "taken", "done", "rejected"
_TAKEN = re.compile(r"^(\d+)-(.+)$")
LEFT_OVER_AFTER = timedelta(days=1)


def inbox() -> Path | None:
    """The folder, with the places inside it; None when there is none."""
    if not settings.FEED_INBOX_DIR:
        return None
    folder = Path(settings.FEED_INBOX_DIR)
    for place in (TAKEN, DONE, REJECTED):
        (folder / place).mkdir(parents=True, exist_ok=True, mode=0o770)
    return folder


def take_next(at: datetime) -> bool:
    """Take the next finished file of the folder; whether there may be more. One piece of work of the tick."""
    folder = inbox()
    if folder is None:
        return False
    _settle(folder)
    for path in _finished(folder, at):
        try:
            taken = _take(folder, path, at)
        except BrokenFile as broken:
            taken = True
            transaction.on_commit(partial(_put_aside, folder, path, broken.sentence))
        if taken:
            return True
    return False


def _finished(folder: Path, at: datetime) -> list[Path]:
    """Files that nobody writes to any more: not named as unfinished, and unchanged for some seconds."""
    settled = at.timestamp() - settings.FEED_SETTLE_SECONDS
    found = []
    for path in sorted(folder.iterdir()):
        is_named = not path.name.startswith((".", "~")) and path.suffix not in {".part", ".tmp", ".filepart"}
        if is_named and not path.is_dir() and path.lstat().st_mtime <= settled:
            found.append(path)
    return found


def _take(folder: Path, path: Path, at: datetime) -> bool:
    """Copy a file to the store and commit its row; False while somebody still writes to it."""
    kind = kind_of_name(path.name, [one.name for one in registry.kinds()])
    if kind is None:
        raise BrokenFile("The name does not begin with a kind of feed, such as crimes-2026-06-30.csv.")
    if path.is_symlink() or not path.is_file():
        raise BrokenFile("This is not a file.")
    before = path.stat()
    blocks = store.blocks_of(path)
    with store.incoming(blocks, limit_bytes=settings.FEED_FILE_LIMIT_BYTES) as (part, digest, size):
        after = path.stat()
        if (before.st_mtime_ns, before.st_size, size) != (after.st_mtime_ns, after.st_size, after.st_size):
            return False
        sent = Incoming(kind, path.name, part, digest, size)
        file = receive(sent, by=SYSTEM, at=at, source=Source.FOLDER).file
    transaction.on_commit(partial(_move, path, folder / TAKEN / f"{file.pk}-{path.name}"))
    return True


def _settle(folder: Path) -> None:
    """Move what was dealt with out of `taken`: loaded files to `done`, the others to `rejected` with the reason."""
    taken = {path: int(found[1]) for path in (folder / TAKEN).iterdir() if (found := _TAKEN.match(path.name))}
    rows = FeedFile.objects.in_bulk(list(taken.values()))
    for path, number in taken.items():
        row = rows.get(number)
        if row is not None and row.status == FileStatus.WAITING:
            continue
        if row is not None and row.status == FileStatus.LOADED:
            _move(path, folder / DONE / path.name)
        else:
            _put_aside(folder, path, row.problem if row else "Nothing is known of this file.")


def _put_aside(folder: Path, path: Path, sentence: str) -> None:
    """To `rejected`, with a text beside it that says why."""
    target = folder / REJECTED / path.name
    target.with_name(f"{target.name}.txt").write_text(sentence + "\n", encoding="utf-8")
    _move(path, target)


def _move(path: Path, target: Path) -> None:
    try:
        os.replace(path, target)
    except FileNotFoundError:
        return  # another process moved it


def sweep(at: datetime) -> bool:
    """Take away what is kept no longer: dealt-with files of the folder, parked and broken ones, half-written ones."""
    old = at - timedelta(days=settings.FEED_KEEP_DAYS)
    folder = inbox()
    for place in (DONE, REJECTED) if folder else ():
        for path in (folder / place).iterdir():  # type: ignore[operator]
            if path.lstat().st_mtime < old.timestamp():
                path.unlink(missing_ok=True)
    halves, numbers = store.left_over(before=at - LEFT_OVER_AFTER)
    for path in halves:
        path.unlink(missing_ok=True)
    wanted = FeedFile.objects.filter(pk__in=numbers, is_stored=True)
    gone = wanted.exclude(status=FileStatus.WAITING).filter(received_at__lt=old)
    for number in {*numbers} - {*wanted.values_list("pk", flat=True)} | {*gone.values_list("pk", flat=True)}:
        store.remove(number)
    gone.update(is_stored=False)
    return False
