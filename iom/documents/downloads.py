"""How a file leaves the product: as an attachment and never as a page (SHR-5)."""

from django.http import FileResponse

from iom.documents.services import Opened

_CLOSED = "default-src 'none'; sandbox; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


def sent_as_file(opened: Opened) -> FileResponse:
    """An answer that no browser shows, sniffs, keeps or runs."""
    kind = opened.media_type
    response = FileResponse(
        opened.stream,
        as_attachment=True,
        filename=opened.name,
        content_type=f"{kind}; charset=utf-8" if kind.startswith("text/") else kind,
    )
    response.headers["Content-Security-Policy"] = _CLOSED
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
