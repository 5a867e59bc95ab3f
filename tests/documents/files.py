"""Files made in code: harmless ones of every kind taken, and ones that only pretend to be."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_DOC = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_MAIN = "application/vnd.openxmlformats-officedocument"


def pdf(change: Any = None, pages: int = 1, **saved: Any) -> bytes:
    made = pikepdf.new()
    for _ in range(pages):
        page = made.add_blank_page(page_size=(595, 842))
        page.Contents = made.make_stream(b"BT ET")
    if change:
        change(made)
    out = io.BytesIO()
    made.save(out, **saved)
    return out.getvalue()


def script(code: str = "app.alert(1)") -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String(code))


def pdf_that_acts() -> bytes:
    """Scripts, launches, forms and a file inside, in every place a reader looks for them."""

    def change(made: pikepdf.Pdf) -> None:
        made.Root.OpenAction = script()
        made.Root.AA = Dictionary(WC=script())
        made.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), script()])))
        made.attachments["inner.exe"] = pikepdf.AttachedFileSpec(made, b"MZ hidden program")
        made.docinfo["/Author"] = "Secret Author"
        page = made.pages[0]
        page.AA = Dictionary(O=script())
        launch = Dictionary(S=Name.Launch, F=String("cmd.exe"))

        def link(action: Dictionary) -> Dictionary:
            return Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=action)

        page.Annots = Array(
            [
                made.make_indirect(link(launch)),
                link(Dictionary(S=Name.URI, URI=String("https://example.org/"))),
                link(Dictionary(S=Name.URI, URI=String("file:///etc/passwd"))),
                Dictionary(
                    Type=Name.Annot,
                    Subtype=Name.Widget,
                    Rect=Array([0, 0, 9, 9]),
                    A=Dictionary(S=Name.SubmitForm, F=String("https://collect.example/")),
                ),
                Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=Array([0, 0, 9, 9])),
            ]
        )
        made.Root.AcroForm = Dictionary(Fields=Array([]), XFA=Array([String("x")]))

    return pdf(change)


def picture(kind: str = "PNG", size: tuple[int, int] = (12, 8), **saved: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (10, 120, 200)).save(out, kind, **saved)
    return out.getvalue()


def picture_with_a_place() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (53.0, 47.0, 0.0), 3: "W", 4: (1.0, 32.0, 0.0)})
    return picture("JPEG", exif=exif, comment=b"SecretComment")


def png_that_unpacks_to(width: int, height: int) -> bytes:
    """A few bytes that say they are a picture of that size."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\x00" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def packed(parts: Mapping[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def word_parts(body: str = "<w:p/>", relations: str = "") -> dict[str, bytes | str]:
    return {
        "[Content_Types].xml": f'<Types xmlns="{_TYPES}"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_MAIN}.wordprocessingml.document.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_RELS}"><Relationship Id="rId1" Type="{_DOC}/officeDocument"'
        ' Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_RELS}">{relations}</Relationships>',
    }


def word(**more: Any) -> bytes:
    return packed(word_parts(**more))


def relation(kind: str, target: str, outside: bool = True) -> str:
    mode = ' TargetMode="External"' if outside else ""
    return f'<Relationship Id="rId9" Type="{_DOC}/{kind}" Target="{target}"{mode}/>'


def field(*runs: str) -> str:
    inner = "".join(f"<w:r><w:instrText>{run}</w:instrText></w:r>" for run in runs)
    return f"<w:p>{inner}</w:p>"


def excel_parts(cells: str = "<c r='A1'><v>1</v></c>") -> dict[str, bytes | str]:
    return {
        "[Content_Types].xml": f'<Types xmlns="{_TYPES}"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_MAIN}.spreadsheetml.sheet.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_RELS}"><Relationship Id="rId1" Type="{_DOC}/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_S}"><sheets/></workbook>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_S}"><sheetData><row r="1">{cells}</row></sheetData>'
        "</worksheet>",
        "xl/printerSettings/printerSettings1.bin": b"\x00\x01printer",
    }


def excel(**more: Any) -> bytes:
    return packed(excel_parts(**more))


HARMLESS = {
    "pdf": pdf,
    "docx": word,
    "xlsx": excel,
    "csv": lambda: b"name,points\nSam,-4.5\nAlex,+44 1632 960000\n",
    "txt": lambda: "A note.\nSecond line – with a dash.\n".encode(),
    "jpg": lambda: picture("JPEG"),
    "png": picture,
}
