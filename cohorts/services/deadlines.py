"""Starting, meeting, stopping, extending and moving the four clocks (CMP-2, CMP-3, CMP-6, CMP-7)."""

from datetime import date, datetime

from django.db import transaction

from cohorts.audit import DEADLINE_EXTENDED, DEADLINES_MOVED
from cohorts.models import Case, Deadline, DeadlineMove
from cohorts.permissions import access_deadline
from cohorts.rules.checklists import OwnerRole
from cohorts.rules.deadlines import RULE_VERSION, DeadlineKind, StartedBy, rules_started_by
from cohorts.rules.statuses import require_open
from cohorts.selectors.staff import supervisors_of
from cohorts.services.messages import DEADLINE, case_url, tell
from iom.access.actor import SYSTEM, Actor
from iom.audit.services import record
from iom.kernel.errors import Invalid, Refused
from iom.working_days.rules import Calendar, due_after, local_date
from iom.working_days.selectors import calendar


def owner_of(case: Case, role: str) -> int | None:
    """The person who answers for a duty of this role in a case; None where it is the whole supervision's."""
    return (case.manager_id or case.partner_manager_id) if role == OwnerRole.MANAGER else None


def start_clocks(case: Case, event: StartedBy, *, on: date) -> list[Deadline]:
    """Write the deadlines that an act on the local day `on` starts, with the rule and calendar they were judged by."""
    days = calendar()
    rows = []
    for rule in rules_started_by(event):
        due = due_after(days, on, rule.working_days)
        rows.append(
            Deadline(
                case=case,
                kind=rule.kind,
                clause=rule.clause,
                working_days=rule.working_days,
                started_by=event,
                started_on=on,
                first_due_on=due.on,
                due_on=due.on,
                provisional=due.provisional,
                rule_version=RULE_VERSION,
                calendar_version=days.version,
                owner_role=rule.owner,
                owner_id=owner_of(case, rule.owner),
            )
        )
    return Deadline.objects.bulk_create(rows)


def meet(case: Case, kind: DeadlineKind, *, by: Actor, at: datetime) -> bool:
    """Write down that a duty was fulfilled at a moment; an earlier moment learned of later counts. Case locked before.

    What happened before the clock started does not meet it.
    """
    deadline = (
        Deadline.objects.select_for_update().filter(case=case, kind=kind, stopped_on__isnull=True).first()
    )
    on = local_date(at)
    if deadline is None or on < deadline.started_on:
        return False
    if deadline.met_at is not None and deadline.met_at <= at:
        return False
    deadline.met_at, deadline.met_on, deadline.met_by_id = at, on, by.user_id
    deadline.save(update_fields=["met_at", "met_on", "met_by"])
    return True


def stop_clocks(case: Case, event: StartedBy, *, on: date, reason: str) -> int:
    """End the clocks of an act whose duty fell away; one that was overdue by then stays missed. Returns how many."""
    running = Deadline.objects.filter(
        case=case, started_by=event, met_on__isnull=True, stopped_on__isnull=True
    )
    return running.update(stopped_on=on, stopped_reason=reason)


def give_to_owner(case: Case) -> None:
    """Put the manager's unfinished clocks and checklist lines on the desk of whoever manages the case now."""
    owner = owner_of(case, OwnerRole.MANAGER)
    case.deadlines.filter(owner_role=OwnerRole.MANAGER, met_on__isnull=True, stopped_on__isnull=True).update(
        owner_id=owner
    )
    case.checklist.filter(owner_role=OwnerRole.MANAGER, status="to_do").update(owner_id=owner)


