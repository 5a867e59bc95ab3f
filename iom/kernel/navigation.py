"""The menu: each app registers its items, and a role sees those that it has a use for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

Address = Callable[[HttpRequest], str]
Count = Callable[[HttpRequest], int]


@dataclass(frozen=True)
class NavItem:
    """One place in the menu: for roles with `power` (everybody when None), from left to right by `order`.

    `url_name` is the name of an address without arguments, or a function of the request where it depends on the
    actor; an empty address leaves the item out. `count` is the number of things that wait there for the actor.
    """

    label: str
    url_name: str | Address
    power: str | None = None
    order: int = 50
    count: Count | None = None


@dataclass(frozen=True)
class ShownItem:
    """An item as one page shows it."""

    label: str
    url: str
    current: bool
    count: int


_items: list[NavItem] = []


def register_nav_item(item: NavItem) -> None:
    """Add an item once; called from an app's `ready()`."""
    if item not in _items:
        _items.append(item)


def nav_for(request: HttpRequest) -> list[ShownItem]:
    """The items for the actor's role, the one whose address leads most closely to this page marked as current."""
    actor = request.actor  # type: ignore[attr-defined]
    items = [item for item in _items if item.power is None or actor.may(item.power)]
    addressed = [
        (item, address_of(item, request)) for item in sorted(items, key=lambda item: (item.order, item.label))
    ]
    addressed = [(item, url) for item, url in addressed if url]
    current = closest([url for _, url in addressed], request.path)
    return [
        ShownItem(item.label, url, url == current, item.count(request) if item.count else 0)
        for item, url in addressed
    ]


def address_of(item: NavItem, request: HttpRequest) -> str:
    return item.url_name(request) if callable(item.url_name) else reverse(item.url_name)


def closest(urls: list[str], path: str) -> str:
    """The longest address that this page lies under; the first page leads to nothing but itself."""
    fits = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
    return max(fits, key=len, default="")


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The frame's `nav`."""
    return {"nav": nav_for(request)}
