"""Numbers that a deployment may set, within what the product allows at most."""

import os

from django.core.exceptions import ImproperlyConfigured


def limited(name: str, default: int, *, most: int) -> int:
    """The whole number in the environment under this name, from 1 to `most`; nothing starts with another."""
    said = os.environ.get(name, str(default))
    if not said.isdecimal() or not 1 <= int(said) <= most:
        raise ImproperlyConfigured(f"{name} must be a whole number from 1 to {most}.")
    return int(said)
