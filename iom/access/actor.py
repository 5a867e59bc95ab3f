"""Who acts, in which role, for which agency, and how far that reaches (ORG-3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, Func, OuterRef, QuerySet

from iom.accounts.models import User
from iom.accounts.rules import ROLES, DbClass, Power, Role, may
from iom.agencies.models import Membership, SharingAgreement, Unit, in_force_on
from iom.agencies.rules import UnitKind
from iom.kernel.errors import Forbidden


@dataclass(frozen=True)
class Actor:
    """A signed-in person in one of their memberships, or the system itself (`user_id` None, class `service`)."""

    user_id: int | None
    username: str
    name: str
    role: Role | None
    agency_id: int | None
    agency_code: str
    agency_name: str
    agency_kind: str
    unit_ids: tuple[int, ...]
    force_wide: bool
    db_class: DbClass
    membership_id: int | None
    data_classes: frozenset[str] = frozenset()
    """What the agreements of a partner's agency cover today; asked of partners alone."""
    other_roles: int = 0
    """How many further memberships the person could choose to act in."""
    is_lapsed: bool = False
    """A partner whose agency has no sharing agreement in force: no session lives on (SHR-1)."""

    @property
    def role_code(self) -> str:
        return self.role.value if self.role else "system"

    @property
    def role_label(self) -> str:
        return ROLES[self.role].label if self.role else "System"

    @property
    def is_partner(self) -> bool:
        return self.db_class == DbClass.PARTNER

    @property
    def powers(self) -> dict[str, bool]:
        """Every power by name, for templates: `actor.powers.select`."""
        return {power.value: self.may(power) for power in Power}

    def may(self, power: Power) -> bool:
        """Whether the role has the power; the system itself has all."""
        return self.role is None or may(self.role, power)

    def require(self, power: Power) -> None:
        """Forbidden unless the role has the power."""
        if not self.may(power):
            raise Forbidden


SYSTEM = Actor(None, "system", "System", None, None, "", "", "", (), True, DbClass.SERVICE, None)


def memberships_today(user_id: int, *, on: date) -> QuerySet[Membership]:
    """The person's current memberships, each with all that makes an actor of it: one query tells who somebody is.

    `every_unit` holds the ids of all units, `covered` what the agreements of the agency cover, with repetitions.
    """
    agreements = SharingAgreement.objects.filter(in_force_on(on), agency=OuterRef("team__agency"))
    classes = agreements.annotate(covered=Func(F("data_classes"), function="unnest")).values("covered")
    return (
        Membership.objects.filter(in_force_on(on), user=user_id)
        .select_related("team__agency", "team__unit")
        .annotate(
            has_agreement=Exists(agreements),
            covered=ArraySubquery(classes),
            every_unit=ArraySubquery(Unit.objects.order_by("pk").values("pk")),
        )
        .order_by("id")
    )


def least_first(rows: Iterable[Membership]) -> list[Membership]:
    """Memberships, the least privileged first: a partner's before the police's, a lapsed one last."""
    order = [DbClass.PARTNER, DbClass.AUDITOR, DbClass.ADMIN, DbClass.POLICE]
    return sorted(rows, key=lambda row: (is_lapsed(row), order.index(ROLES[Role(row.role)].db_class)))


def memberships_of(user: User, *, on: date) -> list[Membership]:
    """The person's current memberships, least privileged first."""
    return least_first(memberships_today(user.pk, on=on))


def is_lapsed(row: Membership) -> bool:
    """Whether the membership, as `memberships_today` read it, is a partner's without an agreement in force."""
    return ROLES[Role(row.role)].db_class == DbClass.PARTNER and not row.has_agreement  # type: ignore[attr-defined]


def actor_for(
    user: User, *, on: date, membership_id: int | None = None, held: Iterable[Membership] | None = None
) -> Actor | None:
    """The actor a person is today, in the membership they chose or the least privileged one; None without one.

    `held`: their `memberships_today`, where these have been read already.
    """
    rows = memberships_of(user, on=on) if held is None else least_first(held)
    chosen: Any = next((row for row in rows if row.pk == membership_id), rows[0] if rows else None)
    if chosen is None:
        return None
    role = Role(chosen.role)
    unit = chosen.team.unit
    force_wide = unit is not None and unit.kind == UnitKind.FORCE
    unit_ids = tuple(chosen.every_unit) if force_wide else ((unit.pk,) if unit else ())
    return Actor(
        user_id=user.pk,
        username=user.username,
        name=user.name,
        role=role,
        agency_id=chosen.team.agency_id,
        agency_code=chosen.team.agency.code,
        agency_name=chosen.team.agency.name,
        agency_kind=chosen.team.agency.kind,
        unit_ids=unit_ids,
        force_wide=force_wide,
        db_class=ROLES[role].db_class,
        membership_id=chosen.pk,
        data_classes=frozenset(chosen.covered if ROLES[role].db_class == DbClass.PARTNER else ()),
        other_roles=sum(not is_lapsed(row) for row in rows if row.pk != chosen.pk),
        is_lapsed=is_lapsed(chosen),
    )
