"""Asking for a second signature, giving or refusing it, taking the request back, letting it lapse."""

from datetime import datetime
from typing import Any

from django.db import transaction

from iom.approvals import audit
from iom.approvals.models import Approval
from iom.approvals.permissions import Reader, access_approval, require_decider
from iom.approvals.registry import hook, kind_named
from iom.approvals.rules import ONLY_THE_ASKER, Status, lapses_at, short_of_reason, why_not
from iom.audit.actions import Action
from iom.audit.services import By, record
from iom.kernel.errors import Forbidden, Invalid, Refused
from iom.notifications.services import notify
from iom.working_days.rules import local_date

MESSAGE = "approval"


@transaction.atomic
def ask(
    kind: str,
    *,
    by: Reader,
    at: datetime,
    payload: dict[str, Any],
    reason: str,
    person_id: int | None = None,
    unit_id: int | None = None,
) -> Approval:
    """Ask for a second signature; nothing is done until another person gives it. Possible deciders are told."""
    found = kind_named(kind)
    if found.asks:
        by.require(found.asks)
    if by.user_id is None:
        raise Refused("Only a signed-in person can ask for a second signature.")
    if short_of_reason(reason):
        raise Invalid({"reason": ["Enter the reason in at least 10 characters."]})
    approval = Approval.objects.create(
        kind=kind,
        decider_class=found.db_class,
        person_id=person_id,
        unit_id=unit_id,
        payload=payload,
        reason=reason.strip(),
        asked_by_id=by.user_id,
        asked_at=at,
        lapses_at=lapses_at(at, found.lapses_after_days),
    )
    _record(audit.ASKED, approval, by=by, reason=approval.reason)
    _tell_deciders(approval, at=at)
    return approval


@transaction.atomic
def approve(pk: int, *, by: Reader, at: datetime, reason: str = "") -> Approval:
    """Give the second signature and carry the act out, both or neither; Refused for whoever asked."""
    approval = _to_decide(pk, by=by, at=at)
    _decide(approval, Status.APPROVED, by=by, at=at, reason=reason)
    kind_named(approval.kind).carry_out(approval, by, at)
    _record(audit.APPROVED, approval, by=by, reason=approval.reason)
    _tell_asker(approval, "A request of yours was approved", at=at)
    return approval


@transaction.atomic
def refuse(pk: int, *, by: Reader, at: datetime, reason: str) -> Approval:
    """Refuse the second signature, with the reason; nothing is done."""
    approval = _to_decide(pk, by=by, at=at)
    if short_of_reason(reason):
        raise Invalid({"reason": ["Enter why you refuse in at least 10 characters."]})
    _decide(approval, Status.REFUSED, by=by, at=at, reason=reason)
    _record(audit.REFUSED, approval, by=by, reason=approval.decision_reason)
    _tell_asker(approval, "A request of yours was refused", at=at)
    return approval


@transaction.atomic
def withdraw(pk: int, *, by: Reader, at: datetime, reason: str = "") -> Approval:
    """Take one's own request back while it waits."""
    approval = access_approval(by, pk)
    if approval.asked_by_id != by.user_id:
        raise Forbidden(ONLY_THE_ASKER)
    approval = access_approval(by, pk, lock=True)
    if sentence := why_not(approval.status, approval.lapses_at, at=at):
        raise Refused(sentence)
    _decide(approval, Status.WITHDRAWN, by=by, at=at, reason=reason)
    _record(audit.WITHDRAWN, approval, by=by, reason=approval.decision_reason)
    return approval


def lapse_old(*, by: By, at: datetime) -> int:
    """Write down which requests nobody decided in time; how many. They could not be decided any more already."""
    late = Approval.objects.select_for_update().filter(status=Status.WAITING, lapses_at__lte=at)
    found = list(late.order_by("pk"))
    for approval in found:
        approval.status, approval.decided_at = Status.LAPSED, at
        approval.save(update_fields=["status", "decided_at"])
        _record(audit.LAPSED, approval, by=by, reason="Nobody decided in time.")
        _tell_asker(approval, "A request of yours lapsed", at=at)
    return len(found)


def _to_decide(pk: int, *, by: Reader, at: datetime) -> Approval:
    """The request, locked, that this person may decide now; the second of two deciders finds it decided."""
    require_decider(by, access_approval(by, pk))
    approval = access_approval(by, pk, lock=True)
    if sentence := why_not(approval.status, approval.lapses_at, at=at):
        raise Refused(sentence)
    return approval


def _decide(approval: Approval, status: Status, *, by: Reader, at: datetime, reason: str) -> None:
    approval.status, approval.decided_by_id, approval.decided_at = status, by.user_id, at
    approval.decision_reason = reason.strip()
    approval.save(update_fields=["status", "decided_by", "decided_at", "decision_reason"])


def _record(action: Action, approval: Approval, *, by: By, reason: str) -> None:
    subjects = [approval.person_id] if approval.person_id is not None else []
    detail = {"approval": approval.pk, "kind": approval.kind}
    record(action, by=by, subjects=subjects, reason=reason, detail=detail)


def _tell_deciders(approval: Approval, *, at: datetime) -> None:
    deciders = hook("deciders")
    if deciders is None:
        return
    kind = kind_named(approval.kind)
    for user_id in deciders(kind.power, kind.db_class, approval.unit_id, local_date(at)):
        if user_id != approval.asked_by_id:
            _tell(user_id, approval, "Something waits for your second signature", kind.label, at=at)


def _tell_asker(approval: Approval, subject: str, *, at: datetime) -> None:
    label = kind_named(approval.kind).label
    body = f"{label}. {approval.decision_reason}".strip()
    _tell(approval.asked_by_id, approval, subject, body, at=at)


def _tell(user_id: int, approval: Approval, subject: str, body: str, *, at: datetime) -> None:
    notify(
        user_id,
        key=f"approval:{approval.pk}:{approval.status}",
        kind=MESSAGE,
        subject=subject,
        body=body,
        url=f"/approvals/{approval.pk}/",
        person_id=approval.person_id,
        at=at,
    )
