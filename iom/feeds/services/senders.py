"""Systems that may post files: each has a key, shown once, for some kinds of feed and until a day (INT-1)."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256

from django.db import transaction

from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.audit.services import record
from iom.feeds import audit, registry
from iom.feeds.models import Sender
from iom.feeds.rules import LONGEST_KEY_DAYS, SHORTEST_REASON
from iom.kernel.errors import Invalid, NotFound, Refused


@transaction.atomic
def make_sender(
    *, by: Actor, at: datetime, on: date, name: str, kinds: Sequence[str], expires_on: date, reason: str
) -> tuple[Sender, str]:
    """Give a system a key to post files of these kinds; the key is in the answer and nowhere else."""
    by.require(Power.LOAD_FEEDS)
    by.require(Power.KEEP_USERS)
    known = {kind.name for kind in registry.kinds()}
    problems: dict[str, list[str]] = {}
    if not name.strip():
        problems["name"] = ["Enter the name of the system"]
    if not kinds or not set(kinds) <= known:
        problems["kinds"] = ["Choose the feeds that the system sends"]
    if not on < expires_on <= on + timedelta(days=LONGEST_KEY_DAYS):
        problems["expires_on"] = ["The last day must be in the future and within two years"]
    if len(reason.strip()) < SHORTEST_REASON:
        problems["reason"] = ["Enter the reason in at least 10 characters"]
    if problems or by.user_id is None:
        raise Invalid(problems)
    secret = secrets.token_urlsafe(32)
    sender = Sender.objects.create(
        name=name.strip(),
        kinds=sorted(set(kinds)),
        key_digest=digest_of(secret),
        made_by_id=by.user_id,
        made_at=at,
        reason=reason.strip(),
        expires_on=expires_on,
    )
    detail = {"sender": sender.pk, "name": sender.name, "kinds": sender.kinds, "until": str(expires_on)}
    record(audit.SENDER_MADE, by=by, reason=sender.reason, detail=detail)
    return sender, secret


@transaction.atomic
def end_sender(sender_id: int, *, by: Actor, at: datetime, reason: str) -> Sender:
    """The key no longer opens anything, from the next request on."""
    by.require(Power.LOAD_FEEDS)
    by.require(Power.KEEP_USERS)
    sender = Sender.objects.select_for_update().filter(pk=sender_id).first()
    if sender is None:
        raise NotFound
    if sender.ended_at is not None:
        raise Refused("This key has been ended.")
    if len(reason.strip()) < SHORTEST_REASON:
        raise Invalid({"reason": ["Enter the reason in at least 10 characters"]})
    sender.ended_at, sender.ended_by_id, sender.ended_reason = at, by.user_id, reason.strip()
    sender.save(update_fields=["ended_at", "ended_by", "ended_reason"])
    record(audit.SENDER_ENDED, by=by, reason=reason, detail={"sender": sender.pk, "name": sender.name})
    return sender


def sender_with(key: str, *, at: datetime, on: date) -> Sender | None:
    """The system whose key this is, while it is in force; notes that it was used."""
    rows = Sender.objects.filter(key_digest=digest_of(key), ended_at__isnull=True, expires_on__gte=on)
    rows.update(last_used_at=at)
    return rows.first()


def digest_of(key: str) -> str:
    """What is kept of a key: it is random and long, so that a plain digest tells nothing."""
    return sha256(key.encode()).hexdigest()
