"""A QR code as a picture inside the page: only presentation attributes, which the page's policy allows."""

import io

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_code(text: str) -> SafeString:
    """The code as SVG of 240 pixels; it says nothing that the page does not also say in letters."""
    out = io.BytesIO()
    made = segno.make(text, error="m")
    made.save(
        out,
        kind="svg",
        xmldecl=False,
        svgns=False,
        svgclass=None,
        lineclass=None,
        omitsize=True,
        title="QR code for your authenticator app",
        light="#ffffff",
    )
    drawn = out.getvalue().decode().replace("<svg", '<svg role="img" width="240" height="240"', 1)
    return mark_safe(drawn)  # noqa: S308  (drawn here, from no text of a visitor's but the username, as squares)
