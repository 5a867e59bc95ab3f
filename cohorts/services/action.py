"""Actions of the plan and the pathways they serve (PLN-1, PLN-2)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from cohorts.audit import ACTION_ADDED, ACTION_UPDATED, PATHWAY_SET
from cohorts.models import PathwayNeed, PlanAction
from cohorts.permissions import access_action, access_case
from cohorts.rules.statuses import ACTION_STEPS, ActionStatus, require_open, take
from cohorts.rules.vocabulary import NEED_LEVELS, OUTCOMES, PATHWAYS, UPTAKES
from cohorts.services.checklist import done_by_act
from cohorts.services.history import require_case_step
from cohorts.services.messages import CASE, case_url, tell
from iom.access.actor import Actor
from iom.agencies.models import Membership, in_force_on
from iom.audit.services import record
from iom.kernel.errors import Invalid
from iom.working_days.rules import local_date


@transaction.atomic
def add_action(
    case_id: int,
    *,
    by: Actor,
    at: datetime,
    pathway: str,
    description: str,
    owner_agency_id: int,
    due_on: date,
    owner_id: int | None = None,
) -> PlanAction:
    """Give an agency, and where known a person of it, something to do by a date on one pathway."""
    case = access_case(by, case_id, to="work_on_plan", lock=True)
    require_case_step(case, "work_on_plan")
    on = local_date(at)
    problems: dict[str, list[str]] = {}
    if pathway not in PATHWAYS:
        problems["pathway"] = ["Choose the pathway."]
    if not description.strip():
        problems["description"] = ["Enter what is to be done."]
    if due_on < on:
        problems["due_on"] = ["The date must be today or later."]
    belongs = Membership.objects.filter(in_force_on(on), user=owner_id, team__agency=owner_agency_id)
    if owner_id is not None and not belongs.exists():
        problems["owner_id"] = ["Choose a person of the agency that owns the action."]
    if problems:
        raise Invalid(problems)
    action = PlanAction.objects.create(
        case=case,
        pathway=pathway,
        description=description.strip(),
        owner_agency_id=owner_agency_id,
        owner_id=owner_id,
        due_on=due_on,
        created_at=at,
        created_by_id=by.user_id,
    )
    record(
        ACTION_ADDED,
        by=by,
        subjects=[case.person_id],
        detail={"action": action.pk, "agency": owner_agency_id},
    )
    tell(
        [owner_id],
        key=f"action:{action.pk}:added",
        kind=CASE,
        subject="You have a new action in a plan",
        body=f"{action.description} Due on {due_on:%-d %B %Y}.",
        url=case_url(case),
        person_id=case.person_id,
        but=by.user_id,
    )
    return action


@transaction.atomic
def update_action(
    action_id: int, *, by: Actor, at: datetime, step: str = "", progress: str = "", result: str = ""
) -> PlanAction:
    """Record progress, or take a step (`start`, `finish`, `stop`); ending an action needs its result."""
    action, case = access_action(by, action_id)
    require_open("update_action", case.status)
    if step and step not in ACTION_STEPS:
        raise Invalid({"step": ["Choose what happened to the action."]})
    if step:
        target = take(ACTION_STEPS, step, noun="action", status=action.status, kind=ActionStatus)
        if step in ("finish", "stop") and not result.strip():
            raise Invalid({"result": ["Enter the result."]})
        action.status = target
        action.ended_on = local_date(at) if step in ("finish", "stop") else None
    elif not progress.strip():
        raise Invalid({"progress": ["Enter the progress."]})
    action.progress = progress.strip() or action.progress
    action.result = result.strip() or action.result
    action.save()
    record(
        ACTION_UPDATED,
        by=by,
        subjects=[case.person_id],
        reason=action.result if step in ("finish", "stop") else progress.strip(),
        detail={"action": action.pk, "step": step},
    )
    return action


@dataclass(frozen=True)
class PathwayForm:
    """What is known of one pathway: need, provider, referral, uptake, outcome."""

    pathway: str
    need: str
    provider_id: int | None = None
    referred_on: date | None = None
    uptake: str = ""
    outcome: str = ""
    notes: str = ""


@transaction.atomic
def set_pathway(case_id: int, form: PathwayForm, *, by: Actor, at: datetime) -> PathwayNeed:
    """Record how one pathway stands; the entry before is kept, so that change over time can be shown (PLN-2)."""
    case = access_case(by, case_id, to="work_on_plan", lock=True)
    require_case_step(case, "work_on_plan")
    if problems := _pathway_problems(form, local_date(at)):
        raise Invalid(problems)
    case.pathways.filter(pathway=form.pathway, current=True).update(current=False)
    need = PathwayNeed.objects.create(
        case=case,
        pathway=form.pathway,
        need=form.need,
        provider_id=form.provider_id,
        referred_on=form.referred_on,
        uptake=form.uptake,
        outcome=form.outcome,
        notes=form.notes.strip(),
        set_at=at,
        set_by_id=by.user_id,
    )
    done_by_act(case, "identify_pathways", by=by, at=at, evidence="Pathways were recorded.")
    record(
        PATHWAY_SET,
        by=by,
        subjects=[case.person_id],
        detail={"case": case.pk, "pathway": form.pathway, "need": form.need},
    )
    return need


def _pathway_problems(form: PathwayForm, on: date) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    if form.pathway not in PATHWAYS:
        found["pathway"] = ["Choose the pathway."]
    if form.need not in NEED_LEVELS:
        found["need"] = ["Choose the level of need."]
    if form.uptake not in UPTAKES:
        found["uptake"] = ["Choose the uptake."]
    if form.outcome not in OUTCOMES:
        found["outcome"] = ["Choose the outcome."]
    if form.referred_on is not None and form.referred_on > on:
        found["referred_on"] = ["The date of the referral must be today or in the past."]
    return found
