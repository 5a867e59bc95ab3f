"""Word and Excel files: checked part by part and packed anew; what can run or fetch is refused, not mended.

Who made the file, and what a picture in it tells of its camera and place, is left out.
"""

import re
import zipfile
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

from iom.documents.content.images import inner_picture
from iom.documents.content.kinds import ABOUT_THE_MAKER, Kind, Unsafe, not_what_it_says

MOST_PARTS = 4_000
LARGEST_UNPACKED = 200 * 1024**2
LARGEST_RATIO = 200
SMALL_PART = 1024**2
_MAIN = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
}
_TREES = {"docx": "word/", "xlsx": "xl/"}
_PARTS = {".xml", ".rels", ".png", ".jpg", ".jpeg", ".gif", ".vml"}
_PICTURES = {".png", ".jpg", ".jpeg", ".gif"}
_TOLD_OF_THE_MAKER = re.compile(
    r"\}coreProperties$|/(extended|custom)-?properties\}Properties$", re.IGNORECASE
)
_PLAIN_DATA = re.compile(r"^xl/printersettings/[a-z0-9]+\.bin$")
_MACROS = re.compile(r"vbaproject|macrosheets|vbadata|activex|customui|ctrlprops", re.IGNORECASE)
_INNER_FILES = re.compile(r"embeddings/|oleobject|externallinks/|afchunk", re.IGNORECASE)
_FETCHING_RELATIONS = re.compile(
    r"/(oleobject|package|attachedtemplate|afchunk|externallink\w*|frame|subdocument|vbaproject|control|"
    r"mailmerge\w*|recipientdata|activexcontrol\w*|xlmacrosheet|attachedtoolbars)$",
    re.IGNORECASE,
)
# Word reads the name of a field in letters of any size; short ones may be words of an address, but not at the start.
_FIELDS = re.compile(
    r"(?i:\b(DDEAUTO|DDE|INCLUDEPICTURE|INCLUDETEXT)\b)|\b(IMPORT|LINK|DATABASE)\b"
    r"|(?i:(^|\x13)\s*(IMPORT|LINK|DATABASE)\b)"
)
_FORMULAS = re.compile(
    r"\b(WEBSERVICE|FILTERXML|CALL|REGISTER(\.ID)?|EXEC|DDE|RTD)\s*\(|\|\s*'", re.IGNORECASE
)
_LINKS = ("http://", "https://", "mailto:")
_AS_PDF = "Save it as PDF and upload that."


def make_safe(source: Path, target: Path, kind: Kind) -> list[str]:
    """Pack the parts anew to `target`; Unsafe for macros, inner files, links that fetch, and bombs."""
    try:
        with zipfile.ZipFile(source) as sent:
            _check_frame(source, sent, kind)
            with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
                return _copy(sent, packed, kind)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, KeyError, RuntimeError, ValueError) as error:
        raise not_what_it_says(kind) from error
    except (zipfile.LargeZipFile, OverflowError) as error:
        raise _bomb() from error


def _check_frame(source: Path, sent: zipfile.ZipFile, kind: Kind) -> None:
    """One archive from the first byte to the last, of the parts that such a document has."""
    parts = sent.infolist()
    names = [part.filename for part in parts]
    if len(parts) > MOST_PARTS:
        raise _bomb()
    starts = min((part.header_offset for part in parts), default=-1)
    if starts != 0 or sent.comment or len({name.lower() for name in names}) != len(names):
        raise not_what_it_says(kind)
    with source.open("rb") as raw:
        raw.seek(-22, 2)
        if raw.read(4) != b"PK\x05\x06":
            raise not_what_it_says(kind)
    if not any(name.startswith(_TREES[kind.extension]) for name in names):
        raise not_what_it_says(kind)
    for part in parts:
        _check_part(part)


def _check_part(part: zipfile.ZipInfo) -> None:
    name = part.filename
    path = PurePosixPath(name)
    if name.startswith("/") or ".." in path.parts or "\\" in name or ":" in name:
        raise Unsafe(f"The file is built in an unusual way that cannot be checked. {_AS_PDF}")
    if part.flag_bits & 0x1:
        raise Unsafe("The file is locked with a password. Save it without one and try again.")
    if _MACROS.search(name):
        raise Unsafe(f"The file holds macros or controls. Save it without them, or: {_AS_PDF}")
    if _INNER_FILES.search(name):
        raise Unsafe(f"The file holds other files or links to them. {_AS_PDF}")
    is_plain = _suffix(name) in _PARTS or bool(_PLAIN_DATA.match(name.lower()))
    if not part.is_dir() and not is_plain:
        raise _unknown_part(name)
    if part.file_size > SMALL_PART and part.file_size > LARGEST_RATIO * max(part.compress_size, 1):
        raise _bomb()


