"""Every lifecycle as one table: step, the statuses it may start from, the status it leads to (REF-2, REF-8).

Buttons on pages and the allowed actions of the API come from these tables.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from iom.kernel.errors import Refused


class ReferralStatus(StrEnum):
    """The stages of REF-2."""

    SUBMITTED = "submitted"
    BEING_RESEARCHED = "being_researched"
    LISTED = "listed"
    SELECTED = "selected"
    NOT_SELECTED = "not_selected"
    DEFERRED = "deferred"
    WITHDRAWN = "withdrawn"


class CaseStatus(StrEnum):
    """One stay in the scheme, from selection to deregistration."""

    ACTIVE = "active"
    DESELECTING = "deselecting"
    CLOSED = "closed"


class DeselectionStatus(StrEnum):
    """A deselection is proposed by one person and agreed or turned down by another."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    TURNED_DOWN = "turned_down"
    DEREGISTERED = "deregistered"


class ChecklistStatus(StrEnum):
    """One line of the list of actions upon selection or deselection."""

    TO_DO = "to_do"
    DONE = "done"
    NOT_NEEDED = "not_needed"


class PlanStatus(StrEnum):
    """A version of the intervention plan."""

    DRAFT = "draft"
    COMPLETED = "completed"
    ENDORSED = "endorsed"
    REPLACED = "replaced"


class ActionStatus(StrEnum):
    """An action of the plan."""

    TO_DO = "to_do"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    STOPPED = "stopped"


STATUS_NAMES: dict[StrEnum, str] = {
    ReferralStatus.SUBMITTED: "Submitted",
    ReferralStatus.BEING_RESEARCHED: "Being researched",
    ReferralStatus.LISTED: "Listed for a board",
    ReferralStatus.SELECTED: "Selected",
    ReferralStatus.NOT_SELECTED: "Not selected",
    ReferralStatus.DEFERRED: "Deferred",
    ReferralStatus.WITHDRAWN: "Withdrawn",
    CaseStatus.ACTIVE: "Active",
    CaseStatus.DESELECTING: "Being deselected",
    CaseStatus.CLOSED: "Closed",
    DeselectionStatus.PROPOSED: "Proposed",
    DeselectionStatus.AGREED: "Agreed",
    DeselectionStatus.TURNED_DOWN: "Turned down",
    DeselectionStatus.DEREGISTERED: "Deregistered",
    ChecklistStatus.TO_DO: "To do",
    ChecklistStatus.DONE: "Done",
    ChecklistStatus.NOT_NEEDED: "Not needed",
    PlanStatus.DRAFT: "Draft",
    PlanStatus.COMPLETED: "Completed, waiting for endorsement",
    PlanStatus.ENDORSED: "Endorsed",
    PlanStatus.REPLACED: "Replaced by a later version",
    ActionStatus.TO_DO: "To do",
    ActionStatus.IN_PROGRESS: "In progress",
    ActionStatus.DONE: "Done",
    ActionStatus.STOPPED: "Stopped",
}


@dataclass(frozen=True)
class Transition:
    """A step people take: from where it may be taken, where it leads, and what it is called."""

    sources: frozenset[str]
    target: str
    words: str


def _step(words: str, target: StrEnum, *sources: StrEnum) -> Transition:
    return Transition(frozenset(str(s) for s in sources), str(target), words)


R, C, D, K, P, A = ReferralStatus, CaseStatus, DeselectionStatus, ChecklistStatus, PlanStatus, ActionStatus

REFERRAL_STEPS: Mapping[str, Transition] = {
    "start_research": _step("start research", R.BEING_RESEARCHED, R.SUBMITTED, R.DEFERRED),
    "match_person": _step("match the person", R.BEING_RESEARCHED, R.BEING_RESEARCHED),
    "list_for_board": _step("list it for a board", R.LISTED, R.BEING_RESEARCHED, R.DEFERRED),
    "select": _step("select the person", R.SELECTED, R.LISTED),
    "refuse": _step("decide not to select", R.NOT_SELECTED, R.LISTED),
    "defer": _step("defer the decision", R.DEFERRED, R.LISTED),
    "withdraw": _step("withdraw it", R.WITHDRAWN, R.SUBMITTED, R.BEING_RESEARCHED, R.LISTED, R.DEFERRED),
}

