"""What the frame around every page needs; apps add to it through `iom.kernel.frame`."""

from typing import Any

from django.http import HttpRequest

from iom.kernel.frame import frame_parts
from iom.kernel.reads import naming_nobody
from iom.kernel.together import read_together


def page_frame(request: HttpRequest) -> dict[str, Any]:
    """The values of every registered part of the frame, read in one; nothing for who has not signed in."""
    if getattr(request, "actor", None) is None:
        return {}
    values: dict[str, Any] = {"actor": request.actor}  # type: ignore[attr-defined]
    with naming_nobody("counts and dates of the frame"):
        parts = [(part, part.asks(request)) for part in frame_parts()]
        read_together(*(one for _, asked in parts for one in asked.values()))
        for part, asked in parts:
            values.update(part.show(request, asked))
    return values
