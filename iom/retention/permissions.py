"""Who sees which review, hold, disposal and request; decided nowhere else (SHR-4)."""

from typing import TypeVar

from django.db.models import Model, QuerySet

from iom.access.actor import Actor
from iom.access.scoped import sees
from iom.accounts.rules import DbClass, Power
from iom.kernel.compartments import Compartment
from iom.kernel.errors import Forbidden, NotFound
from iom.persons.permissions import reach
from iom.retention.models import (
    AccessItem,
    AccessRequest,
    Bundle,
    Correction,
    Disposal,
    LegalHold,
    Returned,
    Review,
)

M = TypeVar("M", bound=Model)


def _of_people(actor: Actor, model: type[M], power: Power) -> QuerySet[M]:
    """The rows about people the actor reaches, for roles with the power; auditors read them by theirs."""
    rows: QuerySet[M] = model._default_manager.all()
    if not (actor.may(power) or (actor.db_class == DbClass.AUDITOR and actor.may(Power.SEE_RETENTION))):
        return rows.none()
    limit = reach(actor, "person")
    return rows if limit is None else rows.filter(limit)


def reviews_visible_to(actor: Actor) -> QuerySet[Review]:
    return _of_people(actor, Review, Power.RETAIN)


def holds_visible_to(actor: Actor) -> QuerySet[LegalHold]:
    return _of_people(actor, LegalHold, Power.RETAIN)


def returned_visible_to(actor: Actor) -> QuerySet[Returned]:
    return _of_people(actor, Returned, Power.RETAIN)


def requests_visible_to(actor: Actor) -> QuerySet[AccessRequest]:
    return _of_people(actor, AccessRequest, Power.SUBJECT_ACCESS)


def corrections_visible_to(actor: Actor) -> QuerySet[Correction]:
    return _of_people(actor, Correction, Power.SUBJECT_ACCESS)


def disposals_visible_to(actor: Actor) -> QuerySet[Disposal]:
    """Disposals name nobody: those of the actor's districts, all of them for auditors."""
    rows = Disposal.objects.all()
    if not actor.may(Power.SEE_RETENTION):
        return rows.none()
    if actor.db_class == DbClass.AUDITOR or actor.force_wide:
        return rows
    return rows.filter(unit__in=list(actor.unit_ids))


def items_visible_to(actor: Actor) -> QuerySet[AccessItem]:
    """Items of requests in reach whose compartment the actor may read; auditors read no content."""
    if actor.db_class not in (DbClass.POLICE, DbClass.SERVICE) or not actor.may(Power.SUBJECT_ACCESS):
        return AccessItem.objects.none()
    readable = [compartment.value for compartment in Compartment if reads(actor, compartment)]
    return AccessItem.objects.filter(compartment__in=readable, request__in=requests_visible_to(actor))


def reads(actor: Actor, compartment: Compartment) -> bool:
    """Whether the actor reads items of a compartment.

    Another agency's note comes without its words. What is held for equality monitoring is read by nobody but who signs
    what the person is given, and only in a request of that person.
    """
    if actor.db_class == DbClass.SERVICE or compartment == Compartment.NOTE:
        return True
    if compartment == Compartment.EQUALITY:
        return actor.may(Power.RELEASE_SUBJECT_ACCESS)
    return sees(actor, compartment)


def bundles_visible_to(actor: Actor) -> QuerySet[Bundle]:
    if actor.db_class not in (DbClass.POLICE, DbClass.SERVICE) or not actor.may(Power.SUBJECT_ACCESS):
        return Bundle.objects.none()
    return Bundle.objects.filter(request__in=requests_visible_to(actor))


def _one(rows: QuerySet[M], pk: int, *, lock: bool = False) -> M:
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def _to_decide(actor: Actor, rows: QuerySet[M], pk: int, power: Power, *, decide: bool, lock: bool) -> M:
    """The row, for who decides only with the power: what is seen and not one's to decide is forbidden, not absent."""
    if decide and not actor.may(power):
        _one(rows, pk)
        raise Forbidden
    return _one(rows, pk, lock=lock)


def access_review(actor: Actor, pk: int, *, decide: bool = False, lock: bool = False) -> Review:
    rows = reviews_visible_to(actor).select_related("person__home_unit")
    return _to_decide(actor, rows, pk, Power.RETAIN, decide=decide, lock=lock)


def access_hold(actor: Actor, pk: int, *, decide: bool = False, lock: bool = False) -> LegalHold:
    rows = holds_visible_to(actor).select_related("person")
    return _to_decide(actor, rows, pk, Power.RETAIN, decide=decide, lock=lock)


def access_returned(actor: Actor, pk: int, *, decide: bool = False, lock: bool = False) -> Returned:
    rows = returned_visible_to(actor).select_related("person", "disposal")
    return _to_decide(actor, rows, pk, Power.RETAIN, decide=decide, lock=lock)


def access_disposal(actor: Actor, pk: int) -> Disposal:
    return _one(
        disposals_visible_to(actor).select_related("decided_by", "approved_by", "unit"), pk, lock=False
    )


def access_request(actor: Actor, pk: int, *, decide: bool = False, lock: bool = False) -> AccessRequest:
    rows = requests_visible_to(actor).select_related("person__home_unit")
    return _to_decide(actor, rows, pk, Power.SUBJECT_ACCESS, decide=decide, lock=lock)


def access_item(actor: Actor, pk: int, *, lock: bool = False) -> AccessItem:
    return _one(items_visible_to(actor).select_related("request__person"), pk, lock=lock)


def access_bundle(actor: Actor, request_id: int, *, lock: bool = False) -> Bundle:
    rows = bundles_visible_to(actor).filter(request_id=request_id).select_related("request__person")
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.first()
    if found is None:
        raise NotFound
    return found


def access_correction(actor: Actor, pk: int, *, decide: bool = False, lock: bool = False) -> Correction:
    rows = corrections_visible_to(actor).select_related("person")
    return _to_decide(actor, rows, pk, Power.SUBJECT_ACCESS, decide=decide, lock=lock)
