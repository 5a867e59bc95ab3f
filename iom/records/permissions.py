"""Who sees which record, and who may write one: the ORM's half of what the row policies enforce (SHR-2)."""

from datetime import date
from typing import Any

from django.db.models import DateField, F, Q, QuerySet
from django.db.models.expressions import RawSQL

from iom.access.actor import Actor
from iom.access.readers import Only, limit, rows_read, sees
from iom.accounts.rules import DbClass
from iom.agencies.models import Agency, in_force_on
from iom.kernel.compartments import Compartment
from iom.kernel.errors import Forbidden, NotFound
from iom.kernel.policies import ids_from
from iom.persons.models import Person
from iom.persons.permissions import access_person, only_opened, reach
from iom.records.kinds import KINDS, Kind
from iom.records.models import AgencyNoteAudience, Record

# What somebody may add to a record that they opened to read it; the rest is for who answers for the person.
_ADDED_WHEN_OPENED = frozenset({"notes", "intelligence"})

# Somebody's record as a child stays open for the year in which adult services take over.
_STILL_YOUNG = "(authz.today() - interval '19 years')::date"


def visible_to(actor: Actor, kind: Kind) -> QuerySet[Any]:
    """Every record of this kind that the actor may see; current ones first, then the latest."""
    rows = kind.model._default_manager.order_by(F("ended_at").desc(nulls_first=True), "-recorded_at", "-id")
    if not sees(actor, kind.compartment):
        return rows.none()
    for condition in (reach(actor, "person"), limit(actor, kind.compartment), _own(actor, kind)):
        rows = rows if condition is None else rows.filter(condition)
    return rows


def _own(actor: Actor, kind: Kind) -> Q | None:
    """What of a table is an agency's own, addressed or disclosed to it."""
    only = rows_read(actor, kind.compartment)
    if Only.OWN_AGENCY in only:
        to_us = AgencyNoteAudience.objects.filter(agency=actor.agency_id, withdrawn_at__isnull=True)
        return Q(agency=actor.agency_id) | Q(pk__in=to_us.values("note_id"))
    if Only.DISCLOSED in only:
        return Q(pk__in=ids_from("my_disclosed_intelligence"), ended_at__isnull=True)
    return None


def opens(actor: Actor, kind: Kind, nominal_ref: str) -> bool:
    """Whether a person's section of this kind is open to the actor: says nothing of whether anything is held."""
    found = opens_for(actor, kind, nominal_ref)
    return found.exists() if isinstance(found, QuerySet) else found


def opens_for(actor: Actor, kind: Kind, nominal_ref: str) -> QuerySet[Person, int] | bool:
    """The same, and where it hangs on the person the query that finds them, to be read together with others."""
    if not sees(actor, kind.compartment):
        return False
    limits = [one for one in (limit(actor, kind.compartment, "pk"), _young(kind)) if one is not None]
    if not limits:
        return True
    return Person.objects.filter(*limits, nominal_ref=nominal_ref).values_list("pk", flat=True)


def _young(kind: Kind) -> Q | None:
    """That somebody is still young enough for records of children; None where the kind is not of children alone."""
    if not kind.children_only:
        return None
    return Q(date_of_birth__gt=RawSQL(_STILL_YOUNG, [], output_field=DateField()))  # noqa: S611


def open_kinds(actor: Actor, nominal_ref: str) -> list[Kind]:
    """The sections of a person that are open to the actor."""
    return [kind for kind in KINDS.values() if opens(actor, kind, nominal_ref)]


def access_section(
    actor: Actor, kind: Kind, nominal_ref: str, *, write: bool = False, lock: bool = False
) -> Person:
    """The person whose section of this kind the actor opens: NotFound for a person out of reach, else Forbidden."""
    person = access_person(actor, nominal_ref, lock=lock)
    if not opens(actor, kind, nominal_ref):
        raise Forbidden
    if write and not may_add(actor, kind, opened=only_opened(actor, person)):
        raise Forbidden
    return person


def may_write(actor: Actor, kind: Kind) -> bool:
    """Whether the actor adds records of this kind; only who reads a compartment writes into it."""
    return sees(actor, _written_in(kind)) and actor.may(kind.writes) and actor.db_class != DbClass.AUDITOR


def _written_in(kind: Kind) -> Compartment:
    """An intelligence item is written in full, which is more than what can be disclosed of it."""
    return Compartment.INTELLIGENCE if kind.compartment == Compartment.DISCLOSED else kind.compartment


def may_add(actor: Actor, kind: Kind, *, opened: bool) -> bool:
    """Whether the actor adds such a record to this person; who only `opened` the person adds a note or an item."""
    return may_write(actor, kind) and (not opened or kind.code in _ADDED_WHEN_OPENED)


def may_change(actor: Actor, record: Record, kind: Kind, *, opened: bool) -> bool:
    """Whether the actor corrects or ends this record.

    A note is changed by the agency that wrote it alone. Who only `opened` the person changes what they wrote.
    """
    own = getattr(record, "agency_id", actor.agency_id) == actor.agency_id
    theirs = not opened or record.recorded_by_id == actor.user_id
    return record.ended_at is None and own and theirs and may_add(actor, kind, opened=opened)


def access_record(actor: Actor, kind: Kind, pk: int, *, lock: bool = False) -> Any:
    """The record, or NotFound: absent and not yours are one answer."""
    rows = visible_to(actor, kind).select_related("person")
    if lock:
        rows = rows.select_for_update(of=("self",))
    record = rows.filter(pk=pk).first()
    if record is None:
        raise NotFound
    return record


def addressable_agencies(actor: Actor, person: Person, *, on: date) -> list[tuple[int, str]]:
    """The agencies a note about the person can be addressed to; each reads it only while it sees the person itself.

    Police are offered those the person is shared with. A partner is not told who else is: it is offered every agency.
    """
    others = Agency.objects.exclude(pk=actor.agency_id or 0).order_by("name")
    if not actor.is_partner:
        current = person.agency_access.filter(in_force_on(on))
        others = others.filter(pk__in=current.values("agency_id"))
    return list(others.values_list("pk", "name"))
