"""Telling people things: once in the product, then by digest or at once by e-mail (CMP-7)."""

from collections.abc import Sequence
from datetime import date, datetime
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from iom.kernel import clock
from iom.notifications import rules
from iom.notifications.models import Notification, Outbox
from iom.notifications.permissions import Reader, access_notification, visible_to
from iom.working_days.rules import local_date

_INSERT = """
    INSERT INTO notifications_notification
        (user_id, key, kind, subject, body, url, person_id, due_on, urgent, created_at, mailed_as)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, '')
    ON CONFLICT DO NOTHING
"""


def notify(
    user_id: int,
    *,
    key: str,
    kind: str,
    subject: str,
    body: str,
    url: str = "",
    due_on: date | None = None,
    urgent: bool = False,
    person_id: int | None = None,
    at: datetime | None = None,
) -> bool:
    """Owe a person a message; the same key again changes nothing. Whether this call owed it first.

    The subject goes out by e-mail and must name nobody. `person_id` hides the message from a reader who may no
    longer see that person.
    """
    values: list[Any] = [
        user_id,
        key,
        kind,
        subject[:200],
        body,
        url,
        person_id,
        due_on,
        urgent,
        at or clock.now(),
    ]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, values)
        return bool(cursor.rowcount == 1)


@transaction.atomic
def mark_read(notification_id: int, *, by: Reader, at: datetime) -> Notification:
    """A person has read one of their messages; reading it again keeps the first moment."""
    notification = access_notification(by, notification_id, lock=True)
    if notification.read_at is None:
        notification.read_at = at
        notification.save(update_fields=["read_at"])
    return notification


def mark_all_read(*, by: Reader, at: datetime) -> int:
    """All of a person's messages that came up to this moment; how many were unread."""
    return visible_to(by).filter(read_at__isnull=True, created_at__lte=at).update(read_at=at)


def compose_one(at: datetime) -> bool:
    """Write one person's e-mail: what cannot wait now, the rest in one digest a day. Whether there is more to do."""
    day = local_date(at)
    waiting = _mailable(at).filter(_at_once(day)).order_by("user_id").values("user_id").first()
    if waiting:
        rows = list(_locked(_mailable(at).filter(_at_once(day), user_id=waiting["user_id"])))
        return _compose(rows, key=f"now:{waiting['user_id']}:{rows[0].pk if rows else 0}", day=day, at=at)
    if rules.digest_day(at) is None:
        return False
    had_one = Outbox.objects.filter(key__startswith="digest:", key__endswith=f":{day.isoformat()}")
    ready = _mailable(at).exclude(user_id__in=had_one.values("user_id"))
    owed = ready.order_by("user_id").values("user_id").first()
    if owed is None:
        return False
    rows = list(_locked(ready.filter(user_id=owed["user_id"])))
    return _compose(rows, key=f"digest:{owed['user_id']}:{day.isoformat()}", day=day, at=at)


def send_one(at: datetime) -> bool:
    """Try to send one waiting e-mail. A crash between sending and writing it down sends it again under its key."""
    mail = (
        Outbox.objects.select_for_update(skip_locked=True)
        .filter(state=Outbox.State.PENDING, try_at__lte=at)
        .order_by("try_at", "pk")
        .first()
    )
    if mail is None:
        return False
    try:
        _message(mail).send()
    except Exception as error:  # a mail server may fail in any way; the e-mail is tried again later
        _put_off(mail, error, at=at)
    else:
        mail.state, mail.sent_at, mail.last_error = Outbox.State.SENT, at, ""
        mail.attempts += 1
    mail.save(update_fields=["state", "attempts", "last_error", "try_at", "sent_at"])
    return True


def _mailable(at: datetime) -> QuerySet[Notification]:
    """Not yet mailed, not yet read, to somebody who still works here and has an address."""
    return Notification.objects.filter(
        mailed_as="",
        read_at__isnull=True,
        created_at__lte=at,
        user__is_active=True,
        user__address__email__gt="",
    )


def _at_once(day: date) -> Q:
    """`rules.goes_at_once` in SQL; a test ties the two together."""
    return Q(urgent=True) | Q(due_on__lte=day)


def _locked(rows: QuerySet[Notification]) -> QuerySet[Notification]:
    return (
        rows.select_related("user__address")
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("created_at", "pk")
    )


def _compose(rows: Sequence[Notification], *, key: str, day: date, at: datetime) -> bool:
    if not rows:
        return False
    mail = Outbox(
        key=key,
        user_id=rows[0].user_id,
        to_email=rows[0].user.email,
        subject=rules.digest_subject(len(rows), day),
        body=rules.digest_body([row.subject for row in rows], f"{settings.SITE_ADDRESS}/notifications/"),
        created_at=at,
        try_at=at,
    )
    Outbox.objects.bulk_create([mail], ignore_conflicts=True)
    Notification.objects.filter(pk__in=[row.pk for row in rows]).update(mailed_as=key)
    return True


def _message(mail: Outbox) -> EmailMessage:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    headers = {"Message-ID": rules.message_id(mail.key, domain), "X-IOM-Key": mail.key}
    return EmailMessage(
        mail.subject, mail.body, settings.DEFAULT_FROM_EMAIL, [mail.to_email], headers=headers
    )


def _put_off(mail: Outbox, error: Exception, *, at: datetime) -> None:
    mail.attempts += 1
    mail.last_error = type(error).__name__
    mail.try_at = at + rules.pause_after(mail.attempts)
    if mail.attempts >= rules.MAX_SEND_ATTEMPTS:
        mail.state = Outbox.State.FAILED
