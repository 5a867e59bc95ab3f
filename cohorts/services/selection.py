"""What a board decides on a referral (REF-4 to REF-6, COH-2). People decide: nothing here reads a score."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction

from cohorts.audit import DECISION_DEFERRED, PERSON_NOT_SELECTED, PERSON_SELECTED
from cohorts.models import Case, CaseStage, Placement, Referral
from cohorts.permissions import access_referral
from cohorts.rules.checklists import ChecklistKind
from cohorts.rules.deadlines import StartedBy
from cohorts.rules.statuses import CaseStatus
from cohorts.rules.vocabulary import Scheme
from cohorts.selectors.staff import supervisors_of
from cohorts.services.board import (
    BoardDecision,
    PlacementChoice,
    board_problems,
    consideration_problems,
    placement_problems,
    write_decision,
)
from cohorts.services.checklist import done_by_act, open_checklist
from cohorts.services.deadlines import start_clocks
from cohorts.services.history import move_referral, require_referral_step
from cohorts.services.messages import CASE, REFERRAL, case_url, referral_url, tell
from cohorts.services.review import suggested_review
from iom.access.actor import Actor
from iom.audit.services import record
from iom.kernel.errors import Invalid, Refused
from iom.persons.models import Person
from iom.sharing.services.reviews import open_review
from iom.working_days.rules import local_date


@transaction.atomic
def record_selection(
    referral_id: int,
    decision: BoardDecision,
    placements: Sequence[PlacementChoice],
    *,
    by: Actor,
    at: datetime,
    note_to_referrer: str = "",
) -> Case:
    """Select a person for management: the decision, the case, its places, its checklist and its three clocks.

    Day 0 of the clocks is the local day of the board's decision. Raises Invalid for what is missing, Refused when
    the referral is not before a board or the person is managed already; then nothing at all is written.
    """
    referral = access_referral(by, referral_id, to="select", lock=True)
    require_referral_step(referral, "select")
    on = local_date(at)
    problems = board_problems(decision, referral, on)
    problems |= consideration_problems(decision) | placement_problems(placements)
    if problems:
        raise Invalid(problems)
    write_decision(referral, decision, "selected", by=by, at=at)
    _close_referral(referral, "select", decision, note_to_referrer, by=by, at=at)
    case = _open_case(referral, decision, placements, by=by, at=at)
    open_checklist(case, ChecklistKind.SELECTION, on=decision.decided_on)
    start_clocks(case, StartedBy.SELECTION, on=decision.decided_on)
    done_by_act(case, "select", by=by, at=at, evidence="Set by the decision to select.")
    record(
        PERSON_SELECTED,
        by=by,
        subjects=[case.person_id],
        reason=decision.rationale.strip(),
        detail={"referral": referral.pk, "case": case.pk, "decided_on": str(decision.decided_on)},
    )
    _tell_of_selection(referral, case, by=by, on=on)
    return case


def _open_case(
    referral: Referral,
    decision: BoardDecision,
    placements: Sequence[PlacementChoice],
    *,
    by: Actor,
    at: datetime,
) -> Case:
    if referral.person_id is None:
        raise Refused("Match the referral to a person before you record a decision.")
    main = next(p for p in placements if p.scheme == Scheme.THREE_COHORT)
    try:
        with transaction.atomic():
            case = Case.objects.create(
                person_id=referral.person_id,
                referral=referral,
                unit_id=referral.unit_id,
                selected_on=decision.decided_on,
                review_on=suggested_review(
                    referral.person_id, by=by, on=decision.decided_on, cohort=main.cohort
                ),
            )
    except IntegrityError as error:
        if "cohorts_case_one_open_per_person" not in str(error):
            raise
        raise Refused("This person is managed already: another case is open.") from error
    CaseStage.objects.create(case=case, to_status=CaseStatus.ACTIVE, at=at, by_id=by.user_id, note="Selected")
    Placement.objects.bulk_create(
        Placement(
            case=case,
            scheme=choice.scheme,
            cohort=choice.cohort,
            category=choice.category,
            starts_on=decision.decided_on,
            rationale=choice.rationale.strip() or decision.rationale.strip(),
            by_id=by.user_id,
            recorded_at=at,
        )
        for choice in placements
    )
    _take_over(case, by=by, at=at)
    return case


def _take_over(case: Case, *, by: Actor, at: datetime) -> None:
    """The case's unit answers for the person from now on; if another did before, sharing is looked at again."""
    person = Person.objects.filter(pk=case.person_id)
    managing, home = person.values_list("managing_unit_id", "home_unit_id").get()
    person.update(is_managed=True, managing_unit=case.unit_id)
    if (managing or home) != case.unit_id:
        open_review(case.person_id, unit_id=case.unit_id, owner_id=None, cause="unit", by=by, at=at)


