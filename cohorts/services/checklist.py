"""The lists of actions upon selection and deselection (REF-5, REF-8)."""

from datetime import date, datetime

from django.db import transaction

from cohorts.audit import CHECKLIST_NOT_NEEDED, CHECKLIST_REOPENED, CHECKLIST_TICKED
from cohorts.models import Case, ChecklistItem
from cohorts.permissions import access_checklist_item
from cohorts.rules.checklists import CHECKLISTS, DONE_BY_ACT, ChecklistKind, line
from cohorts.rules.statuses import CHECKLIST_STEPS, ChecklistStatus, require_open, take
from cohorts.services.deadlines import owner_of
from iom.access.actor import Actor
from iom.audit.actions import Action
from iom.audit.services import record
from iom.kernel.errors import Invalid
from iom.working_days.rules import due_after, local_date
from iom.working_days.selectors import calendar


def open_checklist(case: Case, kind: ChecklistKind, *, on: date) -> list[ChecklistItem]:
    """Write the list's lines for a case, each with its owner and due date."""
    days = calendar()
    return ChecklistItem.objects.bulk_create(
        ChecklistItem(
            case=case,
            kind=kind,
            code=item.code,
            position=position,
            owner_role=item.owner,
            owner_id=owner_of(case, item.owner),
            due_on=due_after(days, on, item.days).on,
        )
        for position, item in enumerate(CHECKLISTS[kind], start=1)
    )


def done_by_act(case: Case, act: str, *, by: Actor, at: datetime, evidence: str) -> None:
    """Tick the line that an act of the system fulfils, if it is still to do."""
    kind, code = DONE_BY_ACT[act]
    case.checklist.filter(kind=kind, code=code, status=ChecklistStatus.TO_DO).update(
        status=ChecklistStatus.DONE,
        done_at=at,
        done_on=local_date(at),
        done_by_id=by.user_id,
        evidence=evidence,
    )


@transaction.atomic
def tick_checklist(item_id: int, *, by: Actor, at: datetime, evidence: str = "") -> ChecklistItem:
    """Mark a line as done; lines about flags say what confirmed it (INT-3)."""
    return _close(item_id, "tick", CHECKLIST_TICKED, by=by, at=at, evidence=evidence)


@transaction.atomic
def set_aside(item_id: int, *, by: Actor, at: datetime, reason: str) -> ChecklistItem:
    """Mark a line as not needed here, with the reason."""
    return _close(item_id, "not_needed", CHECKLIST_NOT_NEEDED, by=by, at=at, evidence=reason)


def _close(
    item_id: int, step: str, action: Action, *, by: Actor, at: datetime, evidence: str
) -> ChecklistItem:
    item, case = access_checklist_item(by, item_id, to="tick_checklist")
    require_open("tick_checklist", case.status)
    target = take(CHECKLIST_STEPS, step, noun="action", status=item.status, kind=ChecklistStatus)
    if not evidence.strip() and (step == "not_needed" or line(item.kind, item.code).needs_evidence):
        raise Invalid({"evidence": ["Say what confirms it, or why it is not needed."]})
    item.status, item.evidence = target, evidence.strip()
    item.done_at, item.done_on, item.done_by_id = at, local_date(at), by.user_id
    item.save()
    record(
        action,
        by=by,
        subjects=[case.person_id],
        reason=item.evidence,
        detail={"line": item.code, "list": item.kind},
    )
    return item


@transaction.atomic
def reopen_checklist(item_id: int, *, by: Actor, at: datetime, reason: str) -> ChecklistItem:
    """Open a line again that was ticked by mistake."""
    item, case = access_checklist_item(by, item_id, to="tick_checklist")
    require_open("tick_checklist", case.status)
    item.status = take(CHECKLIST_STEPS, "reopen", noun="action", status=item.status, kind=ChecklistStatus)
    item.done_at = item.done_on = item.done_by_id = None
    item.evidence = ""
    item.save()
    record(
        CHECKLIST_REOPENED,
        by=by,
        subjects=[case.person_id],
        reason=reason,
        detail={"line": item.code, "at": str(at)},
    )
    return item
