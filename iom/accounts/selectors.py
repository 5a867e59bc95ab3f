"""Who may do what, as the page shows it (ORG-3)."""

from dataclasses import dataclass
from typing import Any

from django.utils.module_loading import import_string

from iom.accounts.reading import READERS
from iom.accounts.rules import DB_CLASS_LABELS, POWER_LABELS, REACH_OF_CLASS, ROLES, DbClass, Power, Role


@dataclass(frozen=True)
class RoleColumn:
    code: str
    label: str
    duty: str


@dataclass(frozen=True)
class PowerLine:
    """One act and, for each role of the group in order, whether it may."""

    label: str
    allowed: tuple[bool, ...]


@dataclass(frozen=True)
class RoleGroup:
    """The roles of one class, their reach, and what each may do."""

    label: str
    reach: str
    roles: tuple[RoleColumn, ...]
    powers: tuple[PowerLine, ...]
    reads: tuple[Any, ...]
    """What each role reads: lines with `label`, `meaning`, `cells` in the order of the roles, and `reasons`."""


def role_groups() -> list[RoleGroup]:
    """Every role against every act that somebody of its class may do."""
    return [_group(db_class) for db_class in DB_CLASS_LABELS]


def _group(db_class: DbClass) -> RoleGroup:
    roles = [role for role in Role if ROLES[role].db_class == db_class]
    columns = tuple(RoleColumn(role.value, ROLES[role].label, ROLES[role].duty) for role in roles)
    lines = tuple(_line(power, roles) for power in Power)
    return RoleGroup(
        DB_CLASS_LABELS[db_class],
        REACH_OF_CLASS[db_class],
        columns,
        tuple(one for one in lines if any(one.allowed)),
        tuple(one for path in READERS for one in import_string(path)(tuple(roles))),
    )


def _line(power: Power, roles: list[Role]) -> PowerLine:
    return PowerLine(POWER_LABELS[power], tuple(power in ROLES[role].powers for role in roles))
