"""What waits for a person today: every role's first page, "my day"."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Window

from cohorts.models import (
    Case,
    ChecklistItem,
    Deadline,
    Deselection,
    DeselectionNotice,
    Engagement,
    Plan,
    PlanAction,
    Referral,
)
from cohorts.permissions import children_visible_to, deadlines_visible_to, referrals_visible_to, visible_to
from cohorts.rules.checklists import OwnerRole
from cohorts.rules.statuses import OPEN_CASE, CaseStatus
from cohorts.selectors.deadlines import DeadlineLine, said_of
from cohorts.selectors.referrals import OPEN_REFERRAL
from iom.access.actor import Actor
from iom.accounts.rules import DbClass, Power, Role
from iom.kernel.together import read_together
from iom.sharing.models import SharingReview
from iom.sharing.selectors.shares import open_reviews
from iom.working_days.rules import due_until

SHOWN = 20
SOON = timedelta(days=7)
NEW = timedelta(days=7)


@dataclass(frozen=True)
class MyDay:
    """Each list is cut at `SHOWN` rows; `counts` gives the whole number by the list's name."""

    overdue: list[DeadlineLine]
    due_today: list[DeadlineLine]
    due_soon: list[DeadlineLine]
    new_cases: list[Case]
    unallocated: list[Case]
    reviews_due: list[Case]
    engagements: list[Engagement]
    to_record: list[Engagement]
    actions: list[PlanAction]
    checklist: list[ChecklistItem]
    plans_to_endorse: list[Plan]
    deselections_to_decide: list[Deselection]
    referrals: list[Referral]
    notices: list[DeselectionNotice]
    sharing_reviews: list[SharingReview]
    counts: dict[str, int]


def day_lists(actor: Actor, on: date, at: datetime) -> dict[str, QuerySet[Any]]:
    """What is due, overdue and new for the actor on a day, by role: a manager's own cases, supervision's unit.

    Each list as a query for its first rows, of which every one says in `whole` how long the list is.
    """
    mine = _my_deadlines(actor, on)
    lists: dict[str, QuerySet[Any]] = {
        "overdue": mine.filter(due_on__lt=on),
        "due_today": mine.filter(due_on=on),
        "due_soon": mine.filter(due_on__gt=on, due_on__lte=on + SOON),
        **_cases(actor, on),
        **_engagements(actor, on, at),
        **_work(actor, on),
        **_decisions(actor),
    }
    return {name: rows.annotate(whole=Window(Count("pk")))[:SHOWN] for name, rows in lists.items()}


def my_day(actor: Actor, on: date, at: datetime, lists: Mapping[str, QuerySet[Any]] | None = None) -> MyDay:
    """The lists with their rows, read in one unless they have been."""
    lists = lists or day_lists(actor, on, at)
    read_together(*lists.values())
    shown: dict[str, Any] = {name: list(rows) for name, rows in lists.items()}
    counts = {name: rows[0].whole if rows else 0 for name, rows in shown.items()}
    for name in ("overdue", "due_today", "due_soon"):
        shown[name] = said_of(actor, on, shown[name])
    return MyDay(**shown, counts=counts)


def _supervises(actor: Actor) -> bool:
    return actor.may(Power.ALLOCATE)


def _own(actor: Actor, path: str = "case__") -> Q:
    return Q(**{f"{path}manager": actor.user_id}) | Q(**{f"{path}partner_manager": actor.user_id})


def _in_unit(actor: Actor, path: str = "case__") -> Q:
    """Supervision's own unit; the whole force for those who work for all of it."""
    return Q() if actor.force_wide else Q(**{f"{path}unit__in": list(actor.unit_ids)})


def _my_deadlines(actor: Actor, on: date) -> QuerySet[Deadline]:
    rows = deadlines_visible_to(actor).filter(met_on__isnull=True, stopped_on__isnull=True)
    rows = rows.select_related("case__person", "case__unit", "owner").order_by("due_on", "id")
    if _supervises(actor) or actor.role == Role.ANALYST:
        return rows.filter(_in_unit(actor))
    return rows.filter(_own(actor) | Q(owner=actor.user_id))


