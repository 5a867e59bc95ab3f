"""Reading requests for a second signature: what waits for the reader, what they asked for, what was decided."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from iom.approvals.models import Approval
from iom.approvals.permissions import Reader, kinds_decided_by, may_decide, visible_to
from iom.approvals.registry import kind_named
from iom.approvals.rules import Status, state
from iom.audit.subjects import Subject, names_of


@dataclass(frozen=True)
class ApprovalRow:
    """One request as a line: `person` where the reader may see who it is about, `record` which of their records."""

    pk: int
    label: str
    person: Subject | None
    record: str
    asked_by: str
    asked_at: datetime
    lapses_at: datetime
    state: Status
    reason: str
    decided_by: str
    decided_at: datetime | None
    decision_reason: str


@dataclass(frozen=True)
class ApprovalView:
    """One request with what was asked for in words, and what the reader may do with it."""

    row: ApprovalRow
    lines: tuple[tuple[str, str], ...]
    may_decide: bool
    may_withdraw: bool


def to_decide(reader: Reader, *, at: datetime) -> QuerySet[Approval]:
    """What waits for the reader's signature: never what they asked for themselves."""
    rows = visible_to(reader).filter(status=Status.WAITING, lapses_at__gt=at)
    rows = rows.filter(kind__in=[kind.code for kind in kinds_decided_by(reader)])
    return rows.exclude(asked_by=reader.user_id).select_related("asked_by").order_by("asked_at", "pk")


def asked_by(reader: Reader, *, at: datetime) -> QuerySet[Approval]:
    """What the reader asked for and nobody has decided yet."""
    rows = visible_to(reader).filter(asked_by=reader.user_id, status=Status.WAITING, lapses_at__gt=at)
    return rows.select_related("asked_by").order_by("asked_at", "pk")


def decided(reader: Reader, *, at: datetime) -> QuerySet[Approval]:
    """What is over, latest first; for an auditor also what still waits."""
    rows = visible_to(reader).select_related("asked_by", "decided_by").order_by("-asked_at", "-pk")
    if str(reader.db_class) == "auditor":
        return rows
    return rows.exclude(status=Status.WAITING, lapses_at__gt=at)


def in_rows(reader: Reader, found: Iterable[Approval], *, at: datetime) -> list[ApprovalRow]:
    """Requests as lines; one query names all their people."""
    rows = list(found)
    people = names_of(reader, {row.person_id for row in rows if row.person_id is not None})
    return [_row(row, people.get(row.person_id or 0), at=at) for row in rows]


def approval_view(reader: Reader, approval: Approval, *, at: datetime) -> ApprovalView:
    """One request in full."""
    row = in_rows(reader, [approval], at=at)[0]
    kind = kind_named(approval.kind)
    waits, own = row.state == Status.WAITING, approval.asked_by_id == reader.user_id
    return ApprovalView(
        row=row,
        lines=tuple(kind.lines(approval, reader)),
        may_decide=waits and not own and may_decide(reader, kind),
        may_withdraw=waits and own,
    )


def _row(approval: Approval, person: Subject | None, *, at: datetime) -> ApprovalRow:
    kind = kind_named(approval.kind)
    return ApprovalRow(
        pk=approval.pk,
        label=kind.label,
        person=person,
        record=kind.record_of(approval),
        asked_by=approval.asked_by.name,
        asked_at=approval.asked_at,
        lapses_at=approval.lapses_at,
        state=state(approval.status, approval.lapses_at, at=at),
        reason=approval.reason,
        decided_by=approval.decided_by.name if approval.decided_by else "",
        decided_at=approval.decided_at,
        decision_reason=approval.decision_reason,
    )
