"""Writing records: nothing is overwritten; a correction ends one row and adds the one that replaces it (SHR-2)."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from iom.access.actor import Actor
from iom.audit.services import record as audit
from iom.kernel.errors import Forbidden, Invalid, Refused
from iom.persons.models import Person
from iom.persons.permissions import only_opened
from iom.records.audit import ITEM_SANITISED, NOTE_ADDRESSED, RECORD_ADDED, RECORD_CORRECTED, RECORD_ENDED
from iom.records.kinds import KINDS, Kind
from iom.records.models import AgencyNote, AgencyNoteAudience, IntelligenceItem, IntelligenceSource, Record
from iom.records.permissions import access_record, access_section, addressable_agencies, may_change, may_write
from iom.records.rules import is_child
from iom.working_days.rules import local_date

ITEM_FIELDS = ("occurred_on", "sanitised")
CORRECTED = "Corrected: "


@transaction.atomic
def add_record(nominal_ref: str, kind: Kind, given: Mapping[str, Any], *, by: Actor, at: datetime) -> Record:
    """Add a record of one kind to a person; NotFound, Forbidden, or Invalid by field."""
    person = access_section(by, kind, nominal_ref, write=True)
    if kind.children_only and not is_child(person.date_of_birth, on=local_date(at)):
        raise Refused("A child’s record is for somebody under 18.")
    made: Record = _write(person, kind, dict(given), by=by, at=at)
    audit(RECORD_ADDED, by=by, subjects=[person.pk], detail={"kind": kind.code, "record": made.pk})
    return made


@transaction.atomic
def correct_record(
    pk: int, kind: Kind, given: Mapping[str, Any], *, reason: str, by: Actor, at: datetime
) -> Record:
    """Put a corrected record in the place of one, which is kept and ended with the reason."""
    old = _changeable(pk, kind, by=by)
    _end(old, f"{CORRECTED}{_worded(reason)}", by=by, at=at)
    new: Record = _write(old.person, kind, dict(given), by=by, at=at, replaces=old)
    audit(
        RECORD_CORRECTED,
        by=by,
        subjects=[old.person_id],
        reason=reason,
        detail={"kind": kind.code, "record": new.pk, "replaces": old.pk},
    )
    return new


@transaction.atomic
def end_record(pk: int, kind: Kind, *, reason: str, by: Actor, at: datetime) -> Record:
    """End a record for a reason; it stays to be read as an earlier one."""
    record: Record = _changeable(pk, kind, by=by)
    _end(record, _worded(reason), by=by, at=at)
    audit(
        RECORD_ENDED,
        by=by,
        subjects=[record.person_id],
        reason=reason,
        detail={"kind": kind.code, "record": pk},
    )
    return record


@transaction.atomic
def sanitise_item(pk: int, text: str, *, by: Actor, at: datetime) -> IntelligenceItem:
    """Prepare the words of an item that a partner may be told; once said they change only by a correction."""
    kind = KINDS["intelligence"]
    item: IntelligenceItem = _changeable(pk, kind, by=by)
    if item.sanitised:
        raise Refused("The sanitised text is written. Correct the item to change it.")
    if not text.strip():
        raise Invalid({"sanitised": ["Enter what a partner may be told."]})
    item.sanitised, item.sanitised_at, item.sanitised_by_id = text.strip(), at, by.user_id
    item.save(update_fields=["sanitised", "sanitised_at", "sanitised_by"])
    audit(ITEM_SANITISED, by=by, subjects=[item.person_id], detail={"item": pk})
    return item


@transaction.atomic
def address_note(pk: int, agency_ids: Collection[int], *, by: Actor, at: datetime) -> AgencyNote:
    """Say which other agencies read a note from now on; those left out read it no more."""
    note: AgencyNote = _changeable(pk, KINDS["notes"], by=by)
    allowed = {agency for agency, _ in addressable_agencies(by, note.person, on=local_date(at))}
    wanted = set(agency_ids)
    now = {row.agency_id: row for row in note.audience.filter(withdrawn_at__isnull=True)}
    if not wanted <= allowed | set(now):
        raise Invalid({"agencies": ["A note can go only to the agencies offered here."]})
    note.audience.filter(pk__in=[row.pk for agency, row in now.items() if agency not in wanted]).update(
        withdrawn_at=at
    )
    _address(note, wanted - set(now), by=by, at=at)
    audit(
        NOTE_ADDRESSED,
        by=by,
        subjects=[note.person_id],
        detail={"note": pk, "agencies": sorted(wanted)},
    )
    return note


def _changeable(pk: int, kind: Kind, *, by: Actor) -> Any:
    record = access_record(by, kind, pk, lock=True)
    if not may_write(by, kind):
        raise Forbidden
    if record.ended_at is not None:
        raise Refused("This record was ended; it can no longer be changed.")
    if not may_change(by, record, kind, opened=only_opened(by, record.person)):
        raise Forbidden
    return record


def _worded(reason: str) -> str:
    if not reason.strip():
        raise Invalid({"reason": ["Say why."]})
    return reason.strip()


def _end(record: Record, reason: str, *, by: Actor, at: datetime) -> None:
    record.ended_at, record.ended_by_id, record.end_reason = at, by.user_id, reason
    record.save(update_fields=["ended_at", "ended_by", "end_reason"])


def _write(
    person: Person,
    kind: Kind,
    given: dict[str, Any],
    *,
    by: Actor,
    at: datetime,
    replaces: Record | None = None,
) -> Any:
    """The row or rows of one record; what the form of its kind asked is `given`."""
    stamp = {"person": person, "recorded_at": at, "recorded_by_id": by.user_id, "replaces": replaces}
    if kind.model is IntelligenceItem:
        return _write_item(person, given, stamp, by=by, at=at)
    if kind.model is AgencyNote:
        return _write_note(given, stamp, by=by, at=at, replaces=replaces)
    return kind.model._default_manager.create(**stamp, **given)


def _write_item(
    person: Person, given: dict[str, Any], stamp: dict[str, Any], *, by: Actor, at: datetime
) -> IntelligenceItem:
    words = {name: given.pop(name) for name in ITEM_FIELDS if name in given}
    if words.get("sanitised"):
        words |= {"sanitised_at": at, "sanitised_by_id": by.user_id}
    item = IntelligenceItem.objects.create(**stamp, **words)
    unit_id = by.unit_ids[0] if len(by.unit_ids) == 1 else None
    IntelligenceSource.objects.create(item=item, person=person, unit_id=unit_id, **given)
    return item


def _write_note(
    given: dict[str, Any], stamp: dict[str, Any], *, by: Actor, at: datetime, replaces: Record | None
) -> AgencyNote:
    agencies = given.pop("agencies", None)
    person = stamp["person"]
    if by.agency_id is None:
        raise Forbidden
    note = AgencyNote.objects.create(**stamp, agency_id=by.agency_id, **given)
    allowed = {agency for agency, _ in addressable_agencies(by, person, on=local_date(at))}
    if agencies is None and replaces is not None:
        audience = AgencyNoteAudience.objects.filter(note=replaces.pk, withdrawn_at__isnull=True)
        agencies = allowed & set(audience.values_list("agency_id", flat=True))
    wanted = set(agencies or ())
    if not wanted <= allowed:
        raise Invalid({"agencies": ["A note can go only to the agencies offered here."]})
    _address(note, wanted, by=by, at=at)
    return note


def _address(note: AgencyNote, agencies: Collection[int], *, by: Actor, at: datetime) -> None:
    AgencyNoteAudience.objects.bulk_create(
        AgencyNoteAudience(
            note=note,
            person_id=note.person_id,
            owner_id=note.agency_id,
            agency_id=agency,
            added_at=at,
            added_by_id=by.user_id,
        )
        for agency in sorted(agencies)
    )
