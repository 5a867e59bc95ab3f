"""Closing batches of the audit: one Merkle root over all rows of finished transactions, signed and chained (SHR-3)."""

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from iom.audit.keys import VOUCHES, SigningKey, signing_key
from iom.audit.leaves import ROOT
from iom.audit.models import Seal, SealKey
from iom.kernel.errors import Refused

ONE_AT_A_TIME = 0x10A0D17
OLDER_ROWS_A_STEP = 20_000
NOTHING_BEFORE = bytes(32)
_BELOW = (
    "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint + (SELECT shift FROM audit_origin),"
    " EXISTS (SELECT 1 FROM audit_act WHERE leaf IS NULL)"
    " OR EXISTS (SELECT 1 FROM audit_change WHERE leaf IS NULL)"
)
_CONTENT = """
    SELECT (SELECT count(*) FROM audit_act WHERE xid >= %(from_xid)s AND xid < %(below_xid)s),
           (SELECT count(*) FROM audit_change WHERE xid >= %(from_xid)s AND xid < %(below_xid)s),
           (SELECT min(at) FROM (
              SELECT min(at) AS at FROM audit_act WHERE xid >= %(from_xid)s AND xid < %(below_xid)s UNION ALL
              SELECT min(at) FROM audit_change WHERE xid >= %(from_xid)s AND xid < %(below_xid)s) r),
           (SELECT max(at) FROM (
              SELECT max(at) AS at FROM audit_act WHERE xid >= %(from_xid)s AND xid < %(below_xid)s UNION ALL
              SELECT max(at) FROM audit_change WHERE xid >= %(from_xid)s AND xid < %(below_xid)s) r)
"""


def seal_due(at: datetime) -> bool:
    """The sealer's step of the tick: a seal when the last one is old enough. Whether there is more to do at once.

    A last seal of the future was made by a clock that has been put right since: it does not hold up the next one.
    """
    if stamp_older():
        return True
    last = Seal.objects.order_by("-number").values_list("sealed_at", flat=True).first()
    every = timedelta(seconds=settings.AUDIT_SEAL_EVERY_SECONDS)
    if last is not None and timedelta() <= at - last < every:
        return False
    seal_next(at=at)
    return False


def seal_next(*, at: datetime, key: SigningKey | None = None, below: int | None = None) -> Seal | None:
    """Seal all rows of transactions that are over, or None when there are none.

    A transaction that is still running holds back every later one, so nothing can be added to a sealed batch. `below`
    replaces the end of the batch for whoever knows that no transaction below it still runs.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        last = Seal.objects.order_by("-number").first()
        cursor.execute(_BELOW)
        finished, unstamped = cursor.fetchone()
        if unstamped:
            raise Refused("Some rows are older than the seals and wait for their leaves.")
        span = {"from_xid": last.below_xid if last else 0, "below_xid": below or finished}
        cursor.execute(_CONTENT, span)
        acts, changes, first_at, last_at = cursor.fetchone()
        if not acts + changes:
            return None
        cursor.execute(ROOT, span)
        (root,) = cursor.fetchone()
        signed_with = key or signing_key(Path(settings.AUDIT_KEY_FILE), may_make=not settings.PRODUCTION)
        seal = Seal(
            number=last.number + 1 if last else 1,
            previous=bytes(last.digest) if last else NOTHING_BEFORE,
            root=root,
            **span,
            acts=acts,
            changes=changes,
            first_at=first_at,
            last_at=last_at,
            sealed_at=at,
            key=_known_key(signed_with, at=at, first=last is None),
        )
        message = message_of(seal)
        seal.digest, seal.signature = sha256(message).digest(), signed_with.sign(message)
        seal.save(force_insert=True)
        return seal


def message_of(seal: Seal) -> bytes:
    """Everything a seal says, as the bytes that are hashed and signed."""
    said = {
        "number": seal.number,
        "previous": bytes(seal.previous).hex(),
        "root": bytes(seal.root).hex(),
        "from_xid": seal.from_xid,
        "below_xid": seal.below_xid,
        "acts": seal.acts,
        "changes": seal.changes,
        **{name: _moment(getattr(seal, name)) for name in ("first_at", "last_at", "sealed_at")},
        "key": seal.key_id,
    }
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()


def vouch_for(new: SigningKey, *, old: SigningKey, at: datetime) -> SealKey:
    """Let the key in use say that the next seals are signed with a new one; Refused when it is not in use."""
    vouching = SealKey.objects.filter(pk=old.key_id).first()
    if vouching is None:
        raise Refused("The old key has sealed nothing yet: nobody has to vouch for a new one.")
    voucher = old.sign(VOUCHES + new.public_bytes)
    return SealKey.objects.create(
        key_id=new.key_id, public_key=new.public_bytes, vouched_by=vouching, voucher=voucher, made_at=at
    )


def _known_key(key: SigningKey, *, at: datetime, first: bool) -> SealKey:
    known = SealKey.objects.filter(pk=key.key_id).first()
    if known is None and not first:
        raise Refused("The key at AUDIT_KEY_FILE is not the one in use, and that one has not vouched for it.")
    return known or SealKey.objects.create(key_id=key.key_id, public_key=key.public_bytes, made_at=at)


def stamp_older() -> bool:
    """Give rows from before there were seals their leaves; whether there were any."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT authz.stamp_older(%s)", [OLDER_ROWS_A_STEP])
        return bool(cursor.fetchone()[0])


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
