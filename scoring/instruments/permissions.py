"""Who sees and makes local calculations: police of the persons they may see, where the deployment has them on."""

from django.conf import settings
from django.db.models import QuerySet

from iom.access.actor import Actor
from iom.accounts.rules import DbClass, Power
from iom.kernel.errors import NotFound
from iom.persons.permissions import visible_to as persons_visible_to
from scoring.instruments.models import LocalCalculation

_READERS = (DbClass.POLICE, DbClass.AUDITOR, DbClass.SERVICE)


def in_use() -> bool:
    """Whether the deployment has local calculations; off by default."""
    return bool(settings.LOCAL_INSTRUMENTS)


def require_use() -> None:
    """NotFound where local calculations are off: then their pages do not exist."""
    if not in_use():
        raise NotFound


def sees_calculations(actor: Actor) -> bool:
    """Whether local calculations are shown to this actor at all."""
    return in_use() and actor.may(Power.SEE_SCORES)


def may_calculate(actor: Actor) -> bool:
    """Whoever works with people and sees scores; an analyst reads and changes nothing."""
    return actor.may(Power.SEE_SCORES) and actor.may(Power.MANAGE_CASE)


def require_calculating(actor: Actor) -> None:
    """Forbidden for roles that may not calculate."""
    actor.require(Power.SEE_SCORES)
    actor.require(Power.MANAGE_CASE)


def visible_to(actor: Actor) -> QuerySet[LocalCalculation]:
    """Local calculations of the persons the actor may see."""
    if actor.db_class not in _READERS:
        return LocalCalculation.objects.none()
    return LocalCalculation.objects.filter(person__in=persons_visible_to(actor))
