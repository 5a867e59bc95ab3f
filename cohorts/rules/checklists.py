"""WYP's lists of actions upon selection (REF-5) and deselection (REF-8), each line with its clause."""

from dataclasses import dataclass
from enum import StrEnum


class ChecklistKind(StrEnum):
    """Which of the two lists a line belongs to."""

    SELECTION = "selection"
    DESELECTION = "deselection"


class OwnerRole(StrEnum):
    """Whose desk a duty is on when no one person is named."""

    MANAGER = "manager"
    SUPERVISION = "supervision"
    SUPPORT = "support"


@dataclass(frozen=True)
class ChecklistLine:
    """One line: what is to be done, by whom, within how many working days, and the clause it comes from.

    `working_days` is the policy's own limit where it has one; `default_days` is a local default.
    """

    code: str
    words: str
    owner: OwnerRole
    clause: str
    working_days: int | None = None
    default_days: int = 7
    needs_evidence: bool = False

    @property
    def days(self) -> int:
        """Working days in which it is due."""
        return self.working_days if self.working_days is not None else self.default_days


ON_SELECTION = "WYP, Action upon selection"
ON_DESELECTION = "WYP, Action upon deselection"

SELECTION_CHECKLIST: tuple[ChecklistLine, ...] = (
    ChecklistLine("cohort_set", "Add to the appropriate cohort", OwnerRole.SUPERVISION, ON_SELECTION),
    ChecklistLine("manager", "Allocate a manager in the community", OwnerRole.SUPERVISION, ON_SELECTION),
    ChecklistLine(
        "prison_manager",
        "Allocate a manager in prison where appropriate",
        OwnerRole.SUPERVISION,
        ON_SELECTION,
    ),
    ChecklistLine(
        "niche_flag",
        "Request the Niche flag and have it confirmed",
        OwnerRole.SUPPORT,
        ON_SELECTION,
        needs_evidence=True,
    ),
    ChecklistLine(
        "pnc_flag",
        "Request the PNC flag and have it confirmed",
        OwnerRole.SUPPORT,
        ON_SELECTION,
        needs_evidence=True,
    ),
    ChecklistLine("pnd_check", "Do a PND check when appropriate", OwnerRole.SUPPORT, ON_SELECTION),
    ChecklistLine(
        "engagement", "Hold the initial engagement", OwnerRole.MANAGER, ON_SELECTION, working_days=7
    ),
    ChecklistLine(
        "plan", "Complete the risk intervention plan", OwnerRole.MANAGER, ON_SELECTION, working_days=7
    ),
    ChecklistLine("pathways", "Identify pathways and make the referrals", OwnerRole.MANAGER, ON_SELECTION),
    ChecklistLine(
        "exit_strategy", "Discuss the exit strategy with the person", OwnerRole.MANAGER, ON_SELECTION
    ),
)

DESELECTION_CHECKLIST: tuple[ChecklistLine, ...] = (
    ChecklistLine(
        "exit_strategy",
        "Put a partnership-derived exit strategy in place",
        OwnerRole.SUPERVISION,
        ON_DESELECTION,
    ),
    ChecklistLine(
        "cohort_ended", "Remove from the cohort and category", OwnerRole.SUPERVISION, ON_DESELECTION
    ),
    ChecklistLine(
        "niche_expired",
        "Expire the Niche flag (never delete it)",
        OwnerRole.SUPPORT,
        ON_DESELECTION,
        needs_evidence=True,
    ),
    ChecklistLine(
        "pnc_expired",
        "Expire the PNC flag (never delete it)",
        OwnerRole.SUPPORT,
        ON_DESELECTION,
        needs_evidence=True,
    ),
    ChecklistLine(
        "monitored",
        "Consider the monitored category or a Notify If flag",
        OwnerRole.SUPERVISION,
        ON_DESELECTION,
    ),
    ChecklistLine(
        "rationale", "Update the profile with the rationale", OwnerRole.SUPERVISION, ON_DESELECTION
    ),
    ChecklistLine("partners_told", "Tell all partners", OwnerRole.SUPERVISION, ON_DESELECTION),
)

CHECKLISTS: dict[ChecklistKind, tuple[ChecklistLine, ...]] = {
    ChecklistKind.SELECTION: SELECTION_CHECKLIST,
    ChecklistKind.DESELECTION: DESELECTION_CHECKLIST,
}

# Lines that the system ticks because it did the thing itself, each by the act named here.
DONE_BY_ACT: dict[str, tuple[ChecklistKind, str]] = {
    "select": (ChecklistKind.SELECTION, "cohort_set"),
    "allocate_manager": (ChecklistKind.SELECTION, "manager"),
    "first_engagement": (ChecklistKind.SELECTION, "engagement"),
    "complete_plan": (ChecklistKind.SELECTION, "plan"),
    "identify_pathways": (ChecklistKind.SELECTION, "pathways"),
    "record_exit_strategy": (ChecklistKind.DESELECTION, "exit_strategy"),
    "tell_partners": (ChecklistKind.DESELECTION, "partners_told"),
    "end_cohort": (ChecklistKind.DESELECTION, "cohort_ended"),
    "record_rationale": (ChecklistKind.DESELECTION, "rationale"),
}


def line(kind: str, code: str) -> ChecklistLine:
    """The line of that code; KeyError where the list has none."""
    for item in CHECKLISTS[ChecklistKind(kind)]:
        if item.code == code:
            return item
    raise KeyError(f"{kind}: {code}")
