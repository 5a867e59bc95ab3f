"""Meetings with the person: planned, held, missed (PLN-3, CMP-2)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from cohorts.audit import ENGAGEMENT_MISSED, ENGAGEMENT_PLANNED, ENGAGEMENT_RECORDED
from cohorts.models import Case, Engagement
from cohorts.permissions import access_case, access_engagement
from cohorts.rules.deadlines import DeadlineKind
from cohorts.rules.statuses import require_open
from cohorts.rules.vocabulary import ENGAGEMENT_KINDS, HELD, Attendance
from cohorts.services.checklist import done_by_act
from cohorts.services.deadlines import meet
from iom.access.actor import Actor
from iom.audit.services import record
from iom.kernel.errors import Invalid, Refused


@dataclass(frozen=True)
class EngagementForm:
    """What was found at an engagement that took place."""

    kind: str
    held_at: datetime
    attended: str = Attendance.YES
    place: str = ""
    with_agency_id: int | None = None
    notes: str = ""


@transaction.atomic
def plan_engagement(
    case_id: int,
    *,
    by: Actor,
    at: datetime,
    kind: str,
    planned_at: datetime,
    place: str = "",
    with_agency_id: int | None = None,
) -> Engagement:
    """Arrange to meet the person at a moment to come."""
    case = access_case(by, case_id, to="engage", lock=True)
    require_open("engage", case.status)
    problems: dict[str, list[str]] = {}
    if kind not in ENGAGEMENT_KINDS:
        problems["kind"] = ["Choose the kind of engagement."]
    if planned_at <= at:
        problems["planned_at"] = [
            "The time must be in the future. Record an engagement that has been held instead."
        ]
    if problems:
        raise Invalid(problems)
    engagement = Engagement.objects.create(
        case=case,
        kind=kind,
        planned_at=planned_at,
        place=place.strip(),
        with_agency_id=with_agency_id,
        by_id=by.user_id,
        recorded_at=at,
    )
    record(ENGAGEMENT_PLANNED, by=by, subjects=[case.person_id], detail={"engagement": engagement.pk})
    return engagement


def _problems(form: EngagementForm, at: datetime) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    if form.kind not in ENGAGEMENT_KINDS:
        found["kind"] = ["Choose the kind of engagement."]
    if form.attended not in HELD:
        found["attended"] = ["Choose whether the person attended or attended late."]
    if form.held_at > at:
        found["held_at"] = ["The time must be in the past."]
    if not form.notes.strip():
        found["notes"] = ["Enter what was found."]
    return found


@transaction.atomic
def record_engagement(
    case_id: int, form: EngagementForm, *, by: Actor, at: datetime, engagement_id: int | None = None
) -> Engagement:
    """Record an engagement that was held, planned before or not; the first one after selection meets clock (a).

    What counts is when it was held, not when it was written down; the audit keeps both.
    """
    case = access_case(by, case_id, to="engage", lock=True)
    require_open("engage", case.status)
    if problems := _problems(form, at):
        raise Invalid(problems)
    engagement = Engagement(case=case) if engagement_id is None else _planned(case, engagement_id, by)
    engagement.kind, engagement.held_at, engagement.attended = form.kind, form.held_at, form.attended
    engagement.place, engagement.with_agency_id = form.place.strip(), form.with_agency_id
    engagement.notes = form.notes.strip()
    engagement.by_id, engagement.recorded_at = by.user_id, at
    engagement.save()
    if meet(case, DeadlineKind.ENGAGEMENT, by=by, at=form.held_at):
        done_by_act(case, "first_engagement", by=by, at=at, evidence="The first engagement was held.")
    record(
        ENGAGEMENT_RECORDED,
        by=by,
        subjects=[case.person_id],
        detail={"engagement": engagement.pk, "held_at": form.held_at.isoformat(), "attended": form.attended},
    )
    return engagement


def _planned(case: Case, engagement_id: int, by: Actor) -> Engagement:
    engagement, its_case = access_engagement(by, engagement_id)
    if its_case.pk != case.pk or engagement.attended != Attendance.PLANNED:
        raise Refused("You cannot record this engagement: it has been recorded already.")
    return engagement


@transaction.atomic
def mark_missed(
    engagement_id: int, *, by: Actor, at: datetime, next_step: str, notes: str = ""
) -> Engagement:
    """Record that the person did not attend; a missed engagement says what comes next (PLN-3)."""
    engagement, case = access_engagement(by, engagement_id)
    require_open("engage", case.status)
    if engagement.attended != Attendance.PLANNED:
        raise Refused("You cannot mark this engagement as missed: it has been recorded already.")
    problems: dict[str, list[str]] = {}
    if not next_step.strip():
        problems["next_step"] = ["Enter what happens next."]
    if engagement.planned_at is not None and engagement.planned_at > at:
        problems["attended"] = ["The engagement has not been due yet."]
    if problems:
        raise Invalid(problems)
    engagement.attended, engagement.next_step, engagement.notes = (
        Attendance.NO,
        next_step.strip(),
        notes.strip(),
    )
    engagement.by_id, engagement.recorded_at = by.user_id, at
    engagement.save()
    record(
        ENGAGEMENT_MISSED,
        by=by,
        subjects=[case.person_id],
        reason=engagement.next_step,
        detail={"engagement": engagement.pk},
    )
    return engagement
