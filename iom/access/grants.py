"""The acts on who sees one record: each is a function of the database that asks who may and writes it down (SHR-2).

What the database refuses comes back as the product's own `Forbidden`, `Refused` and `Invalid`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from psycopg import errors

from iom.access.rules import GrantBasis
from iom.kernel.errors import Forbidden, Invalid, Refused
from iom.kernel.reads import say

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Elsewhere:
    """What the whole force may know of a person of another district: enough to ask the right people."""

    person_id: int
    nominal_ref: str
    given_names: str
    family_name: str
    birth_year: int | None
    district: str
    is_managed: bool
    managing_unit: str | None
    contact_team: str | None
    contact_phone: str | None
    contact_email: str | None

    @property
    def full_name(self) -> str:
        return f"{self.given_names} {self.family_name}".strip()


def _as_said(act: Callable[P, R]) -> Callable[P, R]:
    """The answers of the database in the product's own words; a refusal leaves the transaction usable."""

    @wraps(act)
    def inner(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            with transaction.atomic():
                answer = act(*args, **kwargs)
            say()  # the act is written by the database, together with what it records
            return answer
        except DatabaseError as error:
            cause = error.__cause__
            said = cause.diag.message_primary or "" if isinstance(cause, errors.Error) else ""
            if isinstance(cause, errors.InsufficientPrivilege):
                raise Forbidden(said) from error
            if isinstance(cause, errors.ObjectNotInPrerequisiteState):
                raise Refused(said) from error
            if isinstance(cause, errors.CheckViolation) and not cause.diag.constraint_name:
                raise Invalid({"reason": [said]}) from error
            raise

    return inner


def _call(function: str, *values: Any) -> Any:
    """The one value that a function of `authz` gives; its name is one of those written below."""
    holes = ", ".join(["%s"] * len(values))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT authz.{function}({holes})", values)
        return cursor.fetchone()[0]


@_as_said
def search_elsewhere(
    *, codes: Iterable[str], names: Iterable[str], born: date | None, reason: str
) -> list[Elsewhere]:
    """Nobody restricted, exact matches only, 20 at most; the search and whom it showed are in the audit."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM authz.search_elsewhere(%s::text[], %s::text[], %s::date, %s)",
            [list(codes), list(names), born, reason],
        )
        return [Elsewhere(*row) for row in cursor.fetchall()]


@_as_said
def open_elsewhere(reference: str, *, reason: str) -> int | None:
    """Open a record of another district to oneself; the grant's number, None where there is none to open."""
    hours, daily = settings.SEARCH_ELSEWHERE_HOURS, settings.SEARCH_ELSEWHERE_DAILY
    found: int | None = _call("open_elsewhere", reference, reason, hours, daily)
    return found


@_as_said
def break_glass(reference: str, *, reason: str) -> int | None:
    """Open any record to oneself in an emergency; the grant's number, None where there is no such reference."""
    found: int | None = _call(
        "break_glass", reference, reason, settings.BREAK_GLASS_HOURS, settings.BREAK_GLASS_DAILY
    )
    return found


@_as_said
def name_user(
    person_id: int,
    user_id: int,
    *,
    reason: str,
    until: date | None = None,
    basis: GrantBasis = GrantBasis.NONE,
) -> int:
    """Name a user on a record until a day; an earlier naming of the same user ends."""
    made: int = _call("name_user", person_id, user_id, reason, until, basis.value)
    return made


@_as_said
def end_naming(person_id: int, user_id: int, *, basis: GrantBasis | None = None) -> int:
    """End a user's naming on a record, or only that which came of `basis`; how many ended."""
    ended: int = _call("end_naming", person_id, user_id, basis.value if basis else None)
    return ended


@_as_said
def restrict(person_id: int, *, kind: str, reason: str, keepers: Iterable[int]) -> int:
    """Hide a record from all but the people named on it; whoever asks and the `keepers` are named."""
    made: int = _call("restrict", person_id, kind, reason, list(keepers))
    return made


@_as_said
def lift(person_id: int, *, reason: str) -> None:
    """Show a restricted record again to everybody whose reach it falls in."""
    _call("lift", person_id, reason)


def may_keep(person_id: int) -> bool:
    """Whether whoever asks may name others on the record, restrict or lift, as far as reach goes."""
    return bool(_call("may_keep", person_id))
