"""Checking every row against its seal, and the seals against their signatures, one another and a printed anchor."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import connection, transaction

from iom.audit.anchors import Anchor
from iom.audit.audit import DISPOSED
from iom.audit.keys import VOUCHES, is_signed, key_id_of
from iom.audit.leaves import STREAMS
from iom.audit.models import Act, Seal, SealKey, Verification
from iom.audit.services.batches import Batch, walk
from iom.audit.services.sealing import NOTHING_BEFORE, message_of

# A transaction may have run this long before its rows were sealed; a row dated earlier was dated back.
LONGEST_TRANSACTION = timedelta(days=1)
_NOWHERE = 2**62
_FIRST_FREE = (
    "(SELECT shift + greatest(pg_snapshot_xmax(pg_current_snapshot())::text::bigint,"
    " pg_current_xact_id_if_assigned()::text::bigint + 1) FROM public.audit_origin)"
)


@dataclass
class Verdict:
    """What was looked at and what is wrong with it, in sentences."""

    seals: int = 0
    rows: int = 0
    unsealed: int = 0
    disposed: int = 0
    problems: list[str] = field(default_factory=list)
    seconds: float = 0

    @property
    def passed(self) -> bool:
        return not self.problems


Told = Callable[[int, int], None]


def verify(*, anchor: Anchor | None = None, key_id: str = "", told_of: Told | None = None) -> Verdict:
    """Check the whole audit; `key_id` is the key that ought to be in use, where the caller has its file.

    Nothing in the database is believed but the rows themselves: hashes are worked out by SQL that comes from the code,
    over PostgreSQL's own functions. Rows come in slices, so that memory does not grow with them; after each, `told_of`
    gets how many were checked and how many are under seals.
    """
    began = time.monotonic()
    verdict = Verdict()
    with transaction.atomic(), connection.cursor() as cursor:
        keys = {key.key_id: key for key in SealKey.objects.all()}
        seals = list(Seal.objects.order_by("number"))
        told = _disposals_told()
        cursor.execute("SELECT set_config('search_path', 'pg_catalog', true)")
        verdict.problems += _keys(keys)
        _chain(verdict, seals, keys)
        sealed = sum(seal.acts + seal.changes for seal in seals)

        def counted(rows: int) -> None:
            verdict.rows += rows
            if told_of:
                told_of(verdict.rows, sealed)

        for before, seal in zip([None, *seals], seals, strict=False):
            _batch(verdict, seal, before, counted)
        _tail(verdict, cursor, seals[-1] if seals else None, counted)
        _disposals(verdict, cursor, told)
        cursor.execute("SELECT set_config('search_path', 'public', true)")
    verdict.seals = len(seals)
    verdict.problems += _anchored(seals, anchor)
    verdict.problems += _key_in_use(seals, keys, key_id)
    verdict.seconds = time.monotonic() - began
    return verdict


def keep(verdict: Verdict, *, at: datetime) -> Verification:
    """Write the outcome down, for the page of seals."""
    return Verification.objects.create(
        at=at,
        passed=verdict.passed,
        seals=verdict.seals,
        rows=verdict.rows,
        unsealed=verdict.unsealed,
        disposed=verdict.disposed,
        problems=verdict.problems[:100],
        took_seconds=round(verdict.seconds, 1),
    )


def _keys(keys: dict[str, SealKey]) -> list[str]:
    found, first = [], 0
    for key in keys.values():
        public = bytes(key.public_key)
        if key_id_of(public) != key.key_id:
            found.append(f"Key {key.key_id} was replaced: its id is not that of its public key.")
        by = keys.get(key.vouched_by_id or "")
        if by is None:
            first += 1
        elif not is_signed(VOUCHES + public, bytes(key.voucher or b""), bytes(by.public_key)):
            found.append(f"Key {key.key_id} is not vouched for by the key before it.")
    if first > 1:
        found.append(f"{first} keys were vouched for by nobody: a key was replaced.")
    return found


def _chain(verdict: Verdict, seals: list[Seal], keys: dict[str, SealKey]) -> None:
    """Numbers without gaps, each seal naming the one before, signed, its batch beginning where the last one ended."""
    digest, number, below = NOTHING_BEFORE, 0, 0
    for seal in seals:
        message, name = message_of(seal), f"Seal {seal.number}"
        key = keys.get(seal.key_id)
        if seal.number != number + 1:
            verdict.problems.append(f"{name} follows seal {number}: a seal is missing.")
        elif bytes(seal.previous) != digest:
            verdict.problems.append(f"{name} does not continue seal {number}: one of the two was rewritten.")
        if sha256(message).digest() != bytes(seal.digest):
            verdict.problems.append(f"{name} itself was altered: its digest is not over what it says.")
        elif key is None or not is_signed(message, bytes(seal.signature), bytes(key.public_key)):
            verdict.problems.append(
                f"{name} is not signed by its key {seal.key_id}: it or the key was replaced."
            )
        if seal.from_xid != below:
            verdict.problems.append(
                f"{name} does not begin where seal {number} ended: rows lie between them."
            )
        digest, number, below = bytes(seal.digest), seal.number, seal.below_xid


def _batch(verdict: Verdict, seal: Seal, before: Seal | None, counted: Callable[[int], None]) -> None:
    span = {"from_xid": seal.from_xid, "below_xid": seal.below_xid, "earliest": _earliest(before)}
    found = walk(span, counted)
    verdict.disposed += found.disposed
    name = f"Seal {seal.number} (up to {seal.last_at:%-d %B %Y, %H:%M})"
    if found.wrong:
        verdict.problems.append(f"{name}: {_names(found)} no longer what was recorded.")
    if (found.acts, found.changes) != (seal.acts, seal.changes):
        what = "removed from" if found.rows < seal.acts + seal.changes else "added to"
        verdict.problems.append(
            f"{name} closed {seal.acts:,} acts and {seal.changes:,} changes; {found.acts:,} and {found.changes:,} are"
            f" there: rows were {what} a closed batch."
        )
    elif found.root != bytes(seal.root):
        verdict.problems.append(f"{name}: its rows were rewritten or exchanged; the signed root is another.")
    if found.back_dated:
        verdict.problems.append(
            f"{name}: {found.back_dated:,} rows are dated before the batch began: dated back."
        )


def _tail(verdict: Verdict, cursor: Any, last: Seal | None, counted: Callable[[int], None]) -> None:
    """Rows not yet sealed: their leaves, their dates, and transaction ids that nothing has had yet."""
    below = last.below_xid if last else 0
    found = walk({"from_xid": below, "below_xid": _NOWHERE, "earliest": _earliest(last)}, counted)
    verdict.unsealed, verdict.disposed = found.rows, verdict.disposed + found.disposed
    if found.wrong:
        verdict.problems.append(f"Not yet sealed: {_names(found)} not what was recorded.")
    if found.back_dated:
        verdict.problems.append(
            f"Not yet sealed: {found.back_dated:,} rows are dated before the last seal: dated back."
        )
    for stream, table in STREAMS.items():
        cursor.execute(
            f"SELECT count(*) FILTER (WHERE xid >= {_FIRST_FREE}), count(*) FILTER (WHERE xid IS NULL OR leaf IS NULL)"
            f" FROM public.{table} WHERE xid >= %s OR xid IS NULL OR leaf IS NULL",
            [below],
        )
        ahead, bare = cursor.fetchone()
        if ahead:
            verdict.problems.append(f"{ahead:,} rows ({stream}) claim a transaction that has not been yet.")
        if bare and last:
            verdict.problems.append(
                f"{bare:,} rows ({stream}) carry no leaf: they were put in past the database."
            )


def _disposals_told() -> dict[int, int]:
    """How many rows each decision says to have blanked."""
    told: dict[int, int] = {}
    for detail in Act.objects.filter(action=DISPOSED.code).values_list("detail", flat=True):
        if "decision" in detail:
            number = int(detail["decision"])
            told[number] = told.get(number, 0) + int(detail["acts"]) + int(detail["changes"])
    return told


def _disposals(verdict: Verdict, cursor: Any, told: dict[int, int]) -> None:
    cursor.execute(
        "SELECT disposal, count(*) FROM (SELECT disposal FROM public.audit_act WHERE disposal IS NOT NULL"
        " UNION ALL SELECT disposal FROM public.audit_change WHERE disposal IS NOT NULL) r GROUP BY disposal"
    )
    for decision, blanked in cursor.fetchall():
        if told.get(decision, 0) != blanked:
            verdict.problems.append(
                f"Decision {decision} blanked {told.get(decision, 0):,} rows by its own record; {blanked:,} are blank."
            )


def _anchored(seals: list[Seal], anchor: Anchor | None) -> list[str]:
    if anchor is None:
        return []
    found = next((seal for seal in seals if seal.number == anchor.number), None)
    if found is None:
        last = f"the last seal is {seals[-1].number}" if seals else "there is no seal"
        return [f"The anchor names seal {anchor.number}, but {last}: seals were dropped."]
    if bytes(found.digest).hex() != anchor.digest:
        return [f"Seal {anchor.number} is not the one on the anchor: the history up to it was rewritten."]
    return []


def _key_in_use(seals: list[Seal], keys: dict[str, SealKey], key_id: str) -> list[str]:
    """Whether the key of the file sealed last, or was vouched for by the one that did."""
    if not key_id or not seals:
        return []
    key = keys.get(key_id)
    while key is not None and key.key_id != seals[-1].key_id:
        key = keys.get(key.vouched_by_id or "")
    return (
        [] if key else [f"The last seal is signed with key {seals[-1].key_id}, not with the key of the file."]
    )


def _earliest(before: Seal | None) -> datetime | None:
    return before.sealed_at - LONGEST_TRANSACTION if before else None


def _names(found: Batch) -> str:
    more = f" and {found.wrong - len(found.named):,} more" if found.wrong > len(found.named) else ""
    return f"{', '.join(found.named)}{more} {'is' if found.wrong == 1 else 'are'}"
