"""Referral, case, plan, deadlines and deselection as rows; what each status implies stands in the constraints."""

from cohorts.models.case import Case, CaseStage, ChecklistItem, Placement
from cohorts.models.deadline import Deadline, DeadlineMove, Reminder, TabReminder
from cohorts.models.deselection import Deselection, DeselectionNotice
from cohorts.models.plan import PLAN_PARTS, Engagement, PathwayNeed, Plan, PlanAction
from cohorts.models.referral import (
    DecisionAgency,
    DecisionScore,
    Referral,
    ReferralStage,
    ResearchPack,
    SelectionDecision,
)

__all__ = [
    "PLAN_PARTS",
    "Case",
    "CaseStage",
    "ChecklistItem",
    "Deadline",
    "DeadlineMove",
    "DecisionAgency",
    "DecisionScore",
    "Deselection",
    "DeselectionNotice",
    "Engagement",
    "PathwayNeed",
    "Placement",
    "Plan",
    "PlanAction",
    "Referral",
    "ReferralStage",
    "Reminder",
    "ResearchPack",
    "SelectionDecision",
    "TabReminder",
]
