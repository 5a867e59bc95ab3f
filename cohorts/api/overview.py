"""One case as programs read it: what hangs on it, each as its own shape (PER-6, PLN-1 to PLN-3)."""

from typing import Any

from rest_framework import serializers

from cohorts.api.answers import CaseRefSerializer, DeadlineSerializer, PlacementSerializer
from cohorts.models import (
    Case,
    CaseStage,
    ChecklistItem,
    Deselection,
    DeselectionNotice,
    Engagement,
    PathwayNeed,
    Plan,
    PlanAction,
)
from cohorts.rules.checklists import ChecklistKind
from cohorts.rules.statuses import (
    CASE_STEPS,
    DESELECTION_STEPS,
    OPEN_CASE_STEPS,
    PLAN_STEPS,
    ActionStatus,
    CaseStatus,
    ChecklistStatus,
    DeselectionStatus,
    PlanStatus,
)
from cohorts.rules.vocabulary import (
    DESELECTION_CONSIDERATIONS,
    ENGAGEMENT_KINDS,
    NEED_LEVELS,
    OUTCOMES,
    PATHWAYS,
    UPTAKES,
    Attendance,
)
from iom.access.models import AgencyAccess
from iom.access.scoped import ScopedSerializer
from iom.accounts.api import StaffSerializer
from iom.agencies.api import AgencySerializer, UnitSerializer
from iom.kernel.api import Code
from iom.kernel.compartments import Compartment
from iom.persons.api import PersonRefSerializer

STEPS = (
    *CASE_STEPS,
    *OPEN_CASE_STEPS,
    *(f"plan.{step}" for step in PLAN_STEPS),
    *(f"deselection.{step}" for step in DESELECTION_STEPS),
)


class ChecklistItemSerializer(ScopedSerializer):
    """One action upon selection or deselection."""

    id = serializers.IntegerField()
    kind = Code("ChecklistKind", ChecklistKind)
    code = serializers.CharField()
    words = serializers.CharField()
    clause = serializers.CharField()
    status = Code("ChecklistStatus", ChecklistStatus)
    owner_role = serializers.CharField()
    owner = StaffSerializer(allow_null=True)
    due_on = serializers.DateField()
    done_on = serializers.DateField(allow_null=True)
    done_by = StaffSerializer(allow_null=True)
    evidence = serializers.CharField()

    class Meta:
        model = ChecklistItem
        compartments = dict.fromkeys(("words", "clause"), Compartment.PLAN)


class PlanSerializer(ScopedSerializer):
    """A version of the intervention plan."""

    id = serializers.IntegerField()
    version = serializers.IntegerField()
    status = Code("PlanStatus", PlanStatus)
    risks = serializers.CharField()
    triggers = serializers.CharField()
    protective_factors = serializers.CharField()
    vulnerabilities = serializers.CharField()
    family = serializers.CharField()
    objectives = serializers.CharField()
    started_at = serializers.DateTimeField()
    started_by = StaffSerializer(allow_null=True)
    completed_at = serializers.DateTimeField(allow_null=True)
    completed_by = StaffSerializer(allow_null=True)
    endorsed_at = serializers.DateTimeField(allow_null=True)
    endorsed_by = StaffSerializer(allow_null=True)

    class Meta:
        model = Plan


class PlanActionSerializer(ScopedSerializer):
    """Something an agency will do by a date, on one pathway."""

    id = serializers.IntegerField()
    pathway = Code("Pathway", PATHWAYS)
    description = serializers.CharField()
    owner_agency = AgencySerializer()
    owner = StaffSerializer(allow_null=True)
    due_on = serializers.DateField()
    status = Code("ActionStatus", ActionStatus)
    progress = serializers.CharField()
    result = serializers.CharField()
    ended_on = serializers.DateField(allow_null=True)

    class Meta:
        model = PlanAction


class PathwayNeedSerializer(ScopedSerializer):
    """How one pathway stands."""

    pathway = Code("Pathway", PATHWAYS)
    need = Code("NeedLevel", NEED_LEVELS)
    provider = AgencySerializer(allow_null=True)
    referred_on = serializers.DateField(allow_null=True)
    uptake = Code("Uptake", UPTAKES)
    outcome = Code("PathwayOutcome", OUTCOMES)
    notes = serializers.CharField()
    set_at = serializers.DateTimeField()
    set_by = StaffSerializer(allow_null=True)

    class Meta:
        model = PathwayNeed


class PathwayLineSerializer(ScopedSerializer):
    """One of the seven pathways; `need` is null while nothing is recorded."""

    code = Code("Pathway", PATHWAYS)
    name = serializers.CharField()
    need = PathwayNeedSerializer(allow_null=True)

    class Meta:
        compartments = dict.fromkeys(("code", "name", "need"), Compartment.PLAN)


