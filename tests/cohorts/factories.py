"""Referrals and cases for tests, in named states."""

from datetime import UTC, date, datetime
from typing import Any

import factory

from cohorts.models import Case, Deadline, Placement, Referral
from cohorts.rules.deadlines import DEADLINE_RULES, DeadlineKind
from cohorts.rules.vocabulary import DESELECTION_CONSIDERATIONS, SELECTION_CONSIDERATIONS
from cohorts.services.board import BoardDecision, PlacementChoice
from cohorts.services.deselection import DeselectionForm
from tests.factories import AgencyFactory, IomFactory, PersonFactory, UnitFactory

SELECTED_ON = date(2026, 6, 1)
PLACES = (
    PlacementChoice("national", "fixed", "burglary"),
    PlacementChoice("three_cohort", "reoffending", "serious_acquisitive"),
)


def moment(day: date, hour: int = 10) -> datetime:
    """Ten in the morning UTC of a day."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def board(agency_ids: tuple[int, ...], decided_on: date = SELECTED_ON, **changes: Any) -> BoardDecision:
    """A whole decision of a board; `changes` replaces fields."""
    values: dict[str, Any] = {
        "decided_on": decided_on,
        "chair": "Insp Rowan Hale",
        "agency_ids": agency_ids,
        "considerations": {name: f"Considered: {words}" for name, words in SELECTION_CONSIDERATIONS.items()},
        "rationale": "Prolific, and ready to work with us.",
    }
    return BoardDecision(**{**values, **changes})


def way_out(**changes: Any) -> DeselectionForm:
    """A whole proposal to deselect."""
    values: dict[str, Any] = {
        "considerations": {
            name: f"Considered: {words}" for name, words in DESELECTION_CONSIDERATIONS.items()
        },
        "rationale": "No offence in a year.",
        "exit_strategy": "Probation keeps in touch for six months.",
    }
    return DeselectionForm(**{**values, **changes})


class ReferralFactory(IomFactory):
    class Meta:
        model = Referral

    person = factory.SubFactory(PersonFactory)
    given_names = "Sam"
    family_name = "Example"
    referring_agency = factory.SubFactory(AgencyFactory)
    unit = factory.SubFactory(UnitFactory)
    ground = "reoffending"
    route = "referral"
    reasons = "Three burglaries in a month."
    submitted_on = date(2026, 5, 20)
    submitted_at = factory.LazyAttribute(lambda o: moment(o.submitted_on))


class ListedReferralFactory(ReferralFactory):
    status = "listed"
    board_on = SELECTED_ON


class CaseFactory(IomFactory):
    class Meta:
        model = Case

    person = factory.SubFactory(PersonFactory)
    unit = factory.LazyAttribute(lambda o: o.person.home_unit)
    selected_on = SELECTED_ON
    review_on = date(2026, 7, 13)


class PlacementFactory(IomFactory):
    class Meta:
        model = Placement

    case = factory.SubFactory(CaseFactory)
    scheme = "three_cohort"
    cohort = "reoffending"
    category = "volume"
    starts_on = SELECTED_ON
    rationale = "Chosen by the board."
    recorded_at = moment(SELECTED_ON)


class DeadlineFactory(IomFactory):
    """An open deadline of seven working days: Monday 1 June to Wednesday 10 June 2026."""

    class Meta:
        model = Deadline

    case = factory.SubFactory(CaseFactory)
    kind = "engagement"
    clause = factory.LazyAttribute(lambda o: DEADLINE_RULES[DeadlineKind(o.kind)].clause)
    working_days = 7
    started_by = "selection"
    started_on = SELECTED_ON
    first_due_on = date(2026, 6, 10)
    due_on = factory.LazyAttribute(lambda o: o.first_due_on)
    rule_version = "WYP-1"
    calendar_version = "EW-2028.1"
    owner_role = "manager"
