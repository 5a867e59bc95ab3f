"""What people do with referrals and cases, one function each; safe from any door."""

from cohorts.services.action import PathwayForm, add_action, set_pathway, update_action
from cohorts.services.board import BoardDecision, PlacementChoice
from cohorts.services.case import allocate_manager, move_placement, reassign
from cohorts.services.chasing import chase
from cohorts.services.checklist import reopen_checklist, set_aside, tick_checklist
from cohorts.services.deadlines import extend_deadline, recompute_open_deadlines_for_new_holiday
from cohorts.services.deregistration import acknowledge, deregister
from cohorts.services.deselection import (
    DeselectionForm,
    agree_deselection,
    propose_deselection,
    turn_down_deselection,
)
from cohorts.services.engagement import EngagementForm, mark_missed, plan_engagement, record_engagement
from cohorts.services.plan import complete_plan, endorse_plan, save_plan, send_back, start_plan
from cohorts.services.referral import (
    ReferralForm,
    list_for_board,
    match_person,
    start_research,
    submit_referral,
    withdraw,
)
from cohorts.services.review import set_review
from cohorts.services.selection import defer, record_selection, refuse
from cohorts.services.sharing import change_sharing, end_sharing, look_again, share_with_agency

__all__ = [
    "BoardDecision",
    "DeselectionForm",
    "EngagementForm",
    "PathwayForm",
    "PlacementChoice",
    "ReferralForm",
    "acknowledge",
    "add_action",
    "agree_deselection",
    "allocate_manager",
    "change_sharing",
    "chase",
    "complete_plan",
    "defer",
    "deregister",
    "end_sharing",
    "endorse_plan",
    "extend_deadline",
    "list_for_board",
    "look_again",
    "mark_missed",
    "match_person",
    "move_placement",
    "plan_engagement",
    "propose_deselection",
    "reassign",
    "recompute_open_deadlines_for_new_holiday",
    "record_engagement",
    "record_selection",
    "refuse",
    "reopen_checklist",
    "save_plan",
    "send_back",
    "set_aside",
    "set_pathway",
    "set_review",
    "share_with_agency",
    "start_plan",
    "start_research",
    "submit_referral",
    "tick_checklist",
    "turn_down_deselection",
    "update_action",
    "withdraw",
]