def _suffix(name: str) -> str:
    """`_rels/.rels` is all suffix."""
    return "." + name.rpartition(".")[2].lower()


def _unknown_part(name: str) -> Unsafe:
    return Unsafe(
        f"The file holds a part that cannot be checked ({PurePosixPath(name).name[:40]}). {_AS_PDF}"
    )


def _bomb() -> Unsafe:
    return Unsafe("The file is far too large once unpacked.")


def _copy(sent: zipfile.ZipFile, packed: zipfile.ZipFile, kind: Kind) -> list[str]:
    left = LARGEST_UNPACKED
    notes: set[str] = set()
    for part in sent.infolist():
        if part.is_dir():
            continue
        content = _read(sent, part, left)
        left -= len(content)
        name = part.filename
        if _suffix(name) in {".xml", ".rels", ".vml"}:
            content = _checked_xml(name, content, kind, notes)
        elif _suffix(name) in _PICTURES:
            content = _checked_picture(name, content, notes)
        entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
        entry.compress_type = zipfile.ZIP_DEFLATED
        packed.writestr(entry, content)
    if "[Content_Types].xml" not in sent.namelist():
        raise not_what_it_says(kind)
    return sorted(notes)


def _read(sent: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> bytes:
    """The part's bytes; the directory's word for their number is not believed."""
    with sent.open(part) as stream:
        content = stream.read(left + 1)
    if len(content) > left:
        raise _bomb()
    return content


def _checked_picture(name: str, content: bytes, notes: set[str]) -> bytes:
    try:
        kept, told = inner_picture(content)
    except ValueError as error:
        raise _unknown_part(name) from error
    notes.update(told)
    return kept


def _checked_xml(name: str, content: bytes, kind: Kind, notes: set[str]) -> bytes:
    """The part as it is, or its empty frame where it says who made the file."""
    plain = content.replace(b"\x00", b"")
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise Unsafe(f"The file is built in an unusual way that cannot be checked. {_AS_PDF}")
    try:
        tree = ElementTree.fromstring(content)  # noqa: S314  (what could expand is refused above)
    except ElementTree.ParseError as error:
        if name.lower().endswith(".vml"):
            return content
        raise not_what_it_says(kind) from error
    if _TOLD_OF_THE_MAKER.search(tree.tag):
        notes.add(ABOUT_THE_MAKER)
        return ElementTree.tostring(ElementTree.Element(tree.tag), encoding="utf-8", xml_declaration=True)
    if name == "[Content_Types].xml":
        _check_types(tree, kind)
    elif name.endswith(".rels"):
        _check_relations(tree)
    elif kind.extension == "docx":
        _check_fields(tree)
    else:
        _check_formulas(tree)
    return content


def _check_types(tree: ElementTree.Element, kind: Kind) -> None:
    types = [part.get("ContentType", "") for part in tree]
    if any("macroenabled" in one.lower() or "vba" in one.lower() for one in types):
        raise Unsafe(f"The file holds macros or controls. Save it without them, or: {_AS_PDF}")
    if _MAIN[kind.extension] not in types:
        raise not_what_it_says(kind)


def _check_relations(tree: ElementTree.Element) -> None:
    for relation in tree:
        to, target = relation.get("Type", ""), relation.get("Target", "")
        if _FETCHING_RELATIONS.search(to):
            raise Unsafe(f"The file holds other files or links to them. {_AS_PDF}")
        is_link = to.lower().endswith("/hyperlink")
        if relation.get("TargetMode") == "External" and not (
            is_link and target.strip().lower().startswith(_LINKS)
        ):
            raise Unsafe(f"The file fetches something from outside when it is opened. {_AS_PDF}")


def _check_fields(tree: ElementTree.Element) -> None:
    """What a field does may be spread over many runs of text."""
    codes = [
        "\x13" if _begins_field(element) else element.text or ""
        for element in tree.iter()
        if element.tag.endswith("}instrText") or _begins_field(element)
    ]
    codes += [
        value
        for element in tree.iter()
        if element.tag.endswith("}fldSimple")
        for key, value in element.attrib.items()
        if key.endswith("}instr")
    ]
    if any(_FIELDS.search(mark.join(codes)) for mark in (" ", "", "\x13")):
        raise Unsafe(f"The file fetches something from outside when it is opened. {_AS_PDF}")


def _begins_field(element: ElementTree.Element) -> bool:
    return element.tag.endswith("}fldChar") and any(
        key.endswith("}fldCharType") and value == "begin" for key, value in element.attrib.items()
    )


def _check_formulas(tree: ElementTree.Element) -> None:
    for element in tree.iter():
        named = element.tag.endswith(("}f", "}definedName", "}formula1", "}formula2"))
        if named and _FORMULAS.search(element.text or ""):
            raise Unsafe(f"The file fetches something from outside when it is opened. {_AS_PDF}")
