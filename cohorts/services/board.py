"""What a board considered and decided, checked and written down (REF-4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from cohorts.models import DecisionAgency, Referral, SelectionDecision
from cohorts.rules.vocabulary import SCHEME_NAMES, SELECTION_CONSIDERATIONS, Scheme, is_place
from iom.access.actor import Actor
from iom.agencies.models import Agency
from iom.agencies.rules import AgencyKind


@dataclass(frozen=True)
class BoardDecision:
    """What the board considered: `considerations` by the codes of `SELECTION_CONSIDERATIONS`."""

    decided_on: date
    chair: str
    agency_ids: tuple[int, ...]
    considerations: Mapping[str, str]
    rationale: str
    partner_information: str = ""


@dataclass(frozen=True)
class PlacementChoice:
    """The cohort and category chosen in one scheme; the decision's rationale is kept with it unless it has its own."""

    scheme: str
    cohort: str
    category: str
    rationale: str = ""


Problems = dict[str, list[str]]


class Listener(Protocol):
    """What is done beside a decision that was written, in its transaction; it changes nothing about the decision."""

    def __call__(self, decision: SelectionDecision, person_id: int, *, by: Actor) -> None: ...


_listeners: list[Listener] = []


def when_decided(listener: Listener) -> None:
    """Tell of every decision from now on; called from an app's `ready()`."""
    if listener not in _listeners:
        _listeners.append(listener)


def board_problems(decision: BoardDecision, referral: Referral, on: date) -> Problems:
    found: Problems = {}
    if not decision.rationale.strip():
        found["rationale"] = ["Enter the rationale for the decision."]
    if not decision.chair.strip():
        found["chair"] = ["Enter who chaired the board."]
    if decision.decided_on > on:
        found["decided_on"] = ["The date of the decision must be today or in the past."]
    elif decision.decided_on < referral.submitted_on:
        found["decided_on"] = ["The date of the decision must not be before the referral was made."]
    kinds = set(Agency.objects.filter(pk__in=decision.agency_ids).values_list("kind", flat=True))
    if not kinds - {AgencyKind.POLICE.value}:
        found["agency_ids"] = [
            "Choose the agencies that took part: the decision is made jointly with partners."
        ]
    return found


def consideration_problems(decision: BoardDecision) -> Problems:
    return {
        name: [f"Enter what was considered: {words[0].lower()}{words[1:]}."]
        for name, words in SELECTION_CONSIDERATIONS.items()
        if not decision.considerations.get(name, "").strip()
    }


def placement_problems(placements: Sequence[PlacementChoice]) -> Problems:
    found: Problems = {}
    for scheme in Scheme:
        chosen = [p for p in placements if p.scheme == scheme]
        if len(chosen) != 1 or not is_place(scheme, chosen[0].cohort, chosen[0].category):
            found[scheme.value] = [f"Choose one cohort and category in the scheme “{SCHEME_NAMES[scheme]}”."]
    return found


def write_decision(
    referral: Referral, decision: BoardDecision, outcome: str, *, by: Actor, at: datetime
) -> SelectionDecision:
    row = SelectionDecision.objects.create(
        referral=referral,
        outcome=outcome,
        decided_on=decision.decided_on,
        recorded_at=at,
        chair=decision.chair.strip(),
        partner_information=decision.partner_information.strip(),
        rationale=decision.rationale.strip(),
        by_id=by.user_id,
        **{name: decision.considerations.get(name, "").strip() for name in SELECTION_CONSIDERATIONS},
    )
    DecisionAgency.objects.bulk_create(
        DecisionAgency(decision=row, agency_id=pk) for pk in sorted(set(decision.agency_ids))
    )
    if referral.person_id is not None:
        for told in _listeners:
            told(row, referral.person_id, by=by)
    return row
