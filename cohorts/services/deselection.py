"""The way out: proposed by one, decided by another, completed (REF-8, CMP-3). Nothing here reads a score."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from cohorts.audit import (
    DESELECTION_AGREED,
    DESELECTION_PROPOSED,
    DESELECTION_TURNED_DOWN,
)
from cohorts.models import Case, Deselection, DeselectionNotice
from cohorts.permissions import access_case, access_deselection
from cohorts.rules.checklists import ChecklistKind
from cohorts.rules.deadlines import StartedBy
from cohorts.rules.statuses import DESELECTION_STEPS, DeselectionStatus, take
from cohorts.rules.vocabulary import DESELECTION_CONSIDERATIONS
from cohorts.selectors.staff import partner_contacts, supervisors_of
from cohorts.services.checklist import done_by_act, open_checklist
from cohorts.services.deadlines import start_clocks, stop_clocks
from cohorts.services.history import move_case, require_case_step
from cohorts.services.messages import CASE, case_url, tell
from iom.access.actor import Actor
from iom.access.models import AgencyAccess
from iom.agencies.models import in_force_on
from iom.agencies.rules import AgencyKind
from iom.audit.services import record
from iom.kernel.errors import Invalid, Refused
from iom.working_days.rules import local_date


@dataclass(frozen=True)
class DeselectionForm:
    """What was considered, by the codes of `DESELECTION_CONSIDERATIONS`, and how the way out is secured."""

    considerations: Mapping[str, str]
    rationale: str
    exit_strategy: str
    monitored_reason: str = ""
    monitored_until: date | None = None


def _problems(form: DeselectionForm, on: date) -> dict[str, list[str]]:
    found = {
        name: [f"Enter what was considered: {words[0].lower()}{words[1:]}."]
        for name, words in DESELECTION_CONSIDERATIONS.items()
        if not form.considerations.get(name, "").strip()
    }
    if not form.rationale.strip():
        found["rationale"] = ["Enter the rationale for deselection."]
    if not form.exit_strategy.strip():
        found["exit_strategy"] = ["Enter the exit strategy agreed with partners."]
    if bool(form.monitored_reason.strip()) != (form.monitored_until is not None):
        found["monitored_until"] = ["Monitoring needs both a reason and an end date."]
    elif form.monitored_until is not None and form.monitored_until <= on:
        found["monitored_until"] = ["The end of monitoring must be in the future."]
    return found


def deselection_step(deselection: Deselection, step: str) -> str:
    """The deselection's status after the step, or Refused."""
    return take(
        DESELECTION_STEPS, step, noun="deselection", status=deselection.status, kind=DeselectionStatus
    )


@transaction.atomic
def propose_deselection(case_id: int, form: DeselectionForm, *, by: Actor, at: datetime) -> Deselection:
    """Put a person forward for deselection with all eight considerations; somebody else decides."""
    case = access_case(by, case_id, to="propose_deselection", lock=True)
    require_case_step(case, "propose_deselection")
    if case.deselections.filter(status=DeselectionStatus.PROPOSED).exists():
        raise Refused("You cannot propose deselection: a proposal waits for its decision.")
    if problems := _problems(form, local_date(at)):
        raise Invalid(problems)
    deselection = Deselection.objects.create(
        case=case,
        rationale=form.rationale.strip(),
        exit_strategy=form.exit_strategy.strip(),
        monitored_reason=form.monitored_reason.strip(),
        monitored_until=form.monitored_until,
        proposed_at=at,
        proposed_by_id=by.user_id,
        **{name: form.considerations[name].strip() for name in DESELECTION_CONSIDERATIONS},
    )
    record(
        DESELECTION_PROPOSED,
        by=by,
        subjects=[case.person_id],
        reason=deselection.rationale,
        detail={"deselection": deselection.pk},
    )
    tell(
        supervisors_of(case.unit_id, on=local_date(at)),
        key=f"deselection:{deselection.pk}:proposed",
        kind=CASE,
        subject="A deselection waits for a decision",
        body="Somebody other than the proposer agrees it or turns it down.",
        url=case_url(case),
        person_id=case.person_id,
        but=by.user_id,
    )
    return deselection


