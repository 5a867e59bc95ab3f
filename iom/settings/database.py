"""A database address, as one line, turned into Django's settings."""

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


def database_from_url(url: str, *, application_name: str = "iom") -> dict[str, Any]:
    """Read `postgresql://login:password@host:port/name?host=/socket/folder`; an empty text gives an empty setting."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", [unquote(parts.hostname or "")])[0],
        "PORT": query.get("port", [str(parts.port or "")])[0],
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"application_name": application_name},
    }
