"""Where a request comes from, as far as the proxies in front can be believed."""

import ipaddress
import re

from django.conf import settings
from django.http import HttpRequest

_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def address_of(request: HttpRequest) -> str | None:
    """The address of the visitor: what the outermost of our own proxies saw, never what a visitor claims."""
    found = request.META.get("REMOTE_ADDR", "")
    if settings.PROXIES_IN_FRONT:
        seen = [
            part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()
        ]
        if len(seen) >= settings.PROXIES_IN_FRONT:
            found = seen[-settings.PROXIES_IN_FRONT]
    try:
        return str(ipaddress.ip_address(found))
    except ValueError:
        return None


def browser_of(request: HttpRequest) -> str:
    """The browser and system in two words, for the person's own list of sign-ins."""
    agent = request.META.get("HTTP_USER_AGENT", "")
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if re.search(mark, agent)), "")
    return " on ".join(part for part in (browser, system) if part) or "Unknown browser"
