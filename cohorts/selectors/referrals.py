"""Referrals as lists and one at a time (REF-1, REF-2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from cohorts.models import Case, Referral, ReferralStage, SelectionDecision
from cohorts.permissions import access_referral, may_handle, referrals_visible_to
from cohorts.rules.statuses import REFERRAL_STEPS, allowed_steps
from iom.access.actor import Actor
from iom.accounts.rules import DbClass, Power
from iom.persons.models import Person
from iom.persons.permissions import visible_to as persons_visible_to

OPEN_REFERRAL = ("submitted", "being_researched", "listed", "deferred")
# Names of steps in the table that are called otherwise among the powers are the same here.
SORTS: Mapping[str, tuple[str, ...]] = {
    "submitted": ("submitted_on", "id"),
    "name": ("family_name", "given_names", "id"),
    "status": ("status", "-submitted_on", "id"),
    "board": ("board_on", "id"),
}


@dataclass(frozen=True)
class ReferralFilter:
    """What a list of referrals is narrowed to; an empty field does not narrow."""

    statuses: tuple[str, ...] = ()
    open_only: bool = False
    unit_id: int | None = None
    agency_id: int | None = None
    ground: str = ""
    words: str = ""
    sort: str = "-submitted"


def order_by(sort: str, sorts: Mapping[str, tuple[str, ...]], default: str) -> list[str]:
    """The columns for a sort such as "name" or "-name"; anything unknown gives the default."""
    name = sort.lstrip("-")
    chosen = sort if name in sorts else default
    columns = sorts[chosen.lstrip("-")]
    if not chosen.startswith("-"):
        return list(columns)
    return [column[1:] if column.startswith("-") else f"-{column}" for column in columns]


def referrals(actor: Actor, chosen: ReferralFilter | None = None) -> QuerySet[Referral]:
    """The referrals the actor may see, narrowed and sorted; paging is the caller's."""
    by = chosen or ReferralFilter()
    rows = referrals_visible_to(actor).select_related("unit", "referring_agency", "referred_by", "person")
    if by.statuses:
        rows = rows.filter(status__in=by.statuses)
    if by.open_only:
        rows = rows.filter(status__in=OPEN_REFERRAL)
    if by.unit_id is not None:
        rows = rows.filter(unit=by.unit_id)
    if by.agency_id is not None:
        rows = rows.filter(referring_agency=by.agency_id)
    if by.ground:
        rows = rows.filter(ground=by.ground)
    for word in by.words.split():
        rows = rows.filter(Q(family_name__istartswith=word) | Q(given_names__istartswith=word))
    return rows.order_by(*order_by(by.sort, SORTS, "-submitted"))


@dataclass(frozen=True)
class ReferralView:
    """A referral with what the actor may see of it; the pack and the board's record are for the police."""

    referral: Referral
    stages: list[ReferralStage]
    pack: dict[str, Any] | None
    decision: SelectionDecision | None
    case: Case | None
    steps: tuple[str, ...]


def referral_view(actor: Actor, referral_id: int) -> ReferralView:
    """One referral, or NotFound."""
    referral = access_referral(actor, referral_id)
    pack = None
    if actor.db_class == DbClass.POLICE and actor.may(Power.SEE_SCORES):
        pack = referral.packs.values_list("content", flat=True).first()
    decision = None
    if actor.db_class in (DbClass.POLICE, DbClass.AUDITOR):
        decision = referral.decisions.prefetch_related("agencies_present").select_related("by").first()
    return ReferralView(
        referral=referral,
        stages=list(referral.stages.select_related("by")),
        pack=pack,
        decision=decision,
        case=Case.objects.filter(referral=referral).first(),
        steps=tuple(
            s for s in allowed_steps(REFERRAL_STEPS, referral.status) if may_handle(actor, s, referral)
        ),
    )


def candidates(actor: Actor, referral: Referral, *, limit: int = 20) -> list[Person]:
    """People on record who may be meant by the typed names: by identifier first, then by birth date and name."""
    people = persons_visible_to(actor).select_related("home_unit")
    typed = [word.strip(",;").upper() for word in referral.identifiers.split()]
    same_id = (
        Q(nominal_ref__in=typed)
        | Q(pnc_id__in=typed)
        | Q(cro_no__in=typed)
        | Q(prison_no__in=typed)
        | Q(crn__in=typed)
    )
    found = list(people.filter(same_id).order_by("pk")[:limit]) if typed else []
    by_name = Q(family_name__iexact=referral.family_name)
    if referral.date_of_birth is not None:
        by_name = Q(date_of_birth=referral.date_of_birth) & (
            by_name | Q(given_names__istartswith=referral.given_names.split(" ")[0])
        )
    else:
        by_name &= Q(given_names__istartswith=referral.given_names.split(" ")[0])
    more = (
        people.filter(by_name)
        .exclude(pk__in=[p.pk for p in found])
        .order_by("family_name", "given_names", "pk")
    )
    return found + list(more[: limit - len(found)])


def look_again(actor: Actor, *, on: date) -> QuerySet[Referral]:
    """People not selected whose date for another look has come (REF-6)."""
    rows = referrals_visible_to(actor).filter(status="not_selected", look_again_on__lte=on)
    return (
        rows.exclude(person__is_managed=True).select_related("person", "unit").order_by("look_again_on", "id")
    )
