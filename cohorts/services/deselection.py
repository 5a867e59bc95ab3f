"""The way out: proposed by one, decided by another, completed (REF-8, CMP-3). Nothing here reads a score."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from cohorts.audit import (
    DESELECTION_ACKNOWLEDGED,
    DESELECTION_AGREED,
    DESELECTION_PROPOSED,
    DESELECTION_TURNED_DOWN,
    PERSON_DEREGISTERED,
)
from cohorts.models import Case, Deselection, DeselectionNotice
from cohorts.permissions import access_case, access_deselection, access_notice
from cohorts.rules.checklists import ChecklistKind, line
from cohorts.rules.deadlines import DeadlineKind, StartedBy
from cohorts.rules.statuses import DESELECTION_STEPS, ChecklistStatus, DeselectionStatus, take
from cohorts.rules.vocabulary import DESELECTION_CONSIDERATIONS
from cohorts.selectors.staff import supervisors_of
from cohorts.services.checklist import done_by_act, open_checklist
from cohorts.services.deadlines import meet, start_clocks, stop_clocks
from cohorts.services.history import move_case, require_case_step
from cohorts.services.messages import CASE, case_url, tell
from iom.access.actor import Actor
from iom.access.models import AgencyAccess
from iom.agencies.models import in_force_on
from iom.agencies.rules import AgencyKind
from iom.audit.services import record
from iom.kernel.errors import Forbidden, Invalid, Refused
from iom.persons.models import Person
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


def _step(deselection: Deselection, step: str) -> str:
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
    target = _step(deselection, "agree")
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
    partners: Iterable[int] = (
        shared.exclude(agency__kind=AgencyKind.POLICE).values_list("agency_id", flat=True).distinct()
    )
    DeselectionNotice.objects.bulk_create(
        DeselectionNotice(case=case, deselection=deselection, agency_id=pk, told_on=on)
        for pk in sorted(partners)
    )
    done_by_act(case, "tell_partners", by=by, at=at, evidence="Every partner with access was given a notice.")
    tell(
        [case.manager_id, case.partner_manager_id, deselection.proposed_by_id],
        key=f"deselection:{deselection.pk}:agreed",
        kind=CASE,
        subject="A deselection was agreed",
        body="Complete the deregistration within 7 working days.",
        url=case_url(case),
        person_id=case.person_id,
        but=by.user_id,
    )


@transaction.atomic
def turn_down_deselection(deselection_id: int, *, by: Actor, at: datetime, reason: str) -> Deselection:
    """Turn a proposal down, with the reason; the case goes on and can be proposed again."""
    deselection, case = access_deselection(by, deselection_id, to="turn_down_deselection")
    target = _step(deselection, "turn_down")
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


@transaction.atomic
def acknowledge(notice_id: int, *, by: Actor, at: datetime) -> DeselectionNotice:
    """A partner says that it knows of the deselection; the police may record it for a partner."""
    notice, case = access_notice(by, notice_id)
    if by.is_partner and notice.agency_id != by.agency_id:
        raise Forbidden("This notice is for another agency.")
    if notice.acknowledged_on is not None:
        raise Refused("This deselection has been acknowledged already.")
    notice.acknowledged_on, notice.acknowledged_by_id = local_date(at), by.user_id
    notice.save(update_fields=["acknowledged_on", "acknowledged_by"])
    record(
        DESELECTION_ACKNOWLEDGED,
        by=by,
        subjects=[case.person_id],
        detail={"notice": notice.pk, "agency": notice.agency_id},
    )
    return notice


@transaction.atomic
def deregister(deselection_id: int, *, by: Actor, at: datetime, rationale: str) -> Case:
    """Complete the deregistration: cohorts end, the case closes, clock (d) is met (CMP-3).

    Refused while a line of the checklist is still to do; flags are expired elsewhere and only confirmed here.
    """
    deselection, case = access_deselection(by, deselection_id, to="deregister")
    target = _step(deselection, "deregister")
    require_case_step(case, "deregister")
    if not rationale.strip():
        raise Invalid({"rationale": ["Enter the rationale for the profile."]})
    on = local_date(at)
    done_by_act(case, "end_cohort", by=by, at=at, evidence="Ended by the deregistration.")
    done_by_act(case, "record_rationale", by=by, at=at, evidence="Recorded with the deregistration.")
    _require_checklist_done(case)
    deselection.status, deselection.deregistered_on = target, on
    deselection.deregistered_at, deselection.deregistered_by_id = at, by.user_id
    deselection.deregistration_rationale = rationale.strip()
    deselection.save()
    case.placements.filter(ends_on__isnull=True).update(ends_on=on)
    case.closed_on = on
    move_case(case, "deregister", by=by, at=at, note=rationale.strip())
    meet(case, DeadlineKind.DEREGISTRATION, by=by, at=at)
    Person.objects.filter(pk=case.person_id).update(is_managed=False)
    record(
        PERSON_DEREGISTERED,
        by=by,
        subjects=[case.person_id],
        reason=rationale.strip(),
        detail={"case": case.pk, "deselection": deselection.pk},
    )
    return case


def _require_checklist_done(case: Case) -> None:
    left = case.checklist.filter(kind=ChecklistKind.DESELECTION, status=ChecklistStatus.TO_DO).order_by(
        "position"
    )
    codes = list(left.values_list("code", flat=True))
    if codes:
        words = "; ".join(line(ChecklistKind.DESELECTION, code).words for code in codes)
        raise Refused(f"You cannot deregister the person yet. Still to do: {words}.")
