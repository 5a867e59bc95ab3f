"""Reading tags: the stock by district and state, a device's history, what a person wears (TAG-1, TAG-2)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet

from iom.access.actor import Actor
from iom.kernel.compartments import Compartment
from iom.persons.permissions import reads_of
from tagging.models import Device, DeviceEvent, Wearing
from tagging.permissions import visible_to, wearings_visible_to
from tagging.rules import IN_SERVICE, STATE_LABELS, DeviceState


@dataclass(frozen=True)
class StateCount:
    state: str
    label: str
    count: int


@dataclass(frozen=True)
class DeviceLine:
    """One device of the stock; the wearer only when the reader may see them."""

    device: Device
    wearing: Wearing | None
    review_overdue: bool


@dataclass(frozen=True)
class WearingLine:
    """One wearing of a person, as the profile shows it; who stands for a child is empty for who may not read it."""

    wearing: Wearing
    current: bool
    review_overdue: bool
    guardian_name: str = ""


def inventory(actor: Actor, *, unit_code: str = "", state: str = "", kind: str = "") -> QuerySet[Device]:
    """The stock, by serial, limited to a district, a state or a kind."""
    devices = visible_to(actor).order_by("serial")
    if unit_code:
        devices = devices.filter(unit__code=unit_code)
    if state:
        devices = devices.filter(state=state)
    if kind:
        devices = devices.filter(kind=kind)
    return devices


def counts_by_state(actor: Actor, *, unit_code: str = "") -> list[StateCount]:
    """How many devices are in each state, in the order of a device's life."""
    counts = inventory(actor, unit_code=unit_code).order_by().values_list("state").annotate(n=Count("pk"))
    found: dict[str, int] = dict(counts)
    return [
        StateCount(state.value, label, found.get(state.value, 0)) for state, label in STATE_LABELS.items()
    ]


def in_service(counts: Collection[StateCount]) -> int:
    """How many of these devices are usable stock."""
    return sum(one.count for one in counts if DeviceState(one.state) in IN_SERVICE)


def lines(actor: Actor, devices: Collection[Device], *, on: date) -> list[DeviceLine]:
    """Devices with their present wearer, in one query for all."""
    wearings = wearings_visible_to(actor).filter(
        device__in=[device.pk for device in devices], ends_on__isnull=True
    )
    worn = {wearing.device_id: wearing for wearing in wearings}
    return [_device_line(device, worn.get(device.pk), on=on) for device in devices]


def _device_line(device: Device, wearing: Wearing | None, *, on: date) -> DeviceLine:
    return DeviceLine(device, wearing, wearing is not None and review_overdue(wearing, on=on))


def review_overdue(wearing: Wearing, *, on: date) -> bool:
    """A review is overdue from the day after its date, while the tag is worn."""
    return wearing.ends_on is None and wearing.review_on < on


def history_of(device: Device) -> list[DeviceEvent]:
    """Every change of a device, newest first."""
    return list(device.history.select_related("by", "unit"))


def wearings_of(actor: Actor, person_id: int, *, on: date) -> list[WearingLine]:
    """What a person wears and wore, newest first; nothing for a reader who may not see tags or the person."""
    rows = wearings_visible_to(actor).filter(person=person_id).select_related("fitted_by", "ended_by")
    named = reads_of(actor, Compartment.YOUTH, person_id)
    return [
        WearingLine(
            row,
            row.ends_on is None,
            review_overdue(row, on=on),
            guardian_name=row.guardian_name if named else "",
        )
        for row in (rows if named else rows.defer("guardian_name"))
    ]
