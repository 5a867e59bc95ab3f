"""The research pack: what the system knows of a person, put together for a board (REF-2, PER-5)."""

from collections.abc import Callable
from datetime import date
from typing import Any

from cohorts.models import Case, Referral
from iom.access.actor import Actor
from iom.access.models import AgencyAccess
from iom.agencies.models import in_force_on
from iom.persons.models import Person

PackPart = Callable[[Actor, Person, date], Any]
_parts: dict[str, PackPart] = {}


def register_part(name: str, part: PackPart) -> None:
    """Add a part to every pack from now on; called from an app's `ready()`. Plain JSON values only."""
    _parts[name] = part


def build_pack(actor: Actor, person: Person, *, on: date) -> dict[str, Any]:
    """A snapshot of plain values, as far as the actor may see them."""
    pack: dict[str, Any] = {
        "as_of": on.isoformat(),
        "person": person.nominal_ref,
        "assessments": _assessments(person),
        "earlier_referrals": _earlier_referrals(person),
        "earlier_cases": _earlier_cases(person),
        "agencies": _agencies(person, on),
        "statutory": [
            row.get_kind_display() for row in person.statutory.filter(in_force_on(on)).order_by("id")
        ],
    }
    for name, part in _parts.items():
        pack[name] = part(actor, person, on)
    return pack


def _assessments(person: Person) -> list[dict[str, str]]:
    return [
        {
            "instrument": row.instrument,
            "value": row.value,
            "band": row.band,
            "assessed_on": row.assessed_on.isoformat(),
            "agency": row.agency.name,
        }
        for row in person.assessments.select_related("agency").order_by("-assessed_on", "-id")
    ]


def _earlier_referrals(person: Person) -> list[dict[str, str]]:
    rows = Referral.objects.filter(person=person).select_related("referring_agency")
    return [
        {
            "id": str(row.pk),
            "agency": row.referring_agency.name,
            "submitted_on": row.submitted_on.isoformat(),
            "status": row.get_status_display(),
        }
        for row in rows
    ]


def _earlier_cases(person: Person) -> list[dict[str, str]]:
    return [
        {
            "id": str(row.pk),
            "selected_on": row.selected_on.isoformat(),
            "closed_on": row.closed_on.isoformat() if row.closed_on else "",
        }
        for row in Case.objects.filter(person=person)
    ]


def _agencies(person: Person, on: date) -> list[str]:
    shared = AgencyAccess.objects.filter(in_force_on(on), person=person).select_related("agency")
    return sorted(row.agency.name for row in shared)
