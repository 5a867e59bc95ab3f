"""Where the figures come from: one query per fact, the same one that counts and that lists (CMP-8, RPT-1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BooleanField, Case, CharField, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from cohorts.permissions import deadlines_visible_to
from iom.access.actor import Actor
from iom.accounts.models import User
from iom.agencies.models import Membership, Unit, in_force_on
from iom.agencies.rules import UnitKind
from iom.kernel.errors import NotFound
from reports.compliance.figures import FORCE, Desk, District
from reports.rules import Outcome

NOT_ALLOCATED = "Not allocated"
NO_TEAM = "No team"


@dataclass(frozen=True, slots=True)
class Question:
    """What a report is asked for: whose reach, which districts, which period, as known at the end of which day."""

    actor: Actor
    district: District | None
    districts: tuple[District, ...]
    from_on: date
    to_on: date
    on: date

    @property
    def unit_ids(self) -> list[int]:
        return [d.id for d in self.districts]


def districts_of(actor: Actor) -> tuple[District, ...]:
    """The districts whose compliance the actor may see: their own, or all."""
    units = Unit.objects.exclude(kind=UnitKind.FORCE).order_by("name")
    if not actor.force_wide:
        units = units.filter(pk__in=actor.unit_ids)
    return tuple(District(*row) for row in units.values_list("id", "code", "name"))


def question(
    actor: Actor,
    *,
    unit_code: str | None,
    from_on: date,
    to_on: date,
    on: date,
    districts: tuple[District, ...] | None = None,
) -> Question:
    """The question, with the districts that it covers; NotFound for a district that is absent or not the actor's.

    `unit_code` None or "force" asks for all; who sees one district only gets that district. `districts` is what
    `districts_of` gave, where the caller has asked already.
    """
    own = districts_of(actor) if districts is None else districts
    if unit_code in (None, "", FORCE):
        if unit_code == FORCE and not actor.force_wide:
            raise NotFound
        district = own[0] if not actor.force_wide and len(own) == 1 else None
        return Question(actor, district, own, from_on, to_on, on)
    chosen = next((d for d in own if d.code == unit_code), None)
    if chosen is None:
        raise NotFound
    return Question(actor, chosen, (chosen,), from_on, to_on, on)


def outcome_in_sql(on: date) -> Case:
    """`reports.rules.outcome` in SQL; a parity test ties the two."""
    return Case(
        When(Q(met_on__lte=on) & Q(met_on__lte=F("first_due_on")), then=Value(Outcome.MET.value)),
        When(Q(met_on__lte=on) & Q(met_on__lte=F("due_on")), then=Value(Outcome.MET_EXTENDED.value)),
        When(met_on__lte=on, then=Value(Outcome.LATE.value)),
        When(Q(stopped_on__lte=on) & Q(stopped_on__lte=F("due_on")), then=Value(Outcome.ENDED.value)),
        When(due_on__lt=on, then=Value(Outcome.MISSED.value)),
        default=Value(Outcome.OPEN.value),
        output_field=CharField(),
    )


def deadlines(asked: Question) -> "QuerySet[Any, Any]":
    """Every deadline due in the period in the districts asked for, each with its outcome and its manager."""
    return (
        deadlines_visible_to(asked.actor)
        .filter(case__unit__in=asked.unit_ids, due_on__range=(asked.from_on, asked.to_on))
        .annotate(
            outcome=outcome_in_sql(asked.on),
            is_extended=Case(
                When(Q(due_on__gt=F("first_due_on")), then=Value(True)),
                default=Value(False),
                output_field=BooleanField(),
            ),
            manager_id=Coalesce("case__manager_id", "case__partner_manager_id"),
        )
    )


def desks(
    manager_ids: Iterable[int | None], unit_ids: Iterable[int], *, on: date
) -> dict[tuple[int | None, int], Desk]:
    """Name and team of each manager, by manager and district: the team in that district first, else the oldest."""
    managers = {m for m in manager_ids if m is not None}
    units = list(unit_ids)
    names = dict(User.objects.filter(pk__in=managers).values_list("id", "name"))
    memberships = (
        Membership.objects.filter(in_force_on(on), user__in=managers)
        .order_by("id")
        .values_list("user_id", "team__unit_id", "team_id", "team__name")
    )
    teams: dict[int, list[tuple[int | None, int, str]]] = {}
    for user_id, unit_id, team_id, team in memberships:
        teams.setdefault(user_id, []).append((unit_id, team_id, team))
    made: dict[tuple[int | None, int], Desk] = {}
    for unit_id in units:
        made[None, unit_id] = Desk(None, NOT_ALLOCATED, None, NO_TEAM)
        for manager in managers:
            own = teams.get(manager, [])
            here = next((t for t in own if t[0] == unit_id), own[0] if own else None)
            made[manager, unit_id] = Desk(
                manager,
                names.get(manager, "Not known"),
                here[1] if here else None,
                here[2] if here else NO_TEAM,
            )
    return made
