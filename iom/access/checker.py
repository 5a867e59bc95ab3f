"""Asking guardian whether somebody holds a permission on one object today: an expired grant is no grant (SHR-2).

guardian's own checker knows no expiry and answers yes for ever. Row policies read the same tables and the same columns.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, Q, QuerySet
from guardian.core import ObjectPermissionChecker
from guardian.ctypes import get_content_type
from guardian.utils import get_group_obj_perms_model, get_user_obj_perms_model

from iom.agencies.models import Membership, in_force_on
from iom.working_days.rules import local_date

OPEN_ENDED = ("ended_at", "revoked_at")


class CurrentPermissionChecker(ObjectPermissionChecker):  # type: ignore[misc]
    """The permissions in force at a moment: not expired, not ended, not revoked, in a group one belongs to today."""

    def __init__(self, user_or_group: Model, *, at: datetime) -> None:
        super().__init__(user_or_group)
        self.at = at

    @property
    def on(self) -> date:
        return local_date(self.at)

    def get_user_perms(self, obj: Model) -> "QuerySet[Any]":
        model: Any = get_user_obj_perms_model(obj)
        return self._codenames(model, obj, Q(user=self.user))

    def get_group_perms(self, obj: Model) -> "QuerySet[Any]":
        model = get_group_obj_perms_model(obj)
        return self._codenames(model, obj, Q(group__in=self._groups()))

    def prefetch_perms(self, objects: "QuerySet[Any] | Iterable[Model]") -> bool:
        """Ask for many objects of one kind at once; the same answers as one by one."""
        found = list(objects)
        if not found or (self.user and not self.user.is_active):
            return False
        content_type = get_content_type(found[0])
        held: dict[str, list[str]] = {str(obj.pk): [] for obj in found}
        asked = [(get_group_obj_perms_model(found[0]), Q(group__in=self._groups()))]
        if self.user:
            asked.append((get_user_obj_perms_model(found[0]), Q(user=self.user)))
        for model, who in asked:
            if _is_direct(model):
                rows = model._default_manager.filter(who, _in_force(model, self.on, self.at))
                rows = rows.filter(content_object__in=[obj.pk for obj in found])
                for pk, codename in rows.values_list("content_object_id", "permission__codename"):
                    held[str(pk)].append(codename)
        for pk, codenames in held.items():
            self._obj_perms_cache[(content_type.id, pk)] = sorted(set(codenames))
        return True

    def _groups(self) -> "QuerySet[Group] | list[Group]":
        """The group itself, or those of the agencies that the person works for today."""
        if self.group is not None:
            return [self.group]
        agencies = Membership.objects.filter(in_force_on(self.on), user=self.user).values("team__agency")
        return Group.objects.filter(agency_group__agency__in=agencies)

    def _codenames(self, model: Any, obj: Model, who: Q) -> "QuerySet[Any]":
        rows: QuerySet[Any] = model._default_manager.order_by()
        if _is_direct(model):
            rows = rows.filter(who, _in_force(model, self.on, self.at), content_object=obj)
        else:
            rows = rows.none()
        return rows.values_list("permission__codename", flat=True)


def _is_direct(model: Any) -> bool:
    """Generic grants are not used: their tables are open to no role."""
    return not model._default_manager.is_generic()


def _in_force(model: Any, on: date, at: datetime) -> Q:
    """The rows of a table of grants that hold, by whichever of the columns it has."""
    holds = Q()
    if _has(model, "expires_on"):
        holds &= Q(expires_on__isnull=True) | Q(expires_on__gt=on)
    if _has(model, "expires_at"):
        holds &= Q(expires_at__isnull=True) | Q(expires_at__gt=at)
    for name in OPEN_ENDED:
        if _has(model, name):
            holds &= Q(**{f"{name}__isnull": True})
    return holds


def _has(model: Any, name: str) -> bool:
    try:
        model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True
