"""The power that each step needs (ORG-3)."""

from collections.abc import Mapping

from iom.accounts.rules import Power

STEP_POWERS: Mapping[str, Power] = {
    "submit_referral": Power.REFER,
    "withdraw": Power.REFER,
    "start_research": Power.RESEARCH,
    "match_person": Power.RESEARCH,
    "list_for_board": Power.RESEARCH,
    "select": Power.SELECT,
    "refuse": Power.SELECT,
    "defer": Power.SELECT,
    "allocate_manager": Power.ALLOCATE,
    "move_placement": Power.SELECT,
    "set_review": Power.ENDORSE_PLAN,
    "work_on_plan": Power.MANAGE_CASE,
    "endorse_plan": Power.ENDORSE_PLAN,
    "engage": Power.MANAGE_CASE,
    "update_action": Power.UPDATE_ACTIONS,
    "tick_checklist": Power.MANAGE_CASE,
    "extend_deadline": Power.EXTEND_DEADLINE,
    "propose_deselection": Power.PROPOSE_DESELECTION,
    "agree_deselection": Power.DESELECT,
    "turn_down_deselection": Power.DESELECT,
    "acknowledge_deselection": Power.UPDATE_ACTIONS,
    "deregister": Power.DESELECT,
    "share": Power.SHARE,
    "look_again": Power.MANAGE_CASE,
}

# A partner's practitioner who is the case's manager may take these without the power of the police's managers:
# "the appropriate manager may be a partner agency" (WYP).
OPEN_TO_PARTNER_MANAGER: frozenset[str] = frozenset({"work_on_plan", "engage", "tick_checklist"})
