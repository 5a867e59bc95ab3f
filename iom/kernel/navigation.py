"""The menu: each app registers its items, and a role sees those that it has a use for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.module_loading import import_string

from iom.kernel.together import Number

BESIDE = 90
"""Items from this order on are not part of the daily menu."""

Address = Callable[[HttpRequest], str]
Count = Callable[[HttpRequest], Number]


@dataclass(frozen=True)
class NavItem:
    """One place in the menu: for roles with `power` (everybody when None), from left to right by `order`.

    `url_name` is the name of an address without arguments, or a function of the request where it depends on the
    actor; an empty address leaves the item out. `count` asks how many things wait there for the actor. Either
    function may be given as a dotted path, since `ready()` comes before models can be imported.
    """

    label: str
    url_name: str | Address
    power: str | None = None
    order: int = 50
    count: Count | str | None = None


@dataclass(frozen=True)
class ShownItem:
    """An item as one page shows it."""

    label: str
    url: str
    current: bool
    count: int
    order: int


_items: list[NavItem] = []


def register_nav_item(item: NavItem) -> None:
    """Add an item once; called from an app's `ready()`."""
    if item not in _items:
        _items.append(item)


def items_for(request: HttpRequest) -> list[NavItem]:
    """The items that the actor's role has a use for, from left to right."""
    actor = request.actor  # type: ignore[attr-defined]
    items = [item for item in _items if item.power is None or actor.may(item.power)]
    return sorted(items, key=lambda item: (item.order, item.label))


def counts_for(request: HttpRequest) -> dict[str, Number]:
    """What waits at the items, by their label: the numbers that the frame asks for."""
    return {item.label: number_of(item.count)(request) for item in items_for(request) if item.count}


def nav_for(request: HttpRequest, counts: Mapping[str, Number]) -> list[ShownItem]:
    """The items for the actor's role, the one whose address leads most closely to this page marked as current."""
    addressed = [(item, address_of(item, request)) for item in items_for(request)]
    addressed = [(item, url) for item, url in addressed if url]
    current = closest([url for _, url in addressed], request.path)
    return [
        ShownItem(item.label, url, url == current, counts[item.label].value if item.count else 0, item.order)
        for item, url in addressed
    ]


def address_of(item: NavItem, request: HttpRequest) -> str:
    """Where the item leads for this actor; a dotted path names a function, a colon the name of an address."""
    if callable(item.url_name):
        return item.url_name(request)
    if "." in item.url_name:
        return str(import_string(item.url_name)(request))
    return reverse(item.url_name)


def number_of(count: Count | str) -> Count:
    found: Count = import_string(count) if isinstance(count, str) else count
    return found


def closest(urls: list[str], path: str) -> str:
    """The longest address that this page lies under; the first page leads to nothing but itself."""
    fits = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
    return max(fits, key=len, default="")


def navigation(request: HttpRequest, counts: Mapping[str, Number]) -> dict[str, Any]:
    """The frame's `nav`, the daily places, and `nav_beside`, the others, which stand beside the reader's name."""
    items = nav_for(request, counts)
    return {
        "nav": [i for i in items if i.order < BESIDE],
        "nav_beside": [i for i in items if i.order >= BESIDE],
    }
