"""The published formats are those that the import checks by (INT-1)."""

from pathlib import Path

from iom.feeds.formats import as_markdown

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "feeds.md"


def test_the_document_shows_the_formats_as_they_are() -> None:
    assert as_markdown().strip() in DOCUMENT.read_text(encoding="utf-8")
