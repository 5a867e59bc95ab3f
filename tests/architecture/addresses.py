"""Every named address of the product, by walking the resolver."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Address:
    """A name, its route, the names of its arguments and the view behind it."""

    name: str
    route: str
    wanted: tuple[str, ...]
    view: Any


def addresses() -> list[Address]:
    """All pages. Files of the design system need no role; the API has tables of its own in `tests/api`."""
    return [one for one in _walk(get_resolver(), "", "") if not one.route.startswith(("static/", "api/"))]


def _walk(resolver: URLResolver, namespace: str, prefix: str) -> Iterator[Address]:
    for one in resolver.url_patterns:
        if isinstance(one, URLPattern):
            wanted = tuple(one.pattern.converters) or tuple(one.pattern.regex.groupindex)
            yield Address(f"{namespace}{one.name or ''}", f"{prefix}{one.pattern}", wanted, one.callback)
        else:
            inner = f"{namespace}{one.namespace}:" if one.namespace else namespace
            yield from _walk(one, inner, f"{prefix}{one.pattern}")
