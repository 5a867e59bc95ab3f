"""Parts of the page frame (navigation, counts, the age of the scores), registered by the apps that own them."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

FramePart = Callable[[HttpRequest], dict[str, Any]]
_parts: list[FramePart] = []


def register_frame_part(part: FramePart) -> None:
    """Add a part once; called from an app's `ready()`."""
    if part not in _parts:
        _parts.append(part)


def frame_parts() -> tuple[FramePart, ...]:
    return tuple(_parts)
