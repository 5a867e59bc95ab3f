"""What is taken, what is refused, and what is left of a file (SHR-5)."""

import io
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from iom.documents.content.checking import make_safe
from iom.documents.content.guard import NOT_CHECKED, made_safe, stamped
from iom.documents.content.kinds import KINDS, Unsafe
from tests.documents import files


def cleaned(tmp_path: Path, name: str, content: bytes) -> tuple[bytes, list[str]]:
    source, target = tmp_path / "sent", tmp_path / "kept"
    source.write_bytes(content)
    target.unlink(missing_ok=True)
    _, notes = make_safe(source, target, name)
    return target.read_bytes(), notes


def refused(tmp_path: Path, name: str, content: bytes) -> str:
    with pytest.raises(Unsafe) as found:
        cleaned(tmp_path, name, content)
    return found.value.sentence


@pytest.mark.parametrize("extension", files.HARMLESS)
def test_a_harmless_file_of_each_kind_is_taken(tmp_path: Path, extension: str) -> None:
    kept, notes = cleaned(tmp_path, f"a.{extension.upper()}", files.HARMLESS[extension]())

    assert kept
    assert notes == []


@pytest.mark.parametrize("claimed", sorted(set(KINDS) - {"jpeg"}))
@pytest.mark.parametrize("real", files.HARMLESS)
def test_a_file_that_is_not_what_its_name_says_is_refused(tmp_path: Path, claimed: str, real: str) -> None:
    if claimed == real or {claimed, real} == {"csv", "txt"}:
        return
    assert "although its name says so" in refused(tmp_path, f"a.{claimed}", files.HARMLESS[real]())


@pytest.mark.parametrize(
    "name",
    ["a.exe", "a", "a.pdf.exe", ".pdf.js", "a.docm", "a.heic", "a.svg", "a.html", "a.zip", "a.pdf ", ""],
)
def test_a_name_of_another_kind_is_refused(tmp_path: Path, name: str) -> None:
    if name == "a.pdf ":
        assert cleaned(tmp_path, name, files.pdf())
    else:
        assert "not taken" in refused(tmp_path, name, files.pdf())


def test_a_pdf_loses_everything_that_acts_and_says_so(tmp_path: Path) -> None:
    kept, notes = cleaned(tmp_path, "a.pdf", files.pdf_that_acts())

    with pikepdf.open(io.BytesIO(kept)) as pdf:
        text = b"".join(_told(thing) for thing in pdf.objects) + pdf.Root.unparse()
        links = [str(a.A.URI) for a in pdf.pages[0].Annots if "/A" in a and "/URI" in a.A]
        assert len(pdf.pages) == 1
        assert pdf.attachments == {}
        assert "/Info" not in pdf.trailer
    for word in (
        b"JavaScript",
        b"/JS",
        b"Launch",
        b"cmd.exe",
        b"SubmitForm",
        b"MZ hidden",
        b"/XFA",
        b"passwd",
    ):
        assert word not in text + kept, word
    assert links == ["https://example.org/"]
    assert "Scripts were removed" in notes
    assert "Files inside the document were removed" in notes
    assert "Who made the document, and with what, was removed" in notes


def _told(thing: pikepdf.Object) -> bytes:
    if isinstance(thing, pikepdf.Stream):
        return thing.unparse() + thing.read_bytes()
    return thing.unparse() if hasattr(thing, "unparse") else b""


def test_what_stands_before_or_after_a_pdf_is_not_kept(tmp_path: Path) -> None:
    after = files.pdf() + b"\n<script>alert(1)</script>PK\x03\x04"

    kept, _ = cleaned(tmp_path, "a.pdf", after)

    assert b"script" not in kept
    assert "although" in refused(tmp_path, "a.pdf", b"<html>" + files.pdf())
    assert "although" in refused(tmp_path, "a.pdf", b"GIF89a" + files.pdf())


def test_a_locked_pdf_cannot_be_checked(tmp_path: Path) -> None:
    locked = files.pdf(encryption=pikepdf.Encryption(owner="o", user="u"))

    assert "password" in refused(tmp_path, "a.pdf", locked)