class EngagementSerializer(ScopedSerializer):
    """A meeting with the person, planned or held."""

    id = serializers.IntegerField()
    kind = Code("EngagementKind", ENGAGEMENT_KINDS)
    planned_at = serializers.DateTimeField(allow_null=True)
    held_at = serializers.DateTimeField(allow_null=True)
    place = serializers.CharField()
    with_agency = AgencySerializer(allow_null=True)
    attended = Code("Attendance", Attendance)
    notes = serializers.CharField()
    next_step = serializers.CharField()
    by = StaffSerializer(allow_null=True)
    recorded_at = serializers.DateTimeField()

    class Meta:
        model = Engagement


class DeselectionSerializer(ScopedSerializer):
    """A proposal to end management, and what became of it."""

    id = serializers.IntegerField()
    status = Code("DeselectionStatus", DeselectionStatus)
    considerations = serializers.SerializerMethodField()
    rationale = serializers.CharField()
    exit_strategy = serializers.CharField()
    monitored_reason = serializers.CharField()
    monitored_until = serializers.DateField(allow_null=True)
    proposed_at = serializers.DateTimeField()
    proposed_by = StaffSerializer(allow_null=True)
    decided_on = serializers.DateField(allow_null=True)
    decided_by = StaffSerializer(allow_null=True)
    decision_note = serializers.CharField()
    deregistered_on = serializers.DateField(allow_null=True)
    deregistered_by = StaffSerializer(allow_null=True)
    deregistration_rationale = serializers.CharField()

    class Meta:
        model = Deselection
        compartments = {"considerations": Compartment.OPERATIONS}

    def get_considerations(self, deselection: Any) -> dict[str, str]:
        return {name: getattr(deselection, name) for name in DESELECTION_CONSIDERATIONS}


class NoticeSerializer(ScopedSerializer):
    """An agency that was told of a deselection."""

    id = serializers.IntegerField()
    agency = AgencySerializer()
    told_on = serializers.DateField()
    acknowledged_on = serializers.DateField(allow_null=True)
    acknowledged_by = StaffSerializer(allow_null=True)

    class Meta:
        model = DeselectionNotice


class SharingSerializer(ScopedSerializer):
    """An agency with which the person is shared."""

    agency = AgencySerializer()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)
    purpose = serializers.CharField()
    reason = serializers.CharField()

    class Meta:
        model = AgencyAccess


class CaseStageSerializer(ScopedSerializer):
    from_status = serializers.CharField()
    to_status = Code("CaseStatus", CaseStatus)
    at = serializers.DateTimeField()
    by = StaffSerializer(allow_null=True)
    note = serializers.CharField()

    class Meta:
        model = CaseStage


class CaseDetailSerializer(ScopedSerializer):
    id = serializers.IntegerField()
    person = PersonRefSerializer()
    unit = UnitSerializer()
    manager = StaffSerializer(allow_null=True)
    partner_manager = StaffSerializer(allow_null=True)
    status = Code("CaseStatus", CaseStatus)
    selected_on = serializers.DateField()
    review_on = serializers.DateField()
    deselected_on = serializers.DateField(allow_null=True)
    closed_on = serializers.DateField(allow_null=True)

    class Meta:
        model = Case


class CaseSerializer(ScopedSerializer):
    """One case with what you may see of it, and the steps open to you now."""

    case = CaseDetailSerializer()
    placements = PlacementSerializer(many=True)
    earlier_placements = PlacementSerializer(many=True)
    deadlines = DeadlineSerializer(many=True)
    checklist = ChecklistItemSerializer(many=True)
    plans = PlanSerializer(many=True)
    actions = PlanActionSerializer(many=True)
    pathways = PathwayLineSerializer(many=True)
    engagements = EngagementSerializer(many=True)
    deselection = DeselectionSerializer(allow_null=True)
    notices = NoticeSerializer(many=True)
    shared_with = SharingSerializer(many=True)
    stages = CaseStageSerializer(many=True)
    other_cases = CaseRefSerializer(many=True)
    review_overdue = serializers.BooleanField()
    long_stay = serializers.BooleanField()
    steps = serializers.SerializerMethodField()

    class Meta:
        compartments = {
            **dict.fromkeys(
                (
                    "case",
                    "placements",
                    "earlier_placements",
                    "deadlines",
                    "checklist",
                    "plans",
                    "actions",
                    "pathways",
                    "engagements",
                    "notices",
                    "shared_with",
                    "stages",
                    "other_cases",
                    "review_overdue",
                    "long_stay",
                    "steps",
                ),
                Compartment.PLAN,
            ),
            "deselection": Compartment.OPERATIONS,
        }

    def get_steps(self, overview: Any) -> list[str]:
        return [step for step in STEPS if step in overview.steps]
