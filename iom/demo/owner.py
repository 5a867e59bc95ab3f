"""The demo is written by the owner of the tables: the web login may not make users or agencies."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection, connections


@contextmanager
def owner_login() -> Iterator[None]:
    """Connect as the owner for a while; in tests the login is the owner's already."""
    if settings.IOM_ENV == "test":
        yield
        return
    connection.close()
    web = connection.settings_dict
    connection.settings_dict = {**connections["owner"].settings_dict}
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = web