def test_pictures_lose_place_camera_and_comments_and_stand_upright(tmp_path: Path) -> None:
    sent = files.picture_with_a_place()
    assert b"SecretCamera" in sent

    kept, notes = cleaned(tmp_path, "a.jpg", sent)

    assert b"Secret" not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert not image.getexif()
        assert image.size == (8, 12)
    assert notes == [
        "The place where the picture was taken was removed",
        "The camera's data were removed",
    ]


@pytest.mark.parametrize("kind", ["png", "jpg"])
def test_what_hangs_behind_a_picture_is_not_kept(tmp_path: Path, kind: str) -> None:
    sent = files.HARMLESS[kind]() + b"<?php system($_GET[1]); ?>" + files.packed({"a.txt": "inner"})

    kept, _ = cleaned(tmp_path, f"a.{kind}", sent)

    assert b"php" not in kept
    assert not zipfile.is_zipfile(io.BytesIO(kept))


def test_a_picture_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    assert "pixels" in refused(tmp_path, "a.png", files.png_that_unpacks_to(60_000, 60_000))
    assert "pixels" in refused(tmp_path, "a.png", files.png_that_unpacks_to(8_000, 8_000))


def test_a_moving_picture_is_refused(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (4, 4), c) for c in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])

    assert refused(tmp_path, "a.png", out.getvalue())


def office(change: dict[str, bytes | str], kind: str = "docx") -> bytes:
    base = files.word_parts() if kind == "docx" else files.excel_parts()
    return files.packed(base | change)


