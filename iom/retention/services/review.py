"""Deciding a review: keep the record and say until when, or ask a second person to sign its disposal (SHR-4)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.approvals import services as approvals
from iom.approvals.models import Approval
from iom.audit.services import record
from iom.kernel.errors import Invalid, Refused
from iom.kernel.reasons import SHORTEST_REASON
from iom.kernel.wording import date_uk
from iom.retention import audit
from iom.retention.models import Review
from iom.retention.permissions import access_review, reviews_visible_to
from iom.retention.rules.groups import latest_next_review
from iom.retention.rules.statuses import ANSWERS, CRITERIA, ReviewStatus
from iom.retention.selectors.facts import schedule_for
from iom.retention.services.grounds import why_not
from iom.working_days.rules import local_date

DISPOSE = "retention.dispose"


@transaction.atomic
def retain(
    review_id: int,
    *,
    answers: Mapping[str, str],
    reason: str,
    next_on: date,
    by: Actor,
    on: date,
    at: datetime,
) -> Review:
    """Keep the record: the criteria answered, the reason, and the next review, no later than the schedule allows."""
    review = _open(review_id, by=by)
    latest = latest_next_review(schedule_for(on).groups[review.group], on, born=review.person.date_of_birth)
    if not on < next_on <= latest:
        raise Invalid(
            {"next_on": [f"The next review must be after today and no later than {date_uk(latest)}"]}
        )
    _decide(review, answers, reason, by=by, on=on, at=at)
    review.status, review.next_on = ReviewStatus.RETAINED, next_on
    review.save()
    record(
        audit.RETAINED,
        by=by,
        subjects=[review.person_id],
        reason=review.reason,
        detail={"review": review.pk, "group": review.group, "next_on": next_on.isoformat()},
    )
    return review


@transaction.atomic
def ask_disposal(
    review_id: int, *, answers: Mapping[str, str], reason: str, by: Actor, on: date, at: datetime
) -> Review:
    """Ask that the record go. Nothing is deleted before another person has signed."""
    review = _open(review_id, by=by)
    if against := why_not(review.person_id, on=on):
        raise Refused(" ".join(against))
    _decide(review, answers, reason, by=by, on=on, at=at)
    approval = approvals.ask(
        DISPOSE,
        by=by,
        at=at,
        payload={"review": review.pk},
        reason=review.reason,
        person_id=review.person_id,
        unit_id=review.person.home_unit_id,
    )
    review.status, review.approval_id = ReviewStatus.ASKED, approval.pk
    review.save()
    record(
        audit.DISPOSAL_ASKED,
        by=by,
        subjects=[review.person_id],
        reason=review.reason,
        detail={"review": review.pk, "group": review.group, "approval": approval.pk},
    )
    return review


def describe(approval: Approval, reader: Any) -> list[tuple[str, str]]:
    """What the second person signs."""
    review = (
        reviews_visible_to(reader).select_related("person").filter(pk=approval.payload.get("review")).first()
    )
    if review is None:
        return []
    answers = [(one.words, ANSWERS.get(review.answers.get(one.code, ""), "Not answered")) for one in CRITERIA]
    return [
        ("Person", f"{review.person.full_name}, {review.person.nominal_ref}"),
        ("Group", str(review.group)),
        ("Review was due", date_uk(review.due_on)),
        *answers,
    ]


def perform(approval: Approval, by: Any, at: datetime) -> None:
    """The second signature is given: the next round of the background work disposes of the record."""
    review = access_review(by, approval.payload["review"], decide=True, lock=True)
    if review.status != ReviewStatus.ASKED or review.approval_id != approval.pk:
        raise Refused("This disposal is not asked for any more.")
    by.require(Power.RETAIN)
    if review.decided_by_id == by.user_id:
        raise Refused("Somebody other than the person who decided the review must sign.")
    if against := why_not(review.person_id, on=local_date(at)):
        raise Refused(" ".join(against))
    review.status, review.approved_by_id = ReviewStatus.APPROVED, by.user_id
    review.save(update_fields=["status", "approved_by"])
    record(
        audit.DISPOSAL_SIGNED,
        by=by,
        subjects=[review.person_id],
        detail={"review": review.pk, "approval": approval.pk},
    )


def reopen_refused() -> int:
    """Reviews whose disposal was refused, taken back or lapsed wait to be decided again; how many."""
    gone = Approval.objects.filter(kind=DISPOSE, status__in=["refused", "withdrawn", "lapsed"])
    waiting = Review.objects.filter(status=ReviewStatus.ASKED, approval_id__in=gone.values("pk"))
    return waiting.update(status=ReviewStatus.OPEN, approval_id=None)


def _open(review_id: int, *, by: Actor) -> Review:
    review = access_review(by, review_id, decide=True, lock=True)
    if review.status != ReviewStatus.OPEN:
        raise Refused("This review is decided already.")
    return review


def _decide(
    review: Review, answers: Mapping[str, str], reason: str, *, by: Actor, on: date, at: datetime
) -> None:
    missing = {one.code: ["Select an answer"] for one in CRITERIA if answers.get(one.code) not in ANSWERS}
    if len(reason.strip()) < SHORTEST_REASON:
        missing["reason"] = ["Enter the reason in at least 10 characters"]
    if missing:
        raise Invalid(missing)
    review.answers = {one.code: answers[one.code] for one in CRITERIA}
    review.reason = reason.strip()
    review.decided_by_id, review.decided_at, review.decided_on = by.user_id, at, on
