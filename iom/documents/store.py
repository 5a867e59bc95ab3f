"""Where the files lie: outside the web root, under random names that lead nowhere but through a row (SHR-5).

A file is whole and on disk before its row is committed. Until then a mark stands in `pending/`; whatever is still
marked long after was never committed, and goes.
"""

import hashlib
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

PENDING_FOR = timedelta(minutes=15)
WORKING_FOR = timedelta(hours=2)
BLOCK = 1024 * 1024


def root() -> Path:
    return Path(settings.DOCUMENT_ROOT)


def path_of(name: uuid.UUID) -> Path:
    """The place of a file: two levels of folders keep each folder small."""
    return root() / name.hex[:2] / name.hex[2:4] / name.hex


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder on the store's own disk for the length of one act."""
    with tempfile.TemporaryDirectory(dir=_folder(root() / "working")) as made:
        yield Path(made)


def keep(finished: Path) -> uuid.UUID:
    """Move a finished file into the store under a new name, on disk before this returns; `settle` once committed."""
    name = uuid.uuid4()
    (_folder(root() / "pending") / name.hex).touch(mode=0o600)
    target = path_of(name)
    _folder(target.parent)
    finished.chmod(0o600)
    with finished.open("rb") as written:
        os.fsync(written.fileno())
    finished.rename(target)
    _sync(target.parent)
    return name


def settle(name: uuid.UUID) -> None:
    """The row is committed: the file stays."""
    (root() / "pending" / name.hex).unlink(missing_ok=True)


def remove(name: uuid.UUID) -> None:
    """Take the file away; no matter if it is gone already."""
    path_of(name).unlink(missing_ok=True)
    settle(name)


def fingerprint(path: Path) -> tuple[str, int]:
    """The SHA-256 and the size of a file, read block by block."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            digest.update(block)
            size += len(block)
    return digest.hexdigest(), size


def left_pending(at: datetime) -> list[uuid.UUID]:
    """Files that were put here some time ago and whose row may never have been committed."""
    return [
        uuid.UUID(mark.name)
        for mark in _files(root() / "pending")
        if _is_uuid(mark.name) and _older(mark, at - PENDING_FOR)
    ]


def clear_working(at: datetime) -> int:
    """Remove what killed processes left of their work; how many pieces."""
    left = [
        path
        for folder in (root() / "working", Path(settings.INCOMING_DIR))
        for path in (folder.iterdir() if folder.is_dir() else ())
        if _older(path, at - WORKING_FOR)
    ]
    for path in left:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(left)


def names_in(shard: str, at: datetime) -> list[uuid.UUID]:
    """The files of one of the 256 shards (`"0a"`) that are not of these last minutes."""
    folder = root() / shard
    inner = sorted(folder.iterdir()) if folder.is_dir() else []
    return [
        uuid.UUID(path.name)
        for level in inner
        for path in _files(level)
        if _is_uuid(path.name) and _older(path, at - PENDING_FOR)
    ]


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []


def _older(path: Path, moment: datetime) -> bool:
    try:
        return path.lstat().st_mtime < moment.timestamp()
    except FileNotFoundError:
        return False


def _is_uuid(text: str) -> bool:
    return len(text) == 32 and all(c in "0123456789abcdef" for c in text)


def _folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