_BAD_WORD: dict[str, tuple[bytes, str]] = {
    "macros": (office({"word/vbaProject.bin": b"\xd0\xcf"}), "macros"),
    "hidden macros": (office({"word/VBAPROJECT.xml": "<a/>"}), "macros"),
    "controls": (office({"word/activeX/activeX1.xml": "<a/>"}), "macros"),
    "an inner file": (office({"word/embeddings/sheet.xlsx": b"PK"}), "other files"),
    "an unknown part": (office({"word/media/a.wmf": b"x"}), "cannot be checked"),
    "a way out": (office({"../../etc/cron.d/x.xml": "<a/>"}), "cannot be checked"),
    "an absolute path": (office({"/etc/x.xml": "<a/>"}), "cannot be checked"),
    "a doctype": (office({"word/a.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "cannot be checked"),
    "a doctype in other letters": (
        office({"word/a.xml": '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><a/>'.encode("utf-16")}),
        "cannot be checked",
    ),
    "a template": (
        files.word(relations=files.relation("attachedTemplate", "http://x/a.dotm")),
        "other files",
    ),
    "a picture from outside": (files.word(relations=files.relation("image", "http://x/a.png")), "outside"),
    "a link to a share": (files.word(relations=files.relation("hyperlink", r"file://x/share")), "outside"),
    "a field": (files.word(body=files.field(" DDEAUTO c:\\cmd.exe ")), "outside"),
    "a field in small letters": (files.word(body=files.field(" ddeauto c:\\cmd.exe ")), "outside"),
    "a link of the old kind in small letters": (
        files.word(body=files.field(" Link Excel.Sheet.8 ")),
        "outside",
    ),
    "a field in pieces": (files.word(body=files.field("DD", "EAUTO", " cmd")), "outside"),
    "a macro type": (
        files.packed(
            {
                name: content.replace("document.main", "document.macroEnabled.main")
                if isinstance(content, str)
                else content
                for name, content in files.word_parts().items()
            }
        ),
        "macros",
    ),
}


@pytest.mark.parametrize("what", _BAD_WORD)
def test_a_word_file_that_can_run_or_fetch_is_refused(tmp_path: Path, what: str) -> None:
    content, says = _BAD_WORD[what]

    assert says in refused(tmp_path, "a.docx", content)


_BAD_EXCEL = {
    "an outside workbook": office({"xl/externalLinks/externalLink1.xml": "<a/>"}, "xlsx"),
    "an old macro sheet": office({"xl/macrosheets/sheet1.xml": "<a/>"}, "xlsx"),
    "a fetching formula": files.excel(cells="<c r='A1'><f>WEBSERVICE(\"http://x\")</f></c>"),
    "a started program": files.excel(cells="<c r='A1'><f>cmd|'/c calc'!A0</f></c>"),
    "binary data": office({"xl/sheet.bin": b"x"}, "xlsx"),
}


@pytest.mark.parametrize("what", _BAD_EXCEL)
def test_an_excel_file_that_can_run_or_fetch_is_refused(tmp_path: Path, what: str) -> None:
    assert refused(tmp_path, "a.xlsx", _BAD_EXCEL[what])


def test_words_that_only_name_a_field_are_fine(tmp_path: Path) -> None:
    address = ' HYPERLINK "https://www.gov.uk/import/database-link" '

    assert cleaned(tmp_path, "a.docx", files.word(body=files.field(address)))


def test_an_ordinary_link_and_formula_are_fine(tmp_path: Path) -> None:
    link = files.relation("hyperlink", "https://www.gov.uk/")

    assert cleaned(tmp_path, "a.docx", files.word(relations=link))
    assert cleaned(tmp_path, "a.xlsx", files.excel(cells="<c r='A1'><f>SUM(A2:A9)</f></c>"))


def test_archives_that_unpack_to_far_more_are_refused(tmp_path: Path) -> None:
    bomb = office({"word/media/a.png": b"\x00" * (60 * 1024**2)})
    assert len(bomb) < 200_000

    assert "too large" in refused(tmp_path, "a.docx", bomb)
    many = office({f"word/p{n}.xml": "<a/>" for n in range(4_100)})
    assert "too large" in refused(tmp_path, "a.docx", many)


def test_a_directory_that_lies_about_sizes_is_not_believed(tmp_path: Path) -> None:
    sent = bytearray(office({"word/media/a.png": b"\x00" * (3 * 1024**2)}))
    at = sent.rindex(b"PK\x01\x02", 0, sent.rindex(b"word/media/a.png"))
    sent[at + 24 : at + 28] = (10).to_bytes(4, "little")

    assert refused(tmp_path, "a.docx", bytes(sent))


def test_an_archive_with_something_before_or_behind_it_is_refused(tmp_path: Path) -> None:
    for sent in (
        b"PK\x03\x04 something else first" + files.word(),
        b"%PDF-1.7\n" + files.word(),
        files.word() + b"%PDF-1.7 %%EOF trailing",
        files.pdf() + files.word(),
    ):
        assert refused(tmp_path, "a.docx", sent)


_CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>Secret Author</dc:creator></cp:coreProperties>'
)
_APP = (
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Company>Secret Company</Company></Properties>"
)


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_an_office_file_does_not_say_who_made_it(tmp_path: Path, kind: str) -> None:
    sent = office({"docProps/core.xml": _CORE, "docProps/app.xml": _APP}, kind)

    kept, notes = cleaned(tmp_path, f"a.{kind}", sent)

    with zipfile.ZipFile(io.BytesIO(kept)) as packed:
        everything = b"".join(packed.read(name) for name in packed.namelist())
        assert "docProps/core.xml" in packed.namelist()
    assert b"Secret" not in everything
    assert notes == ["Who made the document, and with what, was removed"]


def test_a_picture_inside_a_word_file_does_not_say_where_it_was_taken(tmp_path: Path) -> None:
    plain = files.picture()
    sent = office({"word/media/a.jpeg": files.picture_with_a_place(), "word/media/b.png": plain})

    kept, notes = cleaned(tmp_path, "a.docx", sent)

    with zipfile.ZipFile(io.BytesIO(kept)) as packed:
        picture = packed.read("word/media/a.jpeg")
        assert packed.read("word/media/b.png") == plain
    assert b"Secret" not in picture
    assert not Image.open(io.BytesIO(picture)).getexif()
    assert "The place where the picture was taken was removed" in notes


def test_what_only_claims_to_be_a_picture_inside_a_word_file_is_refused(tmp_path: Path) -> None:
    assert "cannot be checked" in refused(tmp_path, "a.docx", office({"word/media/a.png": b"MZ program"}))


def test_the_parts_are_packed_anew(tmp_path: Path) -> None:
    kept, _ = cleaned(tmp_path, "a.docx", files.word())

    with zipfile.ZipFile(io.BytesIO(kept)) as packed:
        assert packed.namelist() == list(files.word_parts())
        assert {part.date_time for part in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize(
    "cell", ["=1+1", "=cmd|'/c calc'!A0", "@SUM(1)", "+cmd|x", "-2+3+cmd|x!A0", '"=HYPERLINK(""x"")"', "\t=1"]
)
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_cell_that_would_run_is_refused(tmp_path: Path, cell: str, mark: str) -> None:
    assert "formula" in refused(tmp_path, "a.csv", f"a{mark}b\nx{mark}{cell}\n".encode())


@pytest.mark.parametrize("text", ["-5", "+44 1632 960000", "====", "a=b", "x@example.org", "- no change"])
def test_an_ordinary_cell_is_fine(tmp_path: Path, text: str) -> None:
    assert cleaned(tmp_path, "a.csv", f"a,b\nx,{text}\n".encode())


def test_text_is_kept_as_utf_8(tmp_path: Path) -> None:
    assert cleaned(tmp_path, "a.txt", "café".encode("cp1252")) == (
        "café".encode(),
        ["The text was turned into UTF-8"],
    )
    assert cleaned(tmp_path, "a.txt", "\ufeffcafé".encode()) == ("café".encode(), [])
    assert cleaned(tmp_path, "a.txt", "café".encode("utf-16"))[0] == "café".encode()
    assert "empty" in refused(tmp_path, "a.txt", b"  \n")
    assert refused(tmp_path, "a.txt", b"a\x00b")
    assert refused(tmp_path, "a.txt", b"\n  <HTML><script>alert(1)</script>")
    assert refused(tmp_path, "a.txt", b"note\n%PDF-1.4 1 0 obj")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_bytes_whatever_do_more_than_be_refused(tmp_path: Path, data: st.DataObject) -> None:
    """Begun like a real file, then spoilt: either taken and readable as its kind, or refused with a sentence."""
    extension = data.draw(st.sampled_from(sorted(files.HARMLESS)))
    good = bytearray(files.HARMLESS[extension]())
    for _ in range(data.draw(st.integers(0, 6))):
        at = data.draw(st.integers(0, len(good) - 1))
        good[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(1, len(good)))
    tail = data.draw(st.binary(max_size=40))

    with suppress(Unsafe):
        kept, _ = cleaned(tmp_path, f"a.{extension}", bytes(good[:cut]) + tail)
        again, _ = whole(cleaned, tmp_path, f"a.{extension}", kept)
        assert again


def whole(act: Any, *given: Any) -> Any:
    """What was taken once is taken again."""
    try:
        return act(*given)
    except Unsafe as unsafe:
        raise AssertionError("kept, and yet not safe") from unsafe


def test_the_checking_process_answers_and_a_file_that_breaks_it_is_refused(tmp_path: Path) -> None:
    source, target = tmp_path / "a", tmp_path / "b"
    source.write_bytes(files.pdf_that_acts())

    found = made_safe(source, target, "Report.PDF")

    assert (found.extension, found.media_type) == ("pdf", "application/pdf")
    assert "Scripts were removed" in found.notes
    assert target.read_bytes().startswith(b"%PDF")
    source.write_bytes(pdf_with_a_bomb())
    with pytest.raises(Unsafe) as refusal:
        made_safe(source, target, "bomb.pdf")
    assert refusal.value.sentence
    source.unlink()
    with pytest.raises(Unsafe) as broken:
        made_safe(source, target, "gone.pdf")
    assert broken.value.sentence == NOT_CHECKED


def pdf_with_a_bomb() -> bytes:
    """Objects packed a thousand times smaller than they are: only memory could hold them."""

    def change(made: pikepdf.Pdf) -> None:
        made.Root.Much = made.make_indirect(pikepdf.Array([pikepdf.String("A" * 1000) for _ in range(10)]))

    small = files.pdf(change, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return small[: len(small) // 2]


def test_the_line_at_the_foot_is_on_every_page(tmp_path: Path) -> None:
    source, target = tmp_path / "a.pdf", tmp_path / "b.pdf"
    source.write_bytes(files.pdf(pages=3))

    stamped(source, target, ["OFFICIAL-SENSITIVE", "Taken by José (Probation) at 3pm"])

    with pikepdf.open(target) as pdf:
        assert len(pdf.pages) == 3
        for page in pdf.pages:
            drawn = b"".join(form.read_bytes() for form in page.Resources.XObject.values())
            assert b"(OFFICIAL-SENSITIVE) Tj" in drawn
            assert "José \\(Probation\\)".encode("cp1252") in drawn