def _cases(actor: Actor, on: date) -> dict[str, QuerySet[Case]]:
    rows = visible_to(actor).filter(status__in=tuple(OPEN_CASE)).select_related("person", "unit", "manager")
    mine = rows.filter(_in_unit(actor, "")) if _supervises(actor) else rows.filter(_own(actor, ""))
    nobody = Q(manager__isnull=True, partner_manager__isnull=True)
    return {
        "new_cases": mine.filter(selected_on__gt=on - NEW, selected_on__lte=on).order_by(
            "-selected_on", "-id"
        ),
        "unallocated": mine.filter(nobody).order_by("selected_on", "id")
        if _supervises(actor)
        else rows.none(),
        "reviews_due": mine.filter(status=CaseStatus.ACTIVE, review_on__lte=on).order_by("review_on", "id"),
    }


def _engagements(actor: Actor, on: date, at: datetime) -> dict[str, QuerySet[Engagement]]:
    rows = children_visible_to(actor, Engagement).filter(_own(actor), attended="planned")
    rows = rows.select_related("case__person", "with_agency").order_by("planned_at", "id")
    return {
        "engagements": rows.filter(planned_at__gte=at, planned_at__lt=due_until(on)),
        "to_record": rows.filter(planned_at__lt=at),
    }


def _work(actor: Actor, on: date) -> dict[str, QuerySet[PlanAction] | QuerySet[ChecklistItem]]:
    actions = children_visible_to(actor, PlanAction).filter(ended_on__isnull=True, due_on__lte=on + SOON)
    own = Q(owner=actor.user_id)
    if actor.is_partner:
        own |= Q(owner__isnull=True, owner_agency=actor.agency_id)
    else:
        own |= Q(owner__isnull=True, owner_agency=actor.agency_id) & _own(actor)
    lines = children_visible_to(actor, ChecklistItem).filter(
        status="to_do", case__status__in=tuple(OPEN_CASE)
    )
    return {
        "actions": actions.filter(own)
        .select_related("case__person", "owner_agency")
        .order_by("due_on", "id"),
        "checklist": lines.filter(_lines_of(actor), due_on__lte=on + SOON)
        .select_related("case__person", "case__unit")
        .order_by("due_on", "id"),
    }


def _lines_of(actor: Actor) -> Q:
    if _supervises(actor):
        return Q(owner_role=OwnerRole.SUPERVISION) & _in_unit(actor)
    if actor.role == Role.SUPPORT:
        return Q(owner_role=OwnerRole.SUPPORT) & _in_unit(actor)
    return Q(owner=actor.user_id)


def _decisions(
    actor: Actor,
) -> dict[str, QuerySet[Any]]:
    plans = (
        children_visible_to(actor, Plan)
        .filter(status="completed")
        .select_related("case__person", "completed_by")
    )
    referrals = (
        referrals_visible_to(actor)
        .filter(status__in=OPEN_REFERRAL)
        .select_related("unit", "referring_agency")
    )
    notices = children_visible_to(actor, DeselectionNotice).filter(
        acknowledged_on__isnull=True, agency=actor.agency_id
    )
    if actor.is_partner:
        referrals = referrals.filter(referring_agency=actor.agency_id)
    elif not actor.may(Power.RESEARCH):
        referrals = referrals.none()
    return {
        "plans_to_endorse": plans.filter(_in_unit(actor)).order_by("completed_at", "id")
        if actor.may(Power.ENDORSE_PLAN)
        else plans.none(),
        "deselections_to_decide": _to_decide(actor),
        "referrals": referrals.order_by("submitted_at", "id"),
        "notices": notices.select_related("case__person") if actor.is_partner else notices.none(),
        "sharing_reviews": _sharing_reviews(actor),
    }


def _sharing_reviews(actor: Actor) -> QuerySet[SharingReview]:
    """Sharing to look at again: supervision sees its unit's, a manager their own."""
    case = visible_to(actor).filter(person=OuterRef("person"), status__in=tuple(OPEN_CASE)).values("pk")
    rows = open_reviews(actor).annotate(case_id=Subquery(case[:1]))
    if not actor.may(Power.MANAGE_CASE):
        return rows.none()
    return rows.filter(_in_unit(actor, "")) if _supervises(actor) else rows.filter(owner=actor.user_id)


def _to_decide(actor: Actor) -> QuerySet[Deselection]:
    if actor.db_class != DbClass.POLICE or not actor.may(Power.DESELECT):
        return Deselection.objects.none()
    rows = children_visible_to(actor, Deselection).filter(
        _in_unit(actor), status="proposed", case__status__in=tuple(OPEN_CASE)
    )
    return (
        rows.exclude(proposed_by=actor.user_id)
        .select_related("case__person", "proposed_by")
        .order_by("proposed_at")
    )
