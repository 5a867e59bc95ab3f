"""Every dated link at yesterday, today and tomorrow, begun and ended (security.md, check 4).

A case puts one link into the force with one date and says by hand who may see what, so that neither the product nor the
oracle is asked. `-1`, `0`, `1` are days from today.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from iom.access.scope import as_owner
from tests.access.factories import GrantFactory
from tests.factories import AgencyAccessFactory, MembershipFactory, SharingAgreementFactory, TeamFactory
from tests.security import oracle
from tests.security.facts import TABLES, Force, by_database, by_orm, days, disclose, read_facts, rows, run

STARTS = {-1: True, 0: True, 1: False}
ENDS = {-1: False, 0: False, 1: True}


@dataclass(frozen=True)
class Case:
    """A link with its date: `make` puts it there and gives the member whose sight is asked."""

    link: str
    edge: str
    at: int
    seen: bool
    make: Callable[[Force], tuple[oracle.Member, str, int]]

    def __str__(self) -> str:
        return f"{self.link} {self.edge} {self.at:+d}"


def member_of(force: Force, user: str) -> oracle.Member:
    """The member as the facts have them, by the name of the user; the last joined role."""
    found = [one for one in read_facts(force.day).members if one.user == force.users[user]]
    return found[-1]


def _span(force: Force, edge: str, at: int) -> dict[str, Any]:
    if edge == "starts":
        return {"starts_on": force.day + days(at)}
    return {"starts_on": force.day - days(30), "ends_on": force.day + days(at)}


def membership(edge: str, at: int) -> Callable[[Force], tuple[oracle.Member, str, int]]:
    def make(force: Force) -> tuple[oracle.Member, str, int]:
        team = TeamFactory(agency=force.world["police"], unit=force.world["north"])
        MembershipFactory(
            user_id=force.users["administrator"], team=team, role="supervisor", **_span(force, edge, at)
        )
        return member_of(force, "administrator"), "person", force.people["own"].pk

    return make


def agreement(edge: str, at: int) -> Callable[[Force], tuple[oracle.Member, str, int]]:
    def make(force: Force) -> tuple[oracle.Member, str, int]:
        run("DELETE FROM agencies_sharingagreement WHERE agency_id = %s", force.world["probation"].pk)
        SharingAgreementFactory(agency=force.world["probation"], **_span(force, edge, at))
        return member_of(force, "probation"), "person", force.people["shared"].pk

    return make


def agreement_on_notes(edge: str, at: int) -> Callable[[Force], tuple[oracle.Member, str, int]]:
    """The agreement covers notes only in a span; core always."""

    def make(force: Force) -> tuple[oracle.Member, str, int]:
        who = force.world["probation"]
        run("UPDATE agencies_sharingagreement SET data_classes = '{core}' WHERE agency_id = %s", who.pk)
        SharingAgreementFactory(agency=who, data_classes=["core", "note"], **_span(force, edge, at))
        note = _row("SELECT id FROM records_agencynote WHERE agency_id = %s AND person_id = %s",
                    who.pk, force.people["shared"].pk)  # fmt: skip
        return member_of(force, "probation"), "agencynote", note

    return make


def share(edge: str, at: int) -> Callable[[Force], tuple[oracle.Member, str, int]]:
    def make(force: Force) -> tuple[oracle.Member, str, int]:
        AgencyAccessFactory(
            person=force.people["own"], agency=force.world["probation"], **_span(force, edge, at)
        )
        return member_of(force, "probation"), "person", force.people["own"].pk

    return make


def naming(edge: str, at: int) -> Callable[[Force], tuple[oracle.Member, str, int]]:
    def make(force: Force) -> tuple[oracle.Member, str, int]:
        GrantFactory(
            content_object=force.people["south"],
            user_id=force.users["support"],
            expires_on=force.day + days(at),
        )
        return member_of(force, "support"), "person", force.people["south"].pk

    return make


def naming_of_restricted(edge: str, at: int) -> Callable[[Force], tuple[oracle.Member, str, int]]:
    """Named on a restricted record of the whole force's own reach."""

    def make(force: Force) -> tuple[oracle.Member, str, int]:
        GrantFactory(
            content_object=force.people["restricted"],
            user_id=force.users["central_spoc"],
            expires_on=force.day + days(at),
        )
        return member_of(force, "central_spoc"), "person", force.people["restricted"].pk

    return make


def disclosure(kind: str) -> Callable[[str, int], Callable[[Force], tuple[oracle.Member, str, int]]]:
    """An item or a document of a compartment that partners do not read, opened to one of them until a day."""

    def until(edge: str, at: int) -> Callable[[Force], tuple[oracle.Member, str, int]]:
        def make(force: Force) -> tuple[oracle.Member, str, int]:
            person = force.people["shared"].pk
            disclose(kind, force, person, force.world["drugs"].pk, force.day + days(at))
            of = "compartment = 'operations'" if kind == "document" else "true"
            one = _row(f"SELECT min(id) FROM {TABLES[kind]} WHERE person_id = %s AND {of}", person)
            return member_of(force, "drugs"), kind, one

        return make

    return until


def opening(kind: str) -> Callable[[str, int], Callable[[Force], tuple[oracle.Member, str, int]]]:
    """An opening ends at a moment: an hour ago, this very moment, in an hour."""

    def at_hour(edge: str, at: int) -> Callable[[Force], tuple[oracle.Member, str, int]]:
        def make(force: Force) -> tuple[oracle.Member, str, int]:
            grant = GrantFactory(
                content_object=force.people["south"],
                user_id=force.users["support"],
                kind=kind,
                expires_at=timezone.now(),
            )
            run(
                "UPDATE access_personusergrant SET expires_at = now() + %s * interval '1 hour' WHERE id = %s",
                at, grant.pk,
            )  # fmt: skip
            return member_of(force, "support"), "person", force.people["south"].pk

        return make

    return at_hour


def _row(sql: str, *values: Any) -> int:
    with as_owner():
        return int(rows(sql, *values)[0][0])


LINKS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "membership": (membership, ("starts", "ends")),
    "sharing agreement": (agreement, ("starts", "ends")),
    "agreement that covers notes": (agreement_on_notes, ("starts", "ends")),
    "sharing with an agency": (share, ("starts", "ends")),
    "naming": (naming, ("ends",)),
    "naming on a restricted record": (naming_of_restricted, ("ends",)),
    "disclosure of an item": (disclosure("intelligenceitem"), ("ends",)),
    "disclosure of a document": (disclosure("document"), ("ends",)),
    "opening after a search": (opening("search"), ("ends",)),
    "opening in an emergency": (opening("break_glass"), ("ends",)),
}


def cases() -> Iterator[Case]:
    for link, (make, edges) in LINKS.items():
        for edge in edges:
            for at, seen in (STARTS if edge == "starts" else ENDS).items():
                yield Case(link, edge, at, seen, make(edge, at))


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def wrong(force: Force, case: Case) -> list[str]:
    """The layers that do not keep the boundary."""
    with undone():
        who, kind, pk = case.make(force)
        shown = {"database": by_database(who)[kind]}
        orm = by_orm(who, force.day)
        if kind in orm:
            shown["orm"] = orm[kind]
    return [f"{case}: {layer}" for layer, ids in shown.items() if (pk in ids) != case.seen]
