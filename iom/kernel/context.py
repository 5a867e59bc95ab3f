"""What the frame around every page needs; apps add to it through `iom.kernel.frame`."""

from typing import Any

from django.http import HttpRequest

from iom.kernel.frame import frame_parts
from iom.kernel.reads import naming_nobody


def page_frame(request: HttpRequest) -> dict[str, Any]:
    """The values of every registered part of the frame; nothing for a visitor who has not signed in."""
    if getattr(request, "actor", None) is None:
        return {}
    values: dict[str, Any] = {"actor": request.actor}  # type: ignore[attr-defined]
    with naming_nobody("counts and dates of the frame"):
        for part in frame_parts():
            values.update(part(request))
    return values
