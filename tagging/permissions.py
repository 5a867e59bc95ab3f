"""Who sees the stock of tags and who wears them, and who may change either (ORG-3, SHR-2)."""

from django.db.models import QuerySet

from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.kernel.errors import Forbidden, NotFound
from iom.persons import permissions as persons
from tagging.models import Device, Wearing


def visible_to(actor: Actor) -> QuerySet[Device]:
    """The whole force's stock, since districts lend to each other; nothing for roles without tags."""
    devices = Device.objects.select_related("unit")
    return devices if actor.may(Power.SEE_TAGS) else devices.none()


def wearings_visible_to(actor: Actor) -> QuerySet[Wearing]:
    """Who wears what, of the people the actor may see."""
    wearings = Wearing.objects.select_related("person", "device__unit")
    if not actor.may(Power.SEE_TAGS):
        return wearings.none()
    return wearings.filter(person__in=persons.visible_to(actor))


def may_handle(actor: Actor, device: Device) -> bool:
    """Whether the actor may fit this device or change its state: its own district's staff, and the whole force's."""
    return actor.may(Power.MANAGE_TAGS) and (actor.force_wide or device.unit_id in actor.unit_ids)


def access_device(actor: Actor, pk: int, *, handle: bool = False, lock: bool = False) -> Device:
    """The device, or NotFound; Forbidden when it is another district's and is to be handled."""
    devices = visible_to(actor)
    if lock:
        devices = devices.select_for_update(of=("self",))
    device = devices.filter(pk=pk).first()
    if device is None:
        raise NotFound
    if handle and not may_handle(actor, device):
        raise Forbidden("Only the district that owns this tag may do that.")
    return device


def access_wearing(actor: Actor, pk: int, *, lock: bool = False) -> Wearing:
    """The wearing, or NotFound: absent and not yours are one answer."""
    wearings = wearings_visible_to(actor)
    if lock:
        wearings = wearings.select_for_update(of=("self",))
    wearing = wearings.filter(pk=pk).first()
    if wearing is None:
        raise NotFound
    return wearing
