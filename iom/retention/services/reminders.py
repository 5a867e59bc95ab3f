"""Telling who handles a request that it falls due, and who set a hold that it is to be looked at again (SHR-4)."""

from datetime import date, datetime, timedelta

from iom.notifications.services import notify
from iom.retention.models import AccessRequest, LegalHold
from iom.retention.rules.statuses import OPEN_REQUEST

TELL_BEFORE = (14, 7, 3, 1, 0)


def remind(*, on: date, at: datetime) -> int:
    """One message a request and day of the list, one a hold; how many were new."""
    told = 0
    days = {on + timedelta(n) for n in TELL_BEFORE}
    open_requests = AccessRequest.objects.filter(
        status__in=[s.value for s in OPEN_REQUEST], handler__isnull=False
    )
    for row in open_requests.filter(due_on__in=days) | open_requests.filter(due_on__lt=on):
        told += notify(
            row.handler_id or 0,
            key=f"access-due:{row.pk}:{row.due_on}:{on}",
            kind="subject_access",
            subject="A subject access request falls due",
            body="Answer it in time: the law gives one month.",
            url=f"/subject-access/{row.pk}/",
            due_on=row.due_on,
            person_id=row.person_id,
            at=at,
        )
    for hold in LegalHold.objects.filter(lifted_at__isnull=True, review_on__lte=on):
        told += notify(
            hold.set_by_id,
            key=f"hold-due:{hold.pk}:{hold.review_on}",
            kind="retention",
            subject="A hold is to be looked at again",
            body="Say whether its reason still stands.",
            url=f"/retention/holds/{hold.pk}/lift/",
            due_on=hold.review_on,
            person_id=hold.person_id,
            at=at,
        )
    return told