CASE_STEPS: Mapping[str, Transition] = {
    "allocate_manager": _step("allocate a manager", C.ACTIVE, C.ACTIVE),
    "move_placement": _step("move the person to another cohort", C.ACTIVE, C.ACTIVE),
    "set_review": _step("set the review date", C.ACTIVE, C.ACTIVE),
    "work_on_plan": _step("change the plan", C.ACTIVE, C.ACTIVE),
    "endorse_plan": _step("endorse the plan", C.ACTIVE, C.ACTIVE),
    "propose_deselection": _step("propose deselection", C.ACTIVE, C.ACTIVE),
    "agree_deselection": _step("agree the deselection", C.DESELECTING, C.ACTIVE),
    "deregister": _step("deregister the person", C.CLOSED, C.DESELECTING),
}

# Things people do while a case is open, whether or not it is being deselected: they leave its status alone.
OPEN_CASE_STEPS: Mapping[str, str] = {
    "engage": "record an engagement",
    "tick_checklist": "change the checklist",
    "extend_deadline": "extend a deadline",
    "share": "share the case with an agency",
    "update_action": "update an action",
}
OPEN_CASE: frozenset[str] = frozenset({C.ACTIVE, C.DESELECTING})

DESELECTION_STEPS: Mapping[str, Transition] = {
    "agree": _step("agree the deselection", D.AGREED, D.PROPOSED),
    "turn_down": _step("turn the deselection down", D.TURNED_DOWN, D.PROPOSED),
    "deregister": _step("deregister the person", D.DEREGISTERED, D.AGREED),
}

CHECKLIST_STEPS: Mapping[str, Transition] = {
    "tick": _step("mark it done", K.DONE, K.TO_DO),
    "not_needed": _step("mark it as not needed", K.NOT_NEEDED, K.TO_DO),
    "reopen": _step("open it again", K.TO_DO, K.DONE, K.NOT_NEEDED),
}

PLAN_STEPS: Mapping[str, Transition] = {
    "edit": _step("change the plan", P.DRAFT, P.DRAFT),
    "complete": _step("complete the plan", P.COMPLETED, P.DRAFT),
    "endorse": _step("endorse the plan", P.ENDORSED, P.COMPLETED),
    "send_back": _step("send the plan back", P.DRAFT, P.COMPLETED),
    "replace": _step("replace the plan", P.REPLACED, P.ENDORSED),
}

ACTION_STEPS: Mapping[str, Transition] = {
    "start": _step("start the action", A.IN_PROGRESS, A.TO_DO),
    "finish": _step("finish the action", A.DONE, A.TO_DO, A.IN_PROGRESS),
    "stop": _step("stop the action", A.STOPPED, A.TO_DO, A.IN_PROGRESS),
}


def allowed_steps(table: Mapping[str, Transition], status: str) -> tuple[str, ...]:
    """The steps that may be taken from a status, in the table's order."""
    return tuple(name for name, step in table.items() if status in step.sources)


def status_name(kind: type[StrEnum], value: str) -> str:
    """How a stored status is said to people."""
    return STATUS_NAMES[kind(value)]


def take(table: Mapping[str, Transition], step: str, *, noun: str, status: str, kind: type[StrEnum]) -> str:
    """The status after the step, or Refused with a sentence that says what stands in the way."""
    transition = table[step]
    if status not in transition.sources:
        raise Refused(f"You cannot {transition.words}: the {noun} is {status_name(kind, status).lower()}.")
    return transition.target


def require_open(step: str, status: str) -> None:
    """Refused unless the case is open."""
    if status not in OPEN_CASE:
        raise Refused(f"You cannot {OPEN_CASE_STEPS[step]}: the case is closed.")
