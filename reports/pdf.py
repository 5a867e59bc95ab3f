"""A report as a PDF that everyone can read and that can be kept: tagged, PDF/A-3a and PDF/UA-1, marked on each page.

About 0.2 seconds and 5 MiB a page: up to some ten pages in a request, more in a background task.
"""

import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pikepdf
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from iom.audit.anchors import last_anchor
from iom.kernel.late import late
from iom.kernel.wording import datetime_uk

MARKING = "OFFICIAL-SENSITIVE"
STATIC_HOST = "static.invalid"
BASE_URL = f"https://{STATIC_HOST}/iom/"
VARIANT = "pdf/a-3a"


def render_pdf(
    template: str,
    context: dict[str, Any],
    *,
    title: str,
    made_by: str,
    made_at: datetime,
    marking: str = MARKING,
    anchor: str | None = None,
) -> bytes:
    """Lay out a template that extends `reports/base.html`; the same context and moment give the same bytes.

    Every report carries the anchor of the audit's last seal, unless it is given another.
    """
    if anchor is None:
        last = last_anchor()
        anchor = last.text if last else ""
    frame = {"title": title, "made_by": made_by, "made_at": made_at, "marking": marking, "anchor": anchor}
    html = render_to_string(template, {**context, **frame})
    sheets = (static_file("iom/print.css").read_text(), margin_boxes(title, made_by, made_at, marking))
    # WeasyPrint takes 30 MB, which a worker that scores or a page that makes no report should not pay for.
    laid_out: bytes = late("reports.layout").lay_out(html, sheets)
    return finish(laid_out)


# What a report may fetch


class OutsideAddress(Exception):
    """A report asked for something that is not one of the product's own static files."""


def fetched_file(url: str) -> Path:
    """The file behind an address that a report may fetch; anything else, the network above all, stops the report."""
    parts = urlsplit(url)
    if (parts.scheme, parts.netloc) != ("https", STATIC_HOST):
        raise OutsideAddress(f"A report may not fetch {url[:100]}")
    return static_file(unquote(parts.path))


def static_file(path: str) -> Path:
    found = finders.find(path.lstrip("/"))
    if not found:
        raise OutsideAddress(f"There is no static file {path[:100]}. Run: python -m iom.assets")
    return Path(str(found))


# The running head and foot


def margin_boxes(title: str, made_by: str, made_at: datetime, marking: str) -> str:
    """What stands on every page, outside the reading order: title, marking, page number, who made it and when."""
    made = css_string(f"Made by {made_by} on {datetime_uk(made_at)}")
    return f"""@page {{
        @top-left {{ content: {css_string(title)} }}
        @top-right {{ content: {css_string(marking)} }}
        @bottom-left {{ content: {made} }}
        @bottom-center {{ content: {css_string(marking)} }}
        @bottom-right {{ content: "Page " counter(page) " of " counter(pages) }}
    }}"""


def css_string(text: str) -> str:
    """Any text as a CSS string that cannot end early."""
    return (
        '"'
        + "".join(c if c.isascii() and (c.isalnum() or c == " ") else f"\\{ord(c):x} " for c in text)
        + '"'
    )


# What WeasyPrint leaves out


UA_METADATA = """<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""


def finish(laid_out: bytes) -> bytes:
    """Add what PDF/UA asks for besides: the scope of table heads, its own mark, the title in the window."""
    with pikepdf.open(io.BytesIO(laid_out)) as pdf:
        for head, column in table_heads(pdf.Root.StructTreeRoot, in_thead=False):
            set_scope(head, "/Column" if column else "/Row")
        preferences = pdf.Root.get("/ViewerPreferences", pikepdf.Dictionary())
        preferences["/DisplayDocTitle"] = True
        pdf.Root.ViewerPreferences = preferences
        metadata = pdf.Root.Metadata.read_bytes().decode()
        if "pdfuaid:part" not in metadata:
            metadata = metadata.replace("</rdf:RDF>", UA_METADATA + "</rdf:RDF>")
        plain = pikepdf.Stream(pdf, metadata.encode())
        plain.Type, plain.Subtype = pikepdf.Name.Metadata, pikepdf.Name.XML
        pdf.Root.Metadata = pdf.make_indirect(plain)
        out = io.BytesIO()
        pdf.save(
            out,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            compress_streams=True,
            deterministic_id=True,
        )
        return out.getvalue()


def table_heads(element: Any, *, in_thead: bool) -> Iterator[tuple[Any, bool]]:
    """Every TH of the structure tree, and whether it heads a column."""
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if not isinstance(kid, pikepdf.Dictionary) or "/S" not in kid:
            continue
        if kid.S == "/TH":
            yield kid, in_thead
        yield from table_heads(kid, in_thead=in_thead or kid.S == "/THead")


def set_scope(head: Any, scope: str) -> None:
    """Put the scope into the cell's table attributes, beside those that are there."""
    given = head.get("/A", pikepdf.Array())
    attributes = list(given) if isinstance(given, pikepdf.Array) else [given]
    table = next((a for a in attributes if a.get("/O") == "/Table"), None)
    if table is None:
        table = pikepdf.Dictionary(O=pikepdf.Name.Table)
        attributes.append(table)
    table["/Scope"] = pikepdf.Name(scope)
    head["/A"] = pikepdf.Array(attributes)
