"""What people do with tags: add one to the stock, change its state, fit it, take it off (TAG-1, TAG-2)."""

from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.agencies.models import Unit
from iom.audit.services import record
from iom.kernel.errors import Forbidden, Invalid, Refused
from iom.persons.models import Person
from iom.persons.permissions import access_person
from tagging.audit import DEVICE_ADDED, FITTED, REMOVED, STATE_CHANGED
from tagging.models import Device, DeviceEvent, Wearing
from tagging.permissions import access_device, access_wearing
from tagging.rules import (
    AFTER_REMOVAL,
    FITTABLE,
    STATE_LABELS,
    DeviceState,
    EndReason,
    Fitting,
    may_change,
    problems_with,
)


@transaction.atomic
def add_device(
    *,
    serial: str,
    kind: str,
    unit_id: int,
    cost: Decimal,
    acquired_on: date,
    by: Actor,
    on: date,
    at: datetime,
) -> Device:
    """Take a new device into a district's stock; Invalid when its serial is known already."""
    by.require(Power.MANAGE_TAGS)
    if not (by.force_wide or unit_id in by.unit_ids):
        raise Forbidden("You may add tags to your own district's stock only.")
    serial = serial.strip().upper()
    if acquired_on > on:
        raise Invalid({"acquired_on": ["The date must be today or in the past"]})
    if Device.objects.filter(serial=serial).exists():
        raise Invalid({"serial": [f"There is already a tag with the serial {serial}"]})
    device = Device.objects.create(
        serial=serial,
        kind=kind,
        unit=Unit.objects.get(pk=unit_id),
        state=DeviceState.AVAILABLE,
        state_since=acquired_on,
        cost=cost,
        acquired_on=acquired_on,
    )
    _note(device, "", on=acquired_on, at=at, by=by, reason="Added to the stock")
    record(DEVICE_ADDED, by=by, detail={"serial": serial})
    return device


@transaction.atomic
def change_state(device_id: int, *, to: str, reason: str, by: Actor, on: date, at: datetime) -> Device:
    """Put a device into another state with a reason; fitting and removal are acts of their own."""
    by.require(Power.MANAGE_TAGS)
    device = access_device(by, device_id, handle=True, lock=True)
    if device.state == DeviceState.FITTED:
        raise Refused("This tag is being worn. Record its removal, and say there what state it is in.")
    if to == DeviceState.FITTED:
        raise Refused("A tag becomes fitted only by recording who wears it.")
    if not may_change(device.state, to):
        raise Refused(f"A tag that is {_said(device.state)} cannot become {_said(to)}.")
    if not reason.strip():
        raise Invalid({"reason": ["Enter a reason"]})
    _move(device, to, on=on, at=at, by=by, reason=reason.strip())
    record(STATE_CHANGED, by=by, reason=reason.strip(), detail={"serial": device.serial, "to": to})
    return device


@transaction.atomic
def fit_device(
    device_id: int, *, nominal_ref: str, fitting: Fitting, by: Actor, on: date, at: datetime
) -> Wearing:
    """Fit a device to a person who consents; Invalid when age, consent or the guardian's part forbid it (TAG-2)."""
    by.require(Power.MANAGE_TAGS)
    device = access_device(by, device_id, handle=True, lock=True)
    person = access_person(by, nominal_ref, lock=True)
    if device.state not in FITTABLE:
        raise Refused(f"This tag is {_said(device.state)}, so it cannot be fitted.")
    problems = problems_with(fitting, born=person.date_of_birth, today=on)
    if problems or fitting.consent_on is None:
        raise Invalid(problems)
    wearing = _put_on(device, person, fitting, fitting.consent_on, by=by, at=at)
    _move(device, DeviceState.FITTED, on=fitting.starts_on, at=at, by=by, reason="Fitted")
    record(FITTED, by=by, subjects=[person.pk], detail={"serial": device.serial})
    return wearing


@transaction.atomic
def remove_device(
    wearing_id: int,
    *,
    ends_on: date,
    reason: str,
    to_state: str,
    note: str = "",
    by: Actor,
    on: date,
    at: datetime,
) -> Wearing:
    """End a wearing, on withdrawal of consent at any moment, and say what state the device is in."""
    by.require(Power.MANAGE_TAGS)
    wearing = access_wearing(by, wearing_id, lock=True)
    if wearing.ends_on is not None:
        raise Refused("This tag was already removed.")
    if not wearing.starts_on <= ends_on <= on:
        raise Invalid({"ends_on": ["The removal must be between the day of fitting and today"]})
    if DeviceState(to_state) not in AFTER_REMOVAL:
        raise Invalid({"to_state": ["Select what state the tag is in now"]})
    wearing.ends_on, wearing.end_reason, wearing.end_note = ends_on, EndReason(reason).value, note.strip()
    wearing.ended_by_id = by.user_id
    wearing.save(update_fields=["ends_on", "end_reason", "end_note", "ended_by"])
    device = Device.objects.select_for_update().get(pk=wearing.device_id)
    _move(device, to_state, on=ends_on, at=at, by=by, reason="Removed")
    record(
        REMOVED, by=by, subjects=[wearing.person_id], reason=note.strip(), detail={"serial": device.serial}
    )
    return wearing


def _put_on(
    device: Device, person: Person, fitting: Fitting, consent_on: date, *, by: Actor, at: datetime
) -> Wearing:
    """The row of the wearing; the database refuses a second one at the same time for device or person."""
    try:
        with transaction.atomic():
            return Wearing.objects.create(
                person=person,
                device=device,
                purposes=list(fitting.purposes),
                consent_on=consent_on,
                starts_on=fitting.starts_on,
                review_on=fitting.review_on,
                guardian_name=fitting.guardian_name.strip(),
                guardian_consent_on=fitting.guardian_consent_on,
                guardian_present=fitting.guardian_present,
                fitted_by_id=by.user_id,
                recorded_at=at,
            )
    except IntegrityError as error:
        raise Refused(
            "This person already wears a tag, or this tag was worn by somebody, at that time."
        ) from error


def _move(device: Device, to: str, *, on: date, at: datetime, by: Actor, reason: str) -> None:
    before = device.state
    device.state, device.state_since = DeviceState(to).value, on
    device.save(update_fields=["state", "state_since"])
    _note(device, before, on=on, at=at, by=by, reason=reason)


def _note(device: Device, before: str, *, on: date, at: datetime, by: Actor, reason: str) -> None:
    DeviceEvent.objects.create(
        device=device,
        from_state=before,
        to_state=device.state,
        unit_id=device.unit_id,
        on=on,
        recorded_at=at,
        by_id=by.user_id,
        reason=reason[:300],
    )


def _said(state: str) -> str:
    return STATE_LABELS[DeviceState(state)].lower()
