"""What a board considered and decided, checked and written down with the scores of that day (REF-4, SCO-2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cohorts.models import DecisionAgency, DecisionScore, Referral, SelectionDecision
from cohorts.rules.vocabulary import SCHEME_NAMES, SELECTION_CONSIDERATIONS, Scheme, is_place
from iom.access.actor import Actor
from iom.agencies.models import Agency
from iom.agencies.rules import AgencyKind
from scoring.selectors.history import as_it_stood


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
        keep_scores(row, referral.person_id, by=by)
    return row


def keep_scores(decision: SelectionDecision, person_id: int, *, by: Actor) -> None:
    """Write down what the scores said on the day of the decision, so that overrides can be studied (SCO-2)."""
    DecisionScore.objects.bulk_create(
        DecisionScore(
            decision=decision,
            model_code=stood.model_code,
            model_version=stood.model_version,
            published=stood.published,
            band=stood.band,
            night_on=stood.night_on,
        )
        for stood in as_it_stood(by, person_id, on=decision.decided_on)
    )
