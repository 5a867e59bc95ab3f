"""When a case changes owner its sharing is looked at again: each share confirmed, changed or ended (SHR-1)."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from iom.access.actor import Actor
from iom.access.models import AgencyAccess
from iom.agencies.models import in_force_on
from iom.audit.services import record
from iom.kernel.errors import Invalid, NotFound, Refused
from iom.notifications.services import notify
from iom.sharing.audit import REVIEW_OPENED, SHARE_LOOKED_AT
from iom.sharing.models import SharingReview, SharingReviewLine
from iom.sharing.permissions import access_review
from iom.sharing.rules import CAUSE_LABELS, Outcome, too_short
from iom.working_days.rules import due_after, local_date
from iom.working_days.selectors import calendar


@transaction.atomic
def open_review(
    person_id: int, *, unit_id: int, owner_id: int | None, cause: str, by: Actor, at: datetime
) -> SharingReview | None:
    """Ask the new owner to look again at every share in force; None when there is nothing to look at.

    One task at a time: a further change of owner gives the open task to the newest owner, who begins at the beginning.
    """
    on = local_date(at)
    shares = list(AgencyAccess.objects.filter(in_force_on(on), person=person_id).order_by("pk"))
    waiting = SharingReview.objects.select_for_update().filter(person=person_id, done_at__isnull=True).first()
    if not shares:
        return None
    due = due_after(calendar(), on, settings.SHARING_REVIEW_WORKING_DAYS).on
    if waiting is None:
        waiting = SharingReview(person_id=person_id, opened_by_id=by.user_id)
    waiting.unit_id, waiting.owner_id, waiting.cause = unit_id, owner_id, cause
    waiting.opened_at, waiting.due_on = at, due
    waiting.save()
    known = set(waiting.lines.values_list("access_id", flat=True))
    waiting.lines.filter(access__in=shares).update(outcome="", note="", decided_by=None, decided_at=None)
    SharingReviewLine.objects.bulk_create(
        SharingReviewLine(review=waiting, person_id=person_id, access=share)
        for share in shares
        if share.pk not in known
    )
    record(REVIEW_OPENED, by=by, subjects=[person_id], detail={"cause": cause, "due_on": str(due)})
    if owner_id is not None and owner_id != by.user_id:
        notify(
            owner_id,
            key=f"sharing-review:{waiting.pk}:{at.isoformat()}",
            kind="sharing",
            subject="Sharing to look at again",
            body=f"{CAUSE_LABELS[cause]}: confirm, change or end each sharing by {due:%-d %B %Y}.",
            url=f"/sharing/reviews/{waiting.pk}/",
            due_on=due,
            person_id=person_id,
            at=at,
        )
    return waiting


@transaction.atomic
def decide_line(
    review_id: int, line_id: int, outcome: Outcome, *, note: str, by: Actor, at: datetime
) -> SharingReview:
    """Write down what became of one share; the task is done with its last line. What `note` says is its reason."""
    review = access_review(by, review_id, lock=True)
    line = SharingReviewLine.objects.select_for_update().filter(pk=line_id, review=review).first()
    if line is None:
        raise NotFound
    if review.done_at is not None or line.outcome:
        raise Refused("This sharing has been looked at already.")
    if too_short(note):
        raise Invalid({"note": ["Enter the reason in at least 10 characters."]})
    line.outcome, line.note = outcome.value, note.strip()
    line.decided_by_id, line.decided_at = by.user_id, at
    line.save(update_fields=["outcome", "note", "decided_by", "decided_at"])
    record(
        SHARE_LOOKED_AT,
        by=by,
        subjects=[review.person_id],
        reason=line.note,
        detail={"share": line.access_id, "outcome": outcome.value},
    )
    close_if_done(review, at=at)
    return review


def close_if_done(review: SharingReview, *, at: datetime) -> None:
    """Close the task when every share was looked at or is over by now. Locked before."""
    running = AgencyAccess.objects.filter(in_force_on(local_date(at)), person=review.person_id)
    if review.lines.filter(outcome="", access__in=running).exists():
        return
    review.done_at = at
    review.save(update_fields=["done_at"])
