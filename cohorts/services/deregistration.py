"""The end of a case: partners acknowledge, the deregistration is completed (REF-8, CMP-3)."""

from datetime import datetime

from django.db import transaction

from cohorts.audit import DESELECTION_ACKNOWLEDGED, PERSON_DEREGISTERED
from cohorts.models import Case, DeselectionNotice
from cohorts.permissions import access_deselection, access_notice
from cohorts.rules.checklists import ChecklistKind, line
from cohorts.rules.deadlines import DeadlineKind
from cohorts.rules.statuses import ChecklistStatus
from cohorts.services.checklist import done_by_act
from cohorts.services.deadlines import meet
from cohorts.services.deselection import deselection_step
from cohorts.services.history import move_case, require_case_step
from cohorts.services.sharing import lapse_sharing
from iom.access.actor import Actor
from iom.audit.services import record
from iom.kernel.errors import Forbidden, Invalid, Refused
from iom.persons.models import Person
from iom.persons.services import follow_case_managers
from iom.working_days.rules import local_date


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
    target = deselection_step(deselection, "deregister")
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
    lapse_sharing(case, by=by, on=on)
    Person.objects.filter(pk=case.person_id).update(is_managed=False)
    record(
        PERSON_DEREGISTERED,
        by=by,
        subjects=[case.person_id],
        reason=rationale.strip(),
        detail={"case": case.pk, "deselection": deselection.pk},
    )
    follow_case_managers(case.person, by=by, before=(case.manager_id, case.partner_manager_id), after=())
    return case


def _require_checklist_done(case: Case) -> None:
    left = case.checklist.filter(kind=ChecklistKind.DESELECTION, status=ChecklistStatus.TO_DO).order_by(
        "position"
    )
    codes = list(left.values_list("code", flat=True))
    if codes:
        words = "; ".join(line(ChecklistKind.DESELECTION, code).words for code in codes)
        raise Refused(f"You cannot deregister the person yet. Still to do: {words}.")
