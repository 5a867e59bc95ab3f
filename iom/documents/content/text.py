"""Plain text and CSV: readable characters and nothing that a program would take for something else."""

import csv
import io
import re
import unicodedata
from pathlib import Path

from iom.documents.content.kinds import Kind, Unsafe, not_what_it_says

_OTHER_BEGINNINGS = (
    *("%pdf", "<!doctype", "<html", "<script", "<?php", "<?xml", "<svg", "#!", "{\\rtf", "%!ps"),
    *("mime-version:", "pk\x03\x04", "mz\x90"),
)
_LONGEST_CELL = 1024**2
_CALLS = re.compile(r"[(|!]")


def make_safe(source: Path, target: Path, kind: Kind) -> list[str]:
    """Write the text as UTF-8; the notes say what was changed."""
    text, notes = _decoded(source.read_bytes(), kind)
    head = text[:1024].lower()
    if head.lstrip().startswith(_OTHER_BEGINNINGS) or "%pdf-" in head:
        raise not_what_it_says(kind)
    if any(unicodedata.category(c) == "Cc" and c not in "\t\n\r\f" for c in text):
        raise not_what_it_says(kind)
    if kind.extension == "csv":
        _refuse_formulas(text)
    target.write_text(text, encoding="utf-8", newline="")
    return notes


def _decoded(sent: bytes, kind: Kind) -> tuple[str, list[str]]:
    if not sent.strip():
        raise Unsafe("The file is empty.")
    try:
        if sent[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return sent.decode("utf-16"), ["The text was turned into UTF-8"]
        return sent.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        pass
    try:
        return sent.decode("cp1252"), ["The text was turned into UTF-8"]
    except UnicodeDecodeError as error:
        raise not_what_it_says(kind) from error


def _refuse_formulas(text: str) -> None:
    """A spreadsheet program would run a cell that begins like a formula, whichever mark parts the cells."""
    csv.field_size_limit(_LONGEST_CELL)
    for mark in (",", ";", "\t"):
        try:
            for line, row in enumerate(csv.reader(io.StringIO(text), delimiter=mark), start=1):
                if any(_is_formula(cell) for cell in row):
                    raise Unsafe(
                        f"Line {line} has a cell that a spreadsheet program would run as a formula."
                        " Turn formulas into values and try again."
                    )
        except csv.Error as error:
            raise Unsafe("The lines of the CSV file cannot be read. Save it as CSV again.") from error


def _is_formula(cell: str) -> bool:
    begins = cell.lstrip("\t\r\n \"'")[:1] if cell[:1] in '\t\r\n "' else cell[:1]
    if begins == "=":
        return len(cell.strip()) > 1 and not set(cell.strip()) <= {"=", " ", "-"}
    return begins in {"+", "-", "@"} and bool(_CALLS.search(cell))
