"""Under whose rights the database works: one transaction, one role, and back again.

Only `SET LOCAL` is used (`set_config(.., true)`), so that a pooled connection never carries a scope to the next
borrower. It survives a released savepoint, so every scope puts back what it found.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection, transaction

from iom.access.actor import Actor

Setting = tuple[str, str, str, str]
_READ = (
    "SELECT current_setting('role'), coalesce(current_setting('app.user_id', true), ''),"
    " coalesce(current_setting('app.membership_id', true), ''), coalesce(current_setting('app.owner_scope', true), '')"
)
_WRITE = (
    "SELECT set_config('app.user_id', %s, true), set_config('app.membership_id', %s, true),"
    " set_config('app.owner_scope', %s, true), set_config('role', %s, true)"
)
_BEGIN = f"{_WRITE}, set_config('app.request_id', %s, true)"


def current() -> Setting:
    """The database role and settings in force: role, user id, membership id, owner scope."""
    with connection.cursor() as cursor:
        cursor.execute(_READ)
        role, user_id, membership_id, owner_scope = cursor.fetchone()
    return role, user_id, membership_id, owner_scope


def put(role: str, user_id: str = "", membership_id: str = "", owner_scope: str = "") -> None:
    """Set role and settings until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [user_id, membership_id, owner_scope, role])


def begin(role: str, request_id: UUID) -> None:
    """The same at the start of a request; the trigger that writes down changes is told which request it serves."""
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN, ["", "", "", role, str(request_id)])


def put_actor(actor: Actor) -> None:
    """Take on an actor's class role until the transaction ends."""
    put(f"iom_{actor.db_class.value}", str(actor.user_id or ""), str(actor.membership_id or ""))


@contextmanager
def _scope(role: str, user_id: str = "", membership_id: str = "", owner_scope: str = "") -> Iterator[None]:
    with transaction.atomic():
        before = current()
        put(role, user_id, membership_id, owner_scope)
        yield
        if not connection.needs_rollback:
            put(*before)


@contextmanager
def as_actor(actor: Actor) -> Iterator[None]:
    """Work with exactly the rights and the reach of this person."""
    with _scope(f"iom_{actor.db_class.value}", str(actor.user_id or ""), str(actor.membership_id or "")):
        yield


@contextmanager
def as_service() -> Iterator[None]:
    """Work for the system: background tasks and management commands."""
    with _scope("iom_service"):
        yield


@contextmanager
def as_owner() -> Iterator[None]:
    """Work as the owner of the tables, past the row policies: test factories, the demo and data migrations only."""
    with _scope("iom_owner", owner_scope="on"):
        yield
