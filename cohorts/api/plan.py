"""The plan, its actions, pathways and engagements (PLN-1 to PLN-3)."""

from typing import Any

from rest_framework import serializers

from cohorts.api.answers import Reason
from cohorts.api.overview import (
    EngagementSerializer,
    PathwayNeedSerializer,
    PlanActionSerializer,
    PlanSerializer,
)
from cohorts.models import Engagement, PathwayNeed, Plan, PlanAction
from cohorts.rules.statuses import ACTION_STEPS
from cohorts.rules.vocabulary import (
    ENGAGEMENT_KINDS,
    HELD,
    NEED_LEVELS,
    OUTCOMES,
    PATHWAYS,
    UPTAKES,
    Attendance,
)
from cohorts.services.action import PathwayForm, add_action, set_pathway, update_action
from cohorts.services.engagement import EngagementForm, mark_missed, plan_engagement, record_engagement
from cohorts.services.plan import complete_plan, endorse_plan, save_plan, send_back, start_plan
from iom.access.actor import Actor
from iom.access.api import acts, endpoint
from iom.agencies.api import AgencyCode
from iom.kernel import clock
from iom.kernel.api import Code, Day, Id, Input, Moment, Words

TAG = "Plan and engagements"
LONG = 8000


class PlanParts(Input):
    """Parts that are left out stay as they are."""

    risks = serializers.CharField(max_length=LONG, allow_blank=True, required=False)
    triggers = serializers.CharField(max_length=LONG, allow_blank=True, required=False)
    protective_factors = serializers.CharField(max_length=LONG, allow_blank=True, required=False)
    vulnerabilities = serializers.CharField(max_length=LONG, allow_blank=True, required=False)
    family = serializers.CharField(max_length=LONG, allow_blank=True, required=False)
    objectives = serializers.CharField(max_length=LONG, allow_blank=True, required=False)


class NewAction(Input):
    pathway = Code("Pathway", PATHWAYS)
    description = Words(1000)
    owner_agency = AgencyCode(source="owner_agency_id")
    owner = Id(source="owner_id", required=False, allow_null=True)
    due_on = Day()


class ActionUpdate(Input):
    step = Code("ActionStep", ("", *ACTION_STEPS), default="")
    progress = Words(1000, required=False)
    result = Words(1000, required=False)


class PathwayState(Input):
    pathway = Code("Pathway", PATHWAYS)
    need = Code("NeedLevel", NEED_LEVELS)
    provider = AgencyCode(source="provider_id", required=False, allow_null=True)
    referred_on = Day(required=False, allow_null=True)
    uptake = Code("Uptake", UPTAKES, default="")
    outcome = Code("PathwayOutcome", OUTCOMES, default="")
    notes = Words(2000, required=False)


class PlannedEngagement(Input):
    kind = Code("EngagementKind", ENGAGEMENT_KINDS)
    planned_at = Moment()
    place = serializers.CharField(max_length=120, default="", allow_blank=True)
    with_agency = AgencyCode(source="with_agency_id", required=False, allow_null=True)


class HeldEngagement(Input):
    """An engagement that was held; `engagement` is the planned one, if there was one."""

    kind = Code("EngagementKind", ENGAGEMENT_KINDS)
    held_at = Moment()
    attended = Code("HeldAttendance", sorted(HELD), default=Attendance.YES.value)
    place = serializers.CharField(max_length=120, default="", allow_blank=True)
    with_agency = AgencyCode(source="with_agency_id", required=False, allow_null=True)
    notes = Words(2000)
    engagement = Id(required=False)


class MissedEngagement(Input):
    next_step = Words(2000)
    notes = Words(2000, required=False)


@acts("plans_start", PlanSerializer, status=201)
def start(actor: Actor, typed: dict[str, Any], pk: int) -> Plan:
    """Open the next version of a case's plan, filled with the text of the one before."""
    return start_plan(pk, by=actor, at=clock.now())


@acts("plans_edit", PlanSerializer, takes=PlanParts)
def save(actor: Actor, typed: dict[str, Any], pk: int) -> Plan:
    """Write parts of a draft."""
    return save_plan(pk, typed, by=actor, at=clock.now())


@acts("plans_complete", PlanSerializer)
def complete(actor: Actor, typed: dict[str, Any], pk: int) -> Plan:
    """Put the plan on the profile; supervision is asked to endorse it."""
    return complete_plan(pk, by=actor, at=clock.now())


@acts("plans_endorse", PlanSerializer)
def endorse(actor: Actor, typed: dict[str, Any], pk: int) -> Plan:
    """Endorse the plan and the pathways."""
    return endorse_plan(pk, by=actor, at=clock.now())


@acts("plans_send_back", PlanSerializer, takes=Reason)
def back(actor: Actor, typed: dict[str, Any], pk: int) -> Plan:
    """Send a completed plan back with what is to be changed."""
    return send_back(pk, by=actor, at=clock.now(), **typed)


@acts("actions_create", PlanActionSerializer, takes=NewAction, status=201)
def new_action(actor: Actor, typed: dict[str, Any], pk: int) -> PlanAction:
    """Give an agency something to do by a date."""
    return add_action(pk, by=actor, at=clock.now(), **typed)


@acts("actions_update", PlanActionSerializer, takes=ActionUpdate)
def report(actor: Actor, typed: dict[str, Any], pk: int) -> PlanAction:
    """Report on an action: progress, or a step with its result."""
    return update_action(pk, by=actor, at=clock.now(), **typed)


@acts("pathways_set", PathwayNeedSerializer, takes=PathwayState, status=201)
def pathway(actor: Actor, typed: dict[str, Any], pk: int) -> PathwayNeed:
    """Record how one pathway stands; the entry before is kept."""
    return set_pathway(pk, PathwayForm(**typed), by=actor, at=clock.now())


@acts("engagements_plan", EngagementSerializer, takes=PlannedEngagement, status=201)
def arrange(actor: Actor, typed: dict[str, Any], pk: int) -> Engagement:
    """Arrange to meet the person."""
    return plan_engagement(pk, by=actor, at=clock.now(), **typed)


@acts("engagements_record", EngagementSerializer, takes=HeldEngagement, status=201)
def held(actor: Actor, typed: dict[str, Any], pk: int) -> Engagement:
    """Record an engagement that was held, planned before or not."""
    planned = typed.pop("engagement", None)
    return record_engagement(pk, EngagementForm(**typed), by=actor, at=clock.now(), engagement_id=planned)


@acts("engagements_miss", EngagementSerializer, takes=MissedEngagement)
def missed(actor: Actor, typed: dict[str, Any], pk: int) -> Engagement:
    """Record that the person did not attend, and what comes next."""
    return mark_missed(pk, by=actor, at=clock.now(), **typed)


plan_start = endpoint(start, tag=TAG)
PLAN_STEPS = {
    "edit": endpoint(save, tag=TAG),
    "complete": endpoint(complete, tag=TAG),
    "endorse": endpoint(endorse, tag=TAG),
    "send_back": endpoint(back, tag=TAG),
}
action_create = endpoint(new_action, tag=TAG)
action_update = endpoint(report, tag=TAG)
pathway_set = endpoint(pathway, tag=TAG)
engagement_plan = endpoint(arrange, tag=TAG)
engagement_record = endpoint(held, tag=TAG)
engagement_miss = endpoint(missed, tag=TAG)
