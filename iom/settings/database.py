"""A database address, as one line, turned into Django's settings."""

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

# What libpq is told of TLS and of the server's proof of itself.
TRANSPORT = ("sslmode", "sslrootcert", "sslcert", "sslkey", "channel_binding", "gssencmode")


def database_from_url(url: str, *, application_name: str = "iom") -> dict[str, Any]:
    """Read `postgresql://login:password@host:port/name?host=/socket/folder&sslmode=verify-full`; "" gives an empty one.

    ValueError for an option that is not known: one that was left out silently would leave the line in the clear.
    """
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    if unknown := set(query) - {"host", "port", *TRANSPORT}:
        raise ValueError(
            f"The database's address has options that are not known: {', '.join(sorted(unknown))}."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", [unquote(parts.hostname or "")])[0],
        "PORT": query.get("port", [str(parts.port or "")])[0],
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "application_name": application_name,
            **{name: query[name][0] for name in TRANSPORT if name in query},
        },
    }
