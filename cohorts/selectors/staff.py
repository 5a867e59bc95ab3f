"""Who works where: the people a duty or a message goes to (ORG-3, CMP-7)."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from iom.accounts.rules import ROLES, DbClass, Role
from iom.agencies.models import Membership, in_force_on
from iom.agencies.rules import UnitKind

SUPERVISION: tuple[Role, ...] = (Role.SUPERVISOR, Role.PRISON_SUPERVISOR)
MANAGERS: tuple[Role, ...] = (
    Role.OFFENDER_MANAGER,
    Role.PRISON_OFFICER,
    Role.SUPERVISOR,
    Role.PRISON_SUPERVISOR,
    Role.PARTNER_PRACTITIONER,
    Role.PARTNER_MANAGER,
)
PARTNER_ROLES = frozenset(role for role, row in ROLES.items() if row.db_class == DbClass.PARTNER)


def members(roles: Iterable[Role], *, on: date, unit_id: int | None = None) -> QuerySet[Membership]:
    """Memberships in force on a day in any of the roles, of one unit or of all."""
    rows = Membership.objects.filter(in_force_on(on), role__in=[r.value for r in roles], user__is_active=True)
    return rows if unit_id is None else rows.filter(team__unit=unit_id)


def supervisors_of(unit_id: int, *, on: date) -> list[int]:
    """User ids of the unit's IOM supervision."""
    return list(members(SUPERVISION, on=on, unit_id=unit_id).values_list("user_id", flat=True).distinct())


def inspectors_of(unit_id: int, *, on: date) -> list[int]:
    """User ids of the unit's inspectors; where it has none, of the whole force's central point of contact."""
    found = list(
        members([Role.INSPECTOR], on=on, unit_id=unit_id).values_list("user_id", flat=True).distinct()
    )
    if found:
        return found
    central = members([Role.CENTRAL_SPOC], on=on).filter(team__unit__kind=UnitKind.FORCE)
    return list(central.values_list("user_id", flat=True).distinct())


def support_of(unit_id: int, *, on: date) -> list[int]:
    """User ids of the unit's support staff."""
    return list(members([Role.SUPPORT], on=on, unit_id=unit_id).values_list("user_id", flat=True).distinct())


def partner_contacts(agency_ids: Iterable[int], *, on: date) -> list[int]:
    """User ids of partner agencies' managers and single points of contact (ORG-2)."""
    rows = members(PARTNER_ROLES, on=on).filter(team__agency__in=list(agency_ids))
    named = rows.filter(Q(is_contact=True) | Q(role=Role.PARTNER_MANAGER.value))
    return list(named.values_list("user_id", flat=True).distinct())


def managers_for(unit_id: int, *, on: date) -> QuerySet[Membership]:
    """Who may be allocated a case of this unit: its own staff and partners' practitioners."""
    own_or_partner = Q(team__unit=unit_id) | Q(role__in=[r.value for r in PARTNER_ROLES])
    return (
        members(MANAGERS, on=on)
        .filter(own_or_partner)
        .select_related("user", "team__agency")
        .order_by("team__agency__name", "user__name")
    )


def manager_membership(user_id: int, *, on: date) -> Membership | None:
    """The membership by which a person may manage cases, or None."""
    return (
        members(MANAGERS, on=on)
        .filter(user=user_id)
        .select_related("team__agency", "user")
        .order_by("id")
        .first()
    )
