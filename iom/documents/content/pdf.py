"""PDF: written anew without anything that acts. What cannot be opened without a password is refused."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from iom.documents.content.kinds import ABOUT_THE_MAKER, Kind, Unsafe, not_what_it_says

MOST_PAGES = 3_000
DEEPEST = 60
# Keys that act or carry files wherever they stand.
_ACTING_KEYS = {
    "/OpenAction": "What the document did on opening was removed",
    "/AA": "What the document did by itself was removed",
    "/JS": "Scripts were removed",
    "/JavaScript": "Scripts were removed",
    "/EmbeddedFiles": "Files inside the document were removed",
    "/EF": "Files inside the document were removed",
    "/AF": "Files inside the document were removed",
    "/Collection": "Files inside the document were removed",
    "/XFA": "The interactive form was removed",
    "/RichMediaContent": "Sound, film and 3D were removed",
    "/RichMediaSettings": "Sound, film and 3D were removed",
    "/3DD": "Sound, film and 3D were removed",
    "/Movie": "Sound, film and 3D were removed",
}
_ACTIONS = {
    *("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/ResetForm", "/Rendition", "/Movie", "/Sound"),
    *("/GoToR", "/GoToE", "/RichMediaExecute", "/GoTo3DView", "/SetOCGState", "/Trans", "/Hide", "/Thread"),
}
_ANNOTATIONS = {"/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"}
_LINKS = ("http://", "https://", "mailto:")


def make_safe(source: Path, target: Path, kind: Kind) -> list[str]:
    """Write the document anew to `target` without scripts, actions, files and forms; the notes say what was removed."""
    try:
        with pikepdf.open(source) as pdf:
            if not 1 <= len(pdf.pages) <= MOST_PAGES:
                raise Unsafe(f"The PDF must have between 1 and {MOST_PAGES:,} pages.")
            notes = _strip(pdf)
            pdf.remove_unreferenced_resources()
            pdf.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate, fix_metadata_version=False)
        with pikepdf.open(target, attempt_recovery=False) as kept:
            if len(kept.pages) < 1:
                raise not_what_it_says(kind)
    except pikepdf.PasswordError as error:
        raise Unsafe("The PDF is locked with a password. Save it without one and try again.") from error
    except (pikepdf.PdfError, RecursionError, ValueError, TypeError, RuntimeError) as error:
        raise not_what_it_says(kind) from error
    return notes


def _strip(pdf: pikepdf.Pdf) -> list[str]:
    found: set[str] = set()
    for thing in _dictionaries(pdf):
        _strip_one(thing, found)
    for key in ("/Metadata", "/PieceInfo"):
        if key in pdf.Root:
            del pdf.Root[key]
    if "/Info" in pdf.trailer:
        if len(pdf.docinfo.keys()):
            found.add(ABOUT_THE_MAKER)
        del pdf.trailer["/Info"]
    _strip_names(pdf, found)
    return sorted(found)


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every dictionary of the file, those inside others too."""
    for thing in pdf.objects:
        yield from _inner(thing, 0)


def _inner(thing: Any, depth: int) -> Iterator[Any]:
    if depth > DEEPEST:
        raise Unsafe(
            "The PDF is built in an unusual way that cannot be checked. Print it to PDF and try again."
        )
    if isinstance(thing, Dictionary | Stream):
        yield thing
        values = [value for _, value in thing.items()]
    elif isinstance(thing, Array):
        values = list(thing)  # type: ignore[call-overload]
    else:
        return
    for value in values:
        if isinstance(value, Dictionary | Array) and not value.is_indirect:
            yield from _inner(value, depth + 1)


def _strip_one(thing: Any, found: set[str]) -> None:
    for key, note in _ACTING_KEYS.items():
        if key in thing:
            del thing[key]
            found.add(note)
    kind = _name(thing, "/S")
    if kind in _ACTIONS or (kind == "/URI" and not _is_plain_link(thing)):
        _empty(thing)
        found.add("Buttons and links that start something were removed")
    if "/Annots" in thing and isinstance(thing["/Annots"], Array):
        _strip_annotations(thing, found)
    if _name(thing, "/Type") in {"/Filespec", "/EmbeddedFile"} or _name(thing, "/Subtype") in _ANNOTATIONS:
        _empty(thing)
        found.add("Files inside the document were removed")
    if "/Metadata" in thing:
        del thing["/Metadata"]


def _strip_annotations(page: Any, found: set[str]) -> None:
    kept = []
    for one in page["/Annots"]:
        if isinstance(one, Dictionary) and _name(one, "/Subtype") not in _ANNOTATIONS:
            kept.append(one)
        else:
            found.add("Files inside the document were removed")
    page["/Annots"] = Array(kept)


def _strip_names(pdf: pikepdf.Pdf, found: set[str]) -> None:
    names = pdf.Root.get("/Names")
    if isinstance(names, Dictionary):
        for key in ("/JavaScript", "/EmbeddedFiles", "/Renditions"):
            if key in names:
                del names[key]
                found.add("Files inside the document were removed")


def _name(thing: Any, key: str) -> str:
    value = thing.get(key)
    return str(value) if isinstance(value, Name) else ""


def _is_plain_link(action: Any) -> bool:
    try:
        return str(action.get("/URI", "")).strip().lower().startswith(_LINKS)
    except (ValueError, UnicodeDecodeError):
        return False


def _empty(thing: Any) -> None:
    """Take everything out of a dictionary that others point to; a stream keeps its frame and loses its bytes."""
    for key in [str(key) for key, _ in thing.items()]:
        if key != "/Length":
            del thing[key]
    if isinstance(thing, Stream):
        thing.write(b"")


LINE_HEIGHT = 16
FONT_SIZE = 8


def stamp(source: Path, target: Path, lines: list[str]) -> None:
    """Write the document with `lines` at the foot of every page: how it is marked, who took it and when."""
    with pikepdf.open(source) as pdf:
        for page in pdf.pages:
            box = [float(x) for x in page.trimbox]
            foot = _foot(box, lines)
            page.add_overlay(foot.pages[0], pikepdf.Rectangle(*box))
        pdf.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def _foot(box: list[float], lines: list[str]) -> pikepdf.Pdf:
    """A page of the same size with nothing but the lines at its foot, on white."""
    width, height = abs(box[2] - box[0]), abs(box[3] - box[1])
    made = pikepdf.new()
    page = made.add_blank_page(page_size=(max(width, 3), max(height, 3)))
    font = made.make_indirect(
        Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
    )
    page.Resources = Dictionary(Font=Dictionary(F1=font))
    size = min(FONT_SIZE, max(4.0, width / 60))
    band = size * 1.4 * len(lines) + 4
    text = [f"q 1 1 1 rg 0 0 {width:.2f} {band:.2f} re f Q BT /F1 {size:.2f} Tf 0 0 0 rg".encode()]
    for number, line in enumerate(reversed(lines)):
        y = 4 + number * size * 1.4
        text.append(b"1 0 0 1 8 %.2f Tm (%s) Tj" % (y, _escaped(line)))
    text.append(b"ET")
    page.Contents = made.make_stream(b"\n".join(text))
    return made


def _escaped(line: str) -> bytes:
    plain = line.encode("cp1252", "replace")
    return plain.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
