"""WeasyPrint's part of a report: from HTML and style sheets to a tagged PDF; loaded when the first report is made."""

from collections.abc import Sequence
from typing import Any

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from reports.pdf import BASE_URL, VARIANT, OutsideAddress, fetched_file


def lay_out(html: str, sheets: Sequence[str]) -> bytes:
    """The pages; OutsideAddress when the HTML or a sheet asks for anything but a static file of the product."""
    fetcher, fonts = StaticFilesOnly(), FontConfiguration()
    styles = [CSS(string=text, base_url=BASE_URL, font_config=fonts, url_fetcher=fetcher) for text in sheets]
    try:
        pages: bytes = HTML(string=html, base_url=BASE_URL, url_fetcher=fetcher).write_pdf(
            stylesheets=styles, font_config=fonts, pdf_variant=VARIANT, pdf_tags=True
        )
    except FatalURLFetchingError as fatal:  # not an Exception: it would take the worker with it
        raise OutsideAddress(str(fatal.__cause__)) from None
    return pages


class StaticFilesOnly(URLFetcher):  # type: ignore[misc]
    """Serves the product's static files by name; the network or any other file stops the report."""

    def __init__(self) -> None:
        super().__init__(fail_on_errors=True)

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        return URLFetcherResponse(url, fetched_file(url).open("rb"))
