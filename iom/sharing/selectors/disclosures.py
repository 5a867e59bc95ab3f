"""Reading what is disclosed by name: before it is signed, while it runs, and what an agency received (SHR-1, SHR-2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from iom.access.actor import Actor
from iom.access.readers import sees
from iom.agencies.models import Agency
from iom.approvals.models import Approval
from iom.audit.subjects import Subject, names_of
from iom.kernel.compartments import Compartment
from iom.kernel.errors import NotFound
from iom.kernel.wording import date_uk
from iom.sharing.models import DisclosureGrant
from iom.sharing.permissions import grants_visible_to
from iom.sharing.rules import WHAT_LABELS, What
from iom.sharing.things import thing_of


@dataclass(frozen=True)
class GrantRow:
    """One disclosure as a line; `state` is running, expired or revoked on the day."""

    pk: int
    what: str
    record: int
    label: str
    person: Subject | None
    agency: str
    purpose: str
    necessity: str
    granted_by: str
    approved_by: str
    approved_at: datetime
    expires_on: date
    state: str
    ended: str = ""


def describe(approval: Approval, reader: Actor) -> list[tuple[str, str]]:
    """What a request for disclosure asks for, in words: what goes out only for readers of that compartment."""
    payload = approval.payload
    what = What(payload["what"])
    agency = Agency.objects.filter(pk=payload["agency"]).first()
    lines = [
        ("What", WHAT_LABELS[what]),
        ("To", agency.name if agency else "An agency that is no longer there"),
        ("Purpose", payload["purpose"]),
        ("Why it is needed", payload["necessity"]),
        ("Until", f"{date.fromisoformat(payload['expires_on']):%-d %B %Y}"),
    ]
    thing = thing_of(what)
    if what != What.DOCUMENT and sees(reader, thing.compartment):
        lines.append(("Words that go out", payload["text"]))
    try:
        return [*lines, *thing.lines(thing.access(reader, payload["pk"]), reader)]
    except NotFound:
        return lines


def named(payload: Mapping[str, Any]) -> str:
    """Which record a request for disclosure is about: its kind and number, never a word of it."""
    what = payload.get("what")
    return f"{WHAT_LABELS[What(what)]} {payload['pk']}" if what else ""


def grant_line(actor: Actor, what: What, grant: DisclosureGrant, *, on: date) -> GrantRow:
    """One disclosure as the pages say it, without a word of the record."""
    return _rows(actor, what, [grant], on=on)[0]


def grants_of_person(actor: Actor, person_id: int, *, on: date) -> list[GrantRow]:
    """What is and was disclosed by name of one person, running ones first."""
    rows = [
        row
        for what in What
        for row in _rows(actor, what, list(grants_visible_to(actor, what).filter(person=person_id)), on=on)
    ]
    return sorted(rows, key=lambda row: (row.state != "running", -row.approved_at.timestamp()))


def received(actor: Actor, *, on: date) -> list[GrantRow]:
    """What the reader's agency holds by name today: not revoked, not expired, of people it still sees."""
    found = []
    for what in What:
        rows = grants_visible_to(actor, what).filter(revoked_at__isnull=True, expires_on__gt=on)
        readable = set(thing_of(what).readable(actor, [row.content_object_id for row in rows]))
        found += _rows(actor, what, [row for row in rows if row.content_object_id in readable], on=on)
    return sorted(found, key=lambda row: -row.approved_at.timestamp())


def words_of(actor: Actor, pk: int, what: What = What.ITEM) -> str:
    """The signed words of one record disclosed to the reader's agency, or NotFound: the row policy decides."""
    held = grants_visible_to(actor, what).filter(**{"content_object": pk}, revoked_at__isnull=True).first()
    if held is None or not sees(actor, Compartment.DISCLOSED) or not thing_of(what).readable(actor, [pk]):
        raise NotFound
    return held.disclosed_text


def _rows(actor: Actor, what: What, grants: list[DisclosureGrant], *, on: date) -> list[GrantRow]:
    names = names_of(actor, {grant.person_id for grant in grants})
    return [_row(what, grant, names.get(grant.person_id), on=on) for grant in grants]


def _row(what: What, grant: DisclosureGrant, person: Subject | None, *, on: date) -> GrantRow:
    return GrantRow(
        pk=grant.pk,
        what=what.value,
        record=grant.content_object_id,
        label=named({"what": what, "pk": grant.content_object_id}),
        person=person,
        agency=grant.group.agency_group.agency.name,
        purpose=grant.purpose,
        necessity=grant.necessity,
        granted_by=grant.granted_by.name,
        approved_by=grant.approved_by.name,
        approved_at=grant.approved_at,
        expires_on=grant.expires_on,
        state=state_of(grant, on=on),
        ended=_ended(grant),
    )


def _ended(grant: DisclosureGrant) -> str:
    """By whom, when and why it was revoked; nothing while it was not."""
    if grant.revoked_at is None:
        return ""
    by = grant.revoked_by.name if grant.revoked_by else "the product"
    return f"By {by}, {date_uk(grant.revoked_at)}: {grant.revoke_reason}"


def state_of(grant: DisclosureGrant, *, on: date) -> str:
    """Running, expired or revoked, worked out and never stored."""
    if grant.revoked_at is not None:
        return "revoked"
    return "running" if grant.expires_on > on else "expired"
