"""One case on one page (PER-6, PLN-1 to PLN-3)."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from cohorts.models import (
    Case,
    CaseStage,
    ChecklistItem,
    Deselection,
    DeselectionNotice,
    Engagement,
    PathwayNeed,
    Placement,
    Plan,
    PlanAction,
)
from cohorts.permissions import access_case, may, reads_only
from cohorts.rules.reviews import is_long_stay
from cohorts.rules.statuses import (
    CASE_STEPS,
    DESELECTION_STEPS,
    OPEN_CASE,
    OPEN_CASE_STEPS,
    PLAN_STEPS,
    DeselectionStatus,
    allowed_steps,
)
from cohorts.rules.vocabulary import PATHWAYS
from cohorts.selectors.deadlines import DeadlineLine, deadlines_of_case
from iom.access.actor import Actor
from iom.access.models import AgencyAccess
from iom.accounts.rules import DbClass
from iom.agencies.models import in_force_on


@dataclass(frozen=True)
class PathwayLine:
    """One of the seven pathways and how it stands now; `need` is None while nothing is recorded."""

    code: str
    name: str
    need: PathwayNeed | None


@dataclass(frozen=True)
class CaseOverview:
    """What the page of a case shows, already limited to what the actor may see and do.

    `steps` are the acts open to the actor now: those of the case, its plan and its deselection.
    """

    case: Case
    placements: list[Placement]
    earlier_placements: list[Placement]
    deadlines: list[DeadlineLine]
    checklist: list[ChecklistItem]
    plan: Plan | None
    plans: list[Plan]
    actions: list[PlanAction]
    pathways: list[PathwayLine]
    engagements: list[Engagement]
    deselection: Deselection | None
    notices: list[DeselectionNotice]
    shared_with: list[AgencyAccess]
    stages: list[CaseStage]
    other_cases: list[Case]
    review_overdue: bool
    long_stay: bool
    steps: frozenset[str]


def case_overview(actor: Actor, case_id: int, on: date) -> CaseOverview:
    """One case, or NotFound; a fixed number of queries."""
    case = access_case(actor, case_id)
    placements = list(case.placements.select_related("by"))
    plans = list(case.plans.select_related("started_by", "completed_by", "endorsed_by"))
    deselection = _deselection(actor, case)
    return CaseOverview(
        case=case,
        placements=[p for p in placements if p.ends_on is None],
        earlier_placements=[p for p in placements if p.ends_on is not None],
        deadlines=deadlines_of_case(actor, case, on),
        checklist=list(case.checklist.select_related("owner", "done_by")),
        plan=plans[0] if plans else None,
        plans=plans,
        actions=list(case.actions.select_related("owner_agency", "owner")),
        pathways=_pathways(case),
        engagements=list(engagements(case)),
        deselection=deselection,
        notices=_notices(actor, case),
        shared_with=_shared_with(case, on),
        stages=list(case.stages.select_related("by")),
        other_cases=list(Case.objects.filter(person=case.person_id).exclude(pk=case.pk)),
        review_overdue=case.status in OPEN_CASE and case.review_on < on,
        long_stay=case.status in OPEN_CASE and is_long_stay(case.selected_on, on),
        steps=_steps(actor, case, plans[0] if plans else None, deselection),
    )


def engagements(case: Case) -> "QuerySet[Engagement]":
    """Engagements of a case, those to come first, then the latest."""
    rows = case.engagements.select_related("with_agency", "by")
    return rows.order_by(Coalesce("held_at", "planned_at").desc(), "-id")


def _deselection(actor: Actor, case: Case) -> Deselection | None:
    if actor.db_class not in (DbClass.POLICE, DbClass.AUDITOR):
        return None
    rows = case.deselections.exclude(status=DeselectionStatus.TURNED_DOWN)
    return rows.select_related("proposed_by", "decided_by", "deregistered_by").first()


def _notices(actor: Actor, case: Case) -> list[DeselectionNotice]:
    """Who was told of the deselection; a partner reads of its own notice alone."""
    rows = case.deselection_notices.select_related("agency", "acknowledged_by")
    return list(rows.filter(agency=actor.agency_id) if actor.is_partner else rows)


def _pathways(case: Case) -> list[PathwayLine]:
    rows = case.pathways.filter(current=True).select_related("provider", "set_by")
    held = {row.pathway: row for row in rows}
    return [PathwayLine(code, name, held.get(code)) for code, name in PATHWAYS.items()]


def _shared_with(case: Case, on: date) -> list[AgencyAccess]:
    rows = AgencyAccess.objects.filter(in_force_on(on), person=case.person_id)
    return list(rows.select_related("agency", "granted_by").order_by("agency__name"))


_PLAN_POWERS = {
    "edit": "work_on_plan",
    "complete": "work_on_plan",
    "endorse": "endorse_plan",
    "send_back": "endorse_plan",
}
_DESELECTION_POWERS = {
    "agree": "agree_deselection",
    "turn_down": "turn_down_deselection",
    "deregister": "deregister",
}


def _steps(actor: Actor, case: Case, plan: Plan | None, deselection: Deselection | None) -> frozenset[str]:
    """Names of what the actor may do now; plan steps are `plan.complete`, deselection's `deselection.agree`."""
    if reads_only(actor, case):
        return frozenset()
    of_case = {s for s in allowed_steps(CASE_STEPS, case.status) if may(actor, s, case)}
    if deselection is not None:
        of_case.discard("propose_deselection")
    of_case -= {"agree_deselection", "deregister", "endorse_plan"}
    if case.status in OPEN_CASE:
        of_case |= {s for s in OPEN_CASE_STEPS if may(actor, s, case)}
    if plan is not None and case.status == "active":
        steps = [s for s in allowed_steps(PLAN_STEPS, plan.status) if s in _PLAN_POWERS]
        of_case |= {f"plan.{s}" for s in steps if may(actor, _PLAN_POWERS[s], case)}
    if deselection is not None:
        steps = [s for s in allowed_steps(DESELECTION_STEPS, deselection.status) if s in _DESELECTION_POWERS]
        of_case |= {f"deselection.{s}" for s in steps if _may_decide(actor, s, deselection)}
    return frozenset(of_case)


def _may_decide(actor: Actor, step: str, deselection: Deselection) -> bool:
    second = step == "deregister" or deselection.proposed_by_id != actor.user_id
    return second and may(actor, _DESELECTION_POWERS[step])
