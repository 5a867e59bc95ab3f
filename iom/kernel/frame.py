"""Parts of the page frame (navigation, counts, the age of the scores), registered by the apps that own them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from iom.kernel.together import Asked

Asks = Callable[[HttpRequest], Mapping[str, Asked]]


def nothing(request: HttpRequest) -> dict[str, Asked]:
    """What a part asks that knows its values already."""
    return {}


@dataclass(frozen=True)
class FramePart:
    """`show` gives the values of the part; what it needs from the database `asks` names, to be read in one."""

    show: Callable[[HttpRequest, Mapping[str, Any]], dict[str, Any]]
    asks: Asks = nothing


_parts: list[FramePart] = []


def register_frame_part(part: FramePart) -> None:
    """Add a part once; called from an app's `ready()`."""
    if part not in _parts:
        _parts.append(part)


def frame_parts() -> tuple[FramePart, ...]:
    return tuple(_parts)