def _require_second_person(deselection: Deselection, by: Actor) -> None:
    if by.user_id is None or deselection.proposed_by_id == by.user_id:
        raise Refused("Somebody other than the person who proposed the deselection must decide it.")


@transaction.atomic
def agree_deselection(
    deselection_id: int, *, by: Actor, at: datetime, decided_on: date, note: str = ""
) -> Deselection:
    """Agree a deselection: clock (d) and the checklist start, selection's clocks end, partners are told.

    Day 0 is the local day of the decision. Every partner with whom the person is shared gets a notice to acknowledge.
    """
    deselection, case = access_deselection(by, deselection_id, to="agree_deselection")
    target = deselection_step(deselection, "agree")
    require_case_step(case, "agree_deselection")
    _require_second_person(deselection, by)
    on = local_date(at)
    if not local_date(deselection.proposed_at) <= decided_on <= on:
        raise Invalid({"decided_on": ["The date must be between the proposal and today."]})
    deselection.status, deselection.decided_on = target, decided_on
    deselection.decided_at, deselection.decided_by_id, deselection.decision_note = (
        at,
        by.user_id,
        note.strip(),
    )
    deselection.save()
    case.deselected_on = decided_on
    move_case(case, "agree_deselection", by=by, at=at, note=deselection.rationale)
    stop_clocks(case, StartedBy.SELECTION, on=decided_on, reason="The person was deselected.")
    start_clocks(case, StartedBy.DESELECTION, on=decided_on)
    open_checklist(case, ChecklistKind.DESELECTION, on=decided_on)
    done_by_act(case, "record_exit_strategy", by=by, at=at, evidence="Recorded with the proposal.")
    _tell_partners(deselection, case, on=on, by=by, at=at)
    record(
        DESELECTION_AGREED,
        by=by,
        subjects=[case.person_id],
        reason=deselection.rationale,
        detail={"deselection": deselection.pk, "decided_on": str(decided_on)},
    )
    return deselection


def _tell_partners(deselection: Deselection, case: Case, *, on: date, by: Actor, at: datetime) -> None:
    shared = AgencyAccess.objects.filter(in_force_on(on), person=case.person_id)
    partners = sorted(set(shared.exclude(agency__kind=AgencyKind.POLICE).values_list("agency_id", flat=True)))
    DeselectionNotice.objects.bulk_create(
        DeselectionNotice(case=case, deselection=deselection, agency_id=pk, told_on=on) for pk in partners
    )
    done_by_act(case, "tell_partners", by=by, at=at, evidence="Every partner with access was given a notice.")
    told: dict[str, Sequence[int | None]] = {
        "Complete the deregistration within 7 working days.": [
            case.manager_id,
            case.partner_manager_id,
            deselection.proposed_by_id,
        ],
        "Please acknowledge the deselection.": partner_contacts(partners, on=on),
    }
    for body, user_ids in told.items():
        tell(
            user_ids,
            key=f"deselection:{deselection.pk}:agreed",
            kind=CASE,
            subject="A deselection was agreed",
            body=body,
            url=case_url(case),
            person_id=case.person_id,
            but=by.user_id,
        )


@transaction.atomic
def turn_down_deselection(deselection_id: int, *, by: Actor, at: datetime, reason: str) -> Deselection:
    """Turn a proposal down, with the reason; the case goes on and can be proposed again."""
    deselection, case = access_deselection(by, deselection_id, to="turn_down_deselection")
    target = deselection_step(deselection, "turn_down")
    _require_second_person(deselection, by)
    if not reason.strip():
        raise Invalid({"reason": ["Enter why the deselection is turned down."]})
    deselection.status, deselection.decided_on = target, local_date(at)
    deselection.decided_at, deselection.decided_by_id, deselection.decision_note = (
        at,
        by.user_id,
        reason.strip(),
    )
    deselection.save()
    record(
        DESELECTION_TURNED_DOWN,
        by=by,
        subjects=[case.person_id],
        reason=reason.strip(),
        detail={"deselection": deselection.pk},
    )
    tell(
        [deselection.proposed_by_id],
        key=f"deselection:{deselection.pk}:turned_down",
        kind=CASE,
        subject="A deselection was turned down",
        body=reason.strip(),
        url=case_url(case),
        person_id=case.person_id,
        but=by.user_id,
    )
    return deselection
