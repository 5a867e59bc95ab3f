"""Where received files lie until they are loaded: by the number of their row, in a folder of the product's alone.

A file is whole and on disk before its row is committed; a file without a row was never acknowledged, and goes.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from django.conf import settings

from iom.feeds.rules import BrokenFile

BLOCK = 1 << 20
_STORED = re.compile(r"^(\d+)\.csv$")


def root() -> Path:
    folder = Path(settings.FEED_STORE_DIR)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def path_of(file_id: int) -> Path:
    return root() / f"{file_id}.csv"


def is_kept(file_id: int) -> bool:
    return path_of(file_id).is_file()


@contextmanager
def incoming(blocks: Iterable[bytes], *, limit_bytes: int) -> Iterator[tuple[Path, str, int]]:
    """Stream what comes to disk; gives its place, SHA-256 and size, and takes away what nobody kept."""
    handle, name = tempfile.mkstemp(suffix=".part", dir=root())
    part, digest, size = Path(name), sha256(), 0
    try:
        with os.fdopen(handle, "wb") as out:
            for block in blocks:
                size += len(block)
                if size > limit_bytes:
                    raise BrokenFile(f"The file has more than {limit_bytes:,} bytes. Split it.")
                digest.update(block)
                out.write(block)
            out.flush()
            os.fsync(out.fileno())
        yield part, digest.hexdigest(), size
    finally:
        part.unlink(missing_ok=True)


def keep(part: Path, file_id: int) -> None:
    """Give a file on the store's own disk its place."""
    os.replace(part, path_of(file_id))


def keep_copy(path: Path, file_id: int) -> None:
    """Keep a copy of a file that lies elsewhere; the file itself stays where it is."""
    handle, name = tempfile.mkstemp(suffix=".part", dir=root())
    os.close(handle)
    try:
        shutil.copyfile(path, name)
        keep(Path(name), file_id)
    finally:
        Path(name).unlink(missing_ok=True)


def remove(file_id: int) -> None:
    path_of(file_id).unlink(missing_ok=True)


def blocks_of(path: Path) -> Iterator[bytes]:
    with open(path, "rb", opener=_not_through_a_link) as handle:
        while block := handle.read(BLOCK):
            yield block


def _not_through_a_link(name: str, flags: int) -> int:
    return os.open(name, flags | os.O_NOFOLLOW)


def left_over(*, before: datetime) -> tuple[list[Path], list[int]]:
    """Half-written files of an act that died before a moment, and the numbers of the stored files of that age."""
    halves, numbers = [], []
    for path in root().iterdir():
        try:
            is_old = path.stat().st_mtime < before.timestamp()
        except FileNotFoundError:
            continue
        if is_old and path.suffix == ".part":
            halves.append(path)
        elif is_old and (found := _STORED.match(path.name)):
            numbers.append(int(found[1]))
    return halves, numbers
