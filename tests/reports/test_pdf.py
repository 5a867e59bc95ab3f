"""The PDF that an auditor keeps: tagged, marked, numbered, and closed to everything outside."""

import io
from datetime import UTC, datetime
from typing import Any

import pikepdf
import pypdf
import pytest
from django.utils.safestring import mark_safe

from iom.kernel.charts import bar_chart
from reports.pdf import OutsideAddress, css_string, render_pdf

MADE_AT = datetime(2026, 6, 30, 2, 49, tzinfo=UTC)


def report(rows: int = 3, title: str = "Compliance: North", **context: Any) -> bytes:
    return render_pdf(
        "reports/components.html",
        {
            "chart_title": "Deadlines by district",
            "chart": bar_chart("Deadlines by district", ["North", "South"], [3, 5]),
            "heads": ("District", "Met"),
            "rows": [(f"District {i}", i) for i in range(rows)],
            **context,
        },
        title=title,
        made_by="Sgt Amy Patel",
        made_at=MADE_AT,
        anchor="Audit seal 12",
    )


@pytest.fixture(scope="module")
def long_report() -> bytes:
    return report(rows=120)


@pytest.fixture(scope="module")
def pages(long_report: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(long_report)).pages]


def elements(node: Any, kind: str) -> list[Any]:
    kids = node.get("/K", [])
    found = []
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            found += [kid] if f"/{kind}" == kid.S else []
            found += elements(kid, kind)
    return found


def test_every_page_carries_title_marking_number_and_maker(pages):
    assert len(pages) > 2
    for number, text in enumerate(pages, 1):
        assert text.count("OFFICIAL-SENSITIVE") >= 2
        assert f"Page {number} of {len(pages)}" in text
        assert "Compliance: North" in text
        assert "Made by Sgt Amy Patel on 30 June 2026 at 3:49am" in text


def test_the_head_of_a_long_table_is_repeated_on_each_page(pages):
    assert all("District Met" in " ".join(text.split()) for text in pages)


def test_it_is_tagged_titled_and_in_english(long_report):
    with pikepdf.open(io.BytesIO(long_report)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang).startswith("en")
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert str(pdf.docinfo["/Title"]) == "Compliance: North"
        assert elements(pdf.Root.StructTreeRoot, "H1")


def test_it_says_that_it_is_pdf_a_3a_and_pdf_ua_1_in_readable_metadata(long_report):
    with pikepdf.open(io.BytesIO(long_report)) as pdf:
        assert "/Filter" not in pdf.Root.Metadata
        metadata = pdf.Root.Metadata.read_raw_bytes().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert 'pdfaid:part="3"' in metadata or "<pdfaid:part>3</pdfaid:part>" in metadata
    assert 'pdfaid:conformance="A"' in metadata or "<pdfaid:conformance>A</pdfaid:conformance>" in metadata


def test_every_table_head_says_whether_it_heads_a_row_or_a_column(long_report):
    with pikepdf.open(io.BytesIO(long_report)) as pdf:
        heads = elements(pdf.Root.StructTreeRoot, "TH")
        scopes = [[str(a.Scope) for a in head.A if "/Scope" in a] for head in heads]
        pages_with_heads = len(pdf.pages)
    assert scopes.count(["/Row"]) == 122
    assert scopes.count(["/Column"]) == 2 * pages_with_heads
    assert len(scopes) == 122 + 2 * pages_with_heads


def test_a_chart_is_a_figure_with_words(long_report):
    with pikepdf.open(io.BytesIO(long_report)) as pdf:
        figures = elements(pdf.Root.StructTreeRoot, "Figure")
        assert [str(figure.Alt) for figure in figures] == ["Deadlines by district"]


def test_all_fonts_are_in_the_file(long_report):
    reader = pypdf.PdfReader(io.BytesIO(long_report))
    names = {
        str(font.get_object()["/BaseFont"])
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert names
    assert all("Arimo" in name for name in names), names


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/x.png",
        "http://127.0.0.1:8000/",
        "file:///etc/passwd",
        "../../../etc/passwd",
        "data:image/png;base64,AAAA",
        "//example.org/x.png",
    ],
)
def test_a_report_that_would_fetch_from_outside_is_refused(address):
    with pytest.raises(OutsideAddress):
        report(extra=mark_safe(f'<img alt="x" src="{address}">'))


def test_words_that_people_typed_are_words_and_fetch_nothing():
    text = '<img src="https://example.org/x.png"> } @page { @top-left { content: "x" } } \\ "'

    made = report(title=text, extra=text)

    first = pypdf.PdfReader(io.BytesIO(made)).pages[0].extract_text()
    assert "OFFICIAL-SENSITIVE" in first
    assert "https://example.org/x.png" in first


def test_the_same_report_of_the_same_moment_is_the_same_file():
    assert report() == report()


@pytest.mark.parametrize("text", ['a"b', "a\\b", "a\nb", "Łódź é", "}"])
def test_any_text_is_one_css_string(text):
    inside = css_string(text)[1:-1]

    assert '"' not in inside
    assert "\n" not in inside
    assert "}" not in inside