@transaction.atomic
def extend_deadline(deadline_id: int, *, by: Actor, at: datetime, new_due_on: date, reason: str) -> Deadline:
    """Give more time, by supervision, with a reason; the old date is kept and every report shows it (CMP-7).

    A deadline that has passed is missed and cannot be extended afterwards.
    """
    deadline, case = access_deadline(by, deadline_id, to="extend_deadline")
    require_open("extend_deadline", case.status)
    _require_extendable(deadline, local_date(at))
    problems: dict[str, list[str]] = {}
    if not reason.strip():
        problems["reason"] = ["Enter the reason for giving more time."]
    if new_due_on <= deadline.due_on:
        problems["new_due_on"] = ["The new date must be after the date it is due now."]
    if problems:
        raise Invalid(problems)
    before = deadline.due_on
    deadline.due_on = new_due_on
    deadline.provisional = calendar().is_provisional(new_due_on)
    deadline.save(update_fields=["due_on", "provisional"])
    _keep_move(deadline, "extension", before, by=by, at=at, reason=reason.strip())
    record(
        DEADLINE_EXTENDED,
        by=by,
        subjects=[case.person_id],
        reason=reason.strip(),
        detail={"deadline": deadline.pk, "kind": deadline.kind, "from": str(before), "to": str(new_due_on)},
    )
    tell(
        [deadline.owner_id],
        key=f"deadline:{deadline.pk}:extended:{new_due_on}",
        kind=DEADLINE,
        subject=f"More time: {deadline.words}",
        body=f"Due on {new_due_on:%-d %B %Y} instead of {before:%-d %B %Y}. {reason.strip()}",
        url=case_url(case),
        person_id=case.person_id,
        but=by.user_id,
    )
    return deadline


def _require_extendable(deadline: Deadline, on: date) -> None:
    if deadline.met_on is not None:
        raise Refused("You cannot extend this deadline: it has been met.")
    if deadline.stopped_on is not None:
        raise Refused("You cannot extend this deadline: it has ended.")
    if on > deadline.due_on:
        raise Refused(
            f"You cannot extend this deadline: it was due on {deadline.due_on:%-d %B %Y} and was missed."
        )


def _keep_move(
    deadline: Deadline,
    cause: str,
    before: date,
    *,
    by: Actor,
    at: datetime,
    reason: str,
    calendars: tuple[str, str] = ("", ""),
) -> None:
    DeadlineMove.objects.create(
        deadline=deadline,
        cause=cause,
        from_on=before,
        to_on=deadline.due_on,
        reason=reason,
        by_id=by.user_id,
        at=at,
        from_calendar=calendars[0],
        to_calendar=calendars[1],
    )


@transaction.atomic
def recompute_open_deadlines_for_new_holiday(
    days: Calendar, *, at: datetime, reason: str, by: Actor = SYSTEM
) -> list[Deadline]:
    """Move open deadlines forward after a holiday was proclaimed; both dates are kept and the owner is told (CMP-6).

    Those met or ended stay as they were judged. Needs the service scope: it reaches every district.
    """
    moved = []
    open_ones = Deadline.objects.select_for_update(of=("self",)).filter(
        met_on__isnull=True, stopped_on__isnull=True
    )
    for deadline in open_ones.exclude(calendar_version=days.version).select_related("case").order_by("id"):
        due = due_after(days, deadline.started_on, deadline.working_days)
        before, version = deadline.due_on, deadline.calendar_version
        deadline.first_due_on = max(deadline.first_due_on, due.on)
        deadline.due_on = max(before, deadline.first_due_on)
        deadline.calendar_version, deadline.provisional = days.version, days.is_provisional(deadline.due_on)
        deadline.save(update_fields=["first_due_on", "due_on", "calendar_version", "provisional"])
        if deadline.due_on > before:
            _keep_move(
                deadline, "holiday", before, by=by, at=at, reason=reason, calendars=(version, days.version)
            )
            _tell_of_holiday(deadline, before, on=local_date(at), reason=reason)
            record(
                DEADLINES_MOVED,
                by=by,
                subjects=[deadline.case.person_id],
                reason=reason,
                detail={"deadline": deadline.pk, "from": str(before), "to": str(deadline.due_on)},
            )
            moved.append(deadline)
    return moved


def _tell_of_holiday(deadline: Deadline, before: date, *, on: date, reason: str) -> None:
    owners = [deadline.owner_id] if deadline.owner_id else supervisors_of(deadline.case.unit_id, on=on)
    tell(
        owners,
        key=f"deadline:{deadline.pk}:holiday:{deadline.due_on}",
        kind=DEADLINE,
        subject=f"New date: {deadline.words}",
        body=f"Due on {deadline.due_on:%-d %B %Y} instead of {before:%-d %B %Y}, because of a new holiday. {reason}",
        url=case_url(deadline.case),
        person_id=deadline.case.person_id,
    )
