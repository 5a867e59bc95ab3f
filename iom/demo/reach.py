"""The demo's reach: a restricted record, one opened from another district, one in an emergency (SHR-2)."""

from datetime import date, datetime

from cohorts.models import Case
from cohorts.rules.statuses import OPEN_CASE
from iom.access.actor import Actor, actor_for
from iom.access.models import PersonUserGrant
from iom.access.scope import as_actor, as_owner
from iom.accounts.models import User
from iom.persons import services
from iom.persons.models import Restriction

RELATIVE = "Cousin of a member of the control room; reported by her when he was selected."
VISIT = "Named by a witness in our district as living at an address here."
EMERGENCY = "A caller says he is at her door now; need his warnings and last address."
FOUND_RIGHT = "The control room confirms the call; the look took four minutes."


def is_there() -> bool:
    """Whether an earlier try made it already."""
    return Restriction.objects.exists() or PersonUserGrant.objects.exclude(kind="named").exists()


def make_reach(*, on: date, at: datetime) -> None:
    """Of three managed people of one district one is restricted, two were opened by others; one opening is reviewed."""
    with as_owner():
        rows = Case.objects.filter(
            status__in=tuple(OPEN_CASE), manager__isnull=False, unit__code="calderwick"
        )
        cases = list(rows.select_related("person").order_by("-id")[:3])
    if len(cases) < 3:
        return
    restricted, visited, urgent = (case.person.nominal_ref for case in cases)
    inspector, elsewhere, sergeant = (_actor(name, on) for name in ("insp.quigley", "pc.shah", "sgt.coates"))
    with as_actor(elsewhere):
        services.open_elsewhere(visited, by=elsewhere, reason=VISIT)
    with as_actor(sergeant):
        opened = services.break_glass(urgent, by=sergeant, reason=EMERGENCY, at=at)
    with as_owner():
        grant = PersonUserGrant.objects.filter(kind="break_glass").order_by("-id").first()
    with as_actor(inspector):
        if opened is not None and grant is not None:
            services.review_opening(grant.pk, by=inspector, at=at, note=FOUND_RIGHT)
        services.restrict_record(restricted, by=inspector, kind="staff_relative", reason=RELATIVE)


def _actor(username: str, on: date) -> Actor:
    with as_owner():
        actor = actor_for(User.objects.get(username=username), on=on)
    assert actor is not None
    return actor
