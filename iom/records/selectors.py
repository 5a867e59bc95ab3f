"""Reading records for pages, API, CSV and PDF; every answer starts from `visible_to`."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from iom.access.actor import Actor
from iom.access.readers import sees
from iom.access.scoped import Said, columns, said
from iom.accounts.rules import Power
from iom.kernel.compartments import Compartment
from iom.persons.alerts import PersonAlert
from iom.persons.models import Person
from iom.persons.permissions import only_opened
from iom.records.kinds import KINDS, Kind
from iom.records.models import ExploitationRecord
from iom.records.permissions import may_add, may_change, open_kinds, visible_to
from iom.records.rules import NRM_STATUSES, Nrm
from iom.records.serializers import SERIALIZERS

_RELATED = {
    "intelligence": ("source", "source__unit"),
    "notes": ("agency",),
}
_MANY = {"notes": ("audience__agency",)}


def records_of(actor: Actor, person_id: int, kind: Kind) -> QuerySet[Any]:
    """A person's records of one kind, as far as the actor sees them: current ones first, then the latest."""
    related = (
        _RELATED.get(kind.code, ()) if sees(actor, Compartment.INTELLIGENCE) or kind.code == "notes" else ()
    )
    rows = visible_to(actor, kind).filter(person=person_id).select_related("recorded_by", *related)
    return rows.prefetch_related(*_MANY.get(kind.code, ()))


@dataclass(frozen=True)
class RecordLine:
    """One record in words, and whether this reader may correct or end it."""

    said: Said
    current: bool
    may_change: bool
    may_sanitise: bool = False

    @property
    def pk(self) -> int:
        number: int = self.said.data["id"]
        return number


@dataclass(frozen=True)
class Section:
    """One kind of a person's records, as one reader sees them."""

    kind: Kind
    current: list[RecordLine]
    earlier: list[RecordLine]
    columns: dict[str, str]
    may_add: bool
    may_disclose: bool

    @property
    def lines(self) -> list[RecordLine]:
        return self.current + self.earlier


def section(actor: Actor, person: Person, kind: Kind, *, on: date) -> Section:
    """A section of a person's pages, in words."""
    rows = list(records_of(actor, person.pk, kind))
    spoken = said(SERIALIZERS[kind.code], rows, actor=actor, on=on)
    opened = only_opened(actor, person)
    lines = [
        RecordLine(
            one,
            row.ended_at is None,
            may_change(actor, row, kind, opened=opened),
            kind.code == "intelligence" and may_change(actor, row, kind, opened=opened) and not row.sanitised,
        )
        for row, one in zip(rows, spoken, strict=True)
    ]
    return Section(
        kind,
        [line for line in lines if line.current],
        [line for line in lines if not line.current],
        columns(SERIALIZERS[kind.code], actor=actor, on=on),
        may_add(actor, kind, opened=opened),
        kind.code == "intelligence" and actor.may(Power.DISCLOSE) and not opened,
    )


def pack(actor: Actor, person: Person, *, on: date) -> list[Section]:
    """Every section of a person that is open to the actor, for the printed record."""
    return [section(actor, person, kind, on=on) for kind in open_kinds(actor, person.nominal_ref)]


def exploitation_now(actor: Actor, person: Person) -> QuerySet[ExploitationRecord]:
    """What whoever may see it reads first: the person is a victim of exploitation too (NEW-3)."""
    if not sees(actor, Compartment.EXPLOITATION):
        return ExploitationRecord.objects.none()
    return visible_to(actor, KINDS["exploitation"]).filter(person=person.pk, ended_at__isnull=True)


def exploitation_alert(row: ExploitationRecord) -> PersonAlert:
    """The alert that such a record is."""
    nrm = "" if row.nrm_status == Nrm.NOT_REFERRED else f" {NRM_STATUSES[Nrm(row.nrm_status)]}."
    return PersonAlert(
        f"Victim of exploitation: {row.get_kind_display().lower()}",
        f"{row.tactics.rstrip('.')}.{nrm} Safeguarding lead: {row.safeguarding_lead}.",
    )
