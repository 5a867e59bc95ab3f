"""The risk intervention plan: written, completed, endorsed (PLN-1, CMP-2)."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from cohorts.audit import (
    PLAN_CHANGED,
    PLAN_COMPLETED,
    PLAN_ENDORSED,
    PLAN_LEFT,
    PLAN_SENT_BACK,
    PLAN_STARTED,
)
from cohorts.models import PLAN_PARTS, Case, Plan
from cohorts.permissions import access_case, access_plan
from cohorts.rules.deadlines import DeadlineKind
from cohorts.rules.statuses import PLAN_STEPS, PlanStatus, take
from cohorts.selectors.staff import supervisors_of
from cohorts.services.checklist import done_by_act
from cohorts.services.deadlines import meet
from cohorts.services.history import require_case_step
from cohorts.services.messages import CASE, case_url, tell
from iom.access.actor import Actor
from iom.audit.services import record
from iom.kernel.errors import Invalid, Refused
from iom.working_days.rules import local_date

NEEDED_PARTS = ("risks", "triggers", "objectives")


def _step(plan: Plan, step: str) -> str:
    return take(PLAN_STEPS, step, noun="plan", status=plan.status, kind=PlanStatus)


@transaction.atomic
def start_plan(case_id: int, *, by: Actor, at: datetime) -> Plan:
    """Open the next version of the plan, filled with the text of the one before."""
    case = access_case(by, case_id, to="work_on_plan", lock=True)
    require_case_step(case, "work_on_plan")
    latest = case.plans.order_by("-version").first()
    if latest is not None and latest.status in (PlanStatus.DRAFT, PlanStatus.COMPLETED):
        raise Refused(f"Version {latest.version} of the plan is still being written.")
    plan = Plan.objects.create(
        case=case,
        version=latest.version + 1 if latest else 1,
        started_at=at,
        started_by_id=by.user_id,
        **({name: getattr(latest, name) for name in PLAN_PARTS} if latest else {}),
    )
    record(PLAN_STARTED, by=by, subjects=[case.person_id], detail={"plan": plan.pk, "version": plan.version})
    return plan


@transaction.atomic
def save_plan(plan_id: int, parts: Mapping[str, str], *, by: Actor, at: datetime) -> Plan:
    """Write the parts of a draft; parts not named stay as they are."""
    plan, case = access_plan(by, plan_id, to="work_on_plan")
    require_case_step(case, "work_on_plan")
    _step(plan, "edit")
    unknown = set(parts) - set(PLAN_PARTS)
    if unknown:
        raise Invalid({name: ["The plan has no such part."] for name in sorted(unknown)})
    changed = [name for name, text in parts.items() if getattr(plan, name) != text.strip()]
    for name in changed:
        setattr(plan, name, parts[name].strip())
    if changed:
        plan.save(update_fields=changed)
    record(
        PLAN_CHANGED if changed else PLAN_LEFT,
        by=by,
        subjects=[case.person_id],
        detail={"plan": plan.pk, "parts": changed, "at": str(at)},
    )
    return plan


@transaction.atomic
def complete_plan(plan_id: int, *, by: Actor, at: datetime) -> Plan:
    """Put the plan on the profile: clock (b) is met, and supervision is asked to endorse it (CMP-2)."""
    plan, case = access_plan(by, plan_id, to="work_on_plan")
    require_case_step(case, "work_on_plan")
    target = _step(plan, "complete")
    missing = {
        name: [f"Enter the {PLAN_PARTS[name].lower()}."] for name in NEEDED_PARTS if not getattr(plan, name)
    }
    if missing:
        raise Invalid(missing)
    if not case.actions.exists():
        raise Refused("Add at least one action before you complete the plan.")
    plan.status, plan.completed_at, plan.completed_by_id = target, at, by.user_id
    plan.save(update_fields=["status", "completed_at", "completed_by"])
    meet(case, DeadlineKind.PLAN, by=by, at=at)
    done_by_act(case, "complete_plan", by=by, at=at, evidence=f"Version {plan.version} was completed.")
    record(
        PLAN_COMPLETED, by=by, subjects=[case.person_id], detail={"plan": plan.pk, "version": plan.version}
    )
    tell(
        supervisors_of(case.unit_id, on=local_date(at)),
        key=f"plan:{plan.pk}:completed:{at.isoformat()}",
        kind=CASE,
        subject="A plan waits for your endorsement",
        body="Check the plan and the pathways, then endorse them or send the plan back.",
        url=case_url(case),
        person_id=case.person_id,
        but=by.user_id,
    )
    return plan


@transaction.atomic
def endorse_plan(plan_id: int, *, by: Actor, at: datetime) -> Plan:
    """Supervision endorses the plan and the pathways together: clock (c) is met (CMP-2)."""
    plan, case = access_plan(by, plan_id, to="endorse_plan")
    require_case_step(case, "endorse_plan")
    target = _step(plan, "endorse")
    if not case.pathways.filter(current=True).exists():
        raise Refused("No pathways are identified yet: record them before you endorse the plan.")
    _replace_endorsed(case)
    plan.status, plan.endorsed_at, plan.endorsed_by_id = target, at, by.user_id
    plan.save(update_fields=["status", "endorsed_at", "endorsed_by"])
    meet(case, DeadlineKind.ENDORSEMENT, by=by, at=at)
    record(PLAN_ENDORSED, by=by, subjects=[case.person_id], detail={"plan": plan.pk, "version": plan.version})
    _tell_author(plan, case, "Your plan was endorsed", "", by=by, at=at)
    return plan


def _replace_endorsed(case: Case) -> None:
    for earlier in case.plans.select_for_update().filter(status=PlanStatus.ENDORSED):
        earlier.status = _step(earlier, "replace")
        earlier.save(update_fields=["status"])


@transaction.atomic
def send_back(plan_id: int, *, by: Actor, at: datetime, reason: str) -> Plan:
    """Supervision gives a completed plan back to its author with what is to be changed."""
    plan, case = access_plan(by, plan_id, to="endorse_plan")
    require_case_step(case, "endorse_plan")
    target = _step(plan, "send_back")
    if not reason.strip():
        raise Invalid({"reason": ["Enter what is to be changed."]})
    plan.status = target
    plan.save(update_fields=["status"])
    record(PLAN_SENT_BACK, by=by, subjects=[case.person_id], reason=reason.strip(), detail={"plan": plan.pk})
    _tell_author(plan, case, "Your plan was sent back", reason.strip(), by=by, at=at)
    return plan


def _tell_author(plan: Plan, case: Case, subject: str, body: str, *, by: Actor, at: datetime) -> None:
    tell(
        [plan.completed_by_id, case.manager_id],
        key=f"plan:{plan.pk}:{plan.status}:{at.isoformat()}",
        kind=CASE,
        subject=subject,
        body=body,
        url=case_url(case),
        person_id=case.person_id,
        but=by.user_id,
    )
