"""One file, from what was sent to what is kept: what its name claims, what its first bytes are, what is in it."""

from collections.abc import Callable
from pathlib import Path

import filetype

from iom.documents.content import images, office, pdf, text
from iom.documents.content.kinds import Kind, Unsafe, kind_of, not_what_it_says

HEAD = 8192
_MAKERS: dict[str, Callable[[Path, Path, Kind], list[str]]] = {
    "pdf": pdf.make_safe,
    "docx": office.make_safe,
    "xlsx": office.make_safe,
    "csv": text.make_safe,
    "txt": text.make_safe,
    "jpg": images.make_safe,
    "png": images.make_safe,
}
_ZIPPED = {"application/zip", "application/epub+zip"}


def make_safe(source: Path, target: Path, name: str) -> tuple[Kind, list[str]]:
    """Check the file sent under this name and write what is kept of it to `target`; Unsafe with a sentence if none."""
    kind = kind_of(name)
    with source.open("rb") as sent:
        head = sent.read(HEAD)
    if not head:
        raise Unsafe("The file is empty.")
    if not begins_like(kind, head):
        raise not_what_it_says(kind)
    return kind, _MAKERS[kind.extension](source, target, kind)


def begins_like(kind: Kind, head: bytes) -> bool:
    """Whether the first bytes are those of the kind. Plain text has none of its own: `text.py` reads all of it."""
    if kind.media_type.startswith("text/"):
        return True
    guess = filetype.guess(head)
    found = guess.mime if guess else ""
    if kind.extension in {"docx", "xlsx"}:
        return head.startswith(b"PK\x03\x04") and (found in _ZIPPED or found.startswith("application/"))
    return found == kind.media_type