def _close_referral(
    referral: Referral, step: str, decision: BoardDecision, note: str, *, by: Actor, at: datetime
) -> None:
    referral.decided_on = decision.decided_on
    referral.note_to_referrer = note.strip()
    move_referral(referral, step, by=by, at=at, note=note.strip())


def _tell_of_selection(referral: Referral, case: Case, *, by: Actor, on: date) -> None:
    tell(
        supervisors_of(case.unit_id, on=on),
        key=f"case:{case.pk}:selected",
        kind=CASE,
        subject="A person was selected: allocate a manager",
        body="The first engagement, the plan and its endorsement are due within 7 working days.",
        url=case_url(case),
        person_id=case.person_id,
        but=by.user_id,
    )
    _tell_referrer(referral, "selected for management", by=by)


def _tell_referrer(referral: Referral, outcome: str, *, by: Actor) -> None:
    tell(
        [referral.referred_by_id],
        key=f"referral:{referral.pk}:{referral.status}:{referral.decided_on}",
        kind=REFERRAL,
        subject=f"Your referral: {outcome}",
        body=referral.note_to_referrer or "Open the referral for more.",
        url=referral_url(referral),
        but=by.user_id,
    )


@transaction.atomic
def refuse(
    referral_id: int,
    decision: BoardDecision,
    *,
    by: Actor,
    at: datetime,
    signpost: str,
    look_again_on: date,
    note_to_referrer: str,
) -> Referral:
    """Decide not to select: the person is still signposted, the referrer told, and a date set to look again (REF-6)."""
    referral = access_referral(by, referral_id, to="refuse", lock=True)
    require_referral_step(referral, "refuse")
    problems = board_problems(decision, referral, local_date(at)) | consideration_problems(decision)
    if not signpost.strip():
        problems["signpost"] = ["Enter the services the person is signposted to."]
    if not note_to_referrer.strip():
        problems["note_to_referrer"] = ["Enter a note to the referrer."]
    if look_again_on <= local_date(at):
        problems["look_again_on"] = ["The date to look again must be in the future."]
    if problems:
        raise Invalid(problems)
    write_decision(referral, decision, "not_selected", by=by, at=at)
    referral.signpost, referral.look_again_on = signpost.strip(), look_again_on
    _close_referral(referral, "refuse", decision, note_to_referrer, by=by, at=at)
    record(
        PERSON_NOT_SELECTED,
        by=by,
        subjects=[referral.person_id] if referral.person_id else [],
        reason=decision.rationale.strip(),
        detail={"referral": referral.pk},
    )
    _tell_referrer(referral, "not selected", by=by)
    return referral


@transaction.atomic
def defer(
    referral_id: int, decision: BoardDecision, *, by: Actor, at: datetime, note_to_referrer: str = ""
) -> Referral:
    """Put the decision off, with the rationale; the referral can be researched further or listed again."""
    referral = access_referral(by, referral_id, to="defer", lock=True)
    require_referral_step(referral, "defer")
    if problems := board_problems(decision, referral, local_date(at)):
        raise Invalid(problems)
    write_decision(referral, decision, "deferred", by=by, at=at)
    referral.board_on = None
    _close_referral(referral, "defer", decision, note_to_referrer, by=by, at=at)
    record(
        DECISION_DEFERRED,
        by=by,
        subjects=[referral.person_id] if referral.person_id else [],
        reason=decision.rationale.strip(),
        detail={"referral": referral.pk},
    )
    _tell_referrer(referral, "decision deferred", by=by)
    return referral
