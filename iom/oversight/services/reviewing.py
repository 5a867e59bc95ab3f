"""Recording what came of unusual access, and signing the review of an auditor's acts (SHR-3)."""

from datetime import datetime

from django.db import connection, transaction

from iom.access.actor import Actor
from iom.audit.services import record
from iom.kernel.errors import Invalid, Refused
from iom.oversight.audit import FINDING_REVIEWED, REVIEW_SIGNED
from iom.oversight.permissions import access_finding, access_review
from iom.oversight.rules import OUTCOMES, REVIEW_OUTCOMES, SHORTEST_NOTE


@transaction.atomic
def decide_finding(pk: int, *, outcome: str, note: str, by: Actor, at: datetime) -> None:
    """Record what came of a finding; Refused when it is decided, NotFound for the user it is about."""
    finding = access_finding(by, pk)
    _check(outcome, note, OUTCOMES)
    if finding.status != "open":
        raise Refused("This was reviewed already.")
    if not _call("authz.decide_finding", pk, outcome, note, at):
        raise Refused("This was reviewed by somebody else, or it is not for you to decide.")
    record(
        FINDING_REVIEWED,
        by=by,
        kind="review",
        reason=note,
        detail={"finding": pk, "user": finding.user_id, "outcome": outcome},
    )


@transaction.atomic
def sign_review(pk: int, *, outcome: str, note: str, by: Actor, at: datetime) -> None:
    """Sign the review of an auditor's month; Refused for the auditor themselves and when it is signed."""
    review = access_review(by, pk)
    _check(outcome, note, REVIEW_OUTCOMES)
    if review.reviewed_id == by.user_id:
        raise Refused("Your own acts are reviewed by another.")
    if review.signed_at is not None:
        raise Refused("This review is signed already.")
    if not _call("authz.sign_audit_review", pk, outcome, note, at):
        raise Refused("This review was signed by somebody else, or it is not for you to sign.")
    detail = {"review": pk, "user": review.reviewed_id, "outcome": outcome}
    record(REVIEW_SIGNED, by=by, kind="review", reason=note, detail=detail)


def _check(outcome: str, note: str, known: dict[str, str]) -> None:
    wrong = {}
    if outcome not in known:
        wrong["outcome"] = ["Select the outcome."]
    if len(note.strip()) < SHORTEST_NOTE:
        wrong["note"] = [f"Say in at least {SHORTEST_NOTE} characters what you found."]
    if wrong:
        raise Invalid(wrong)


def _call(function: str, pk: int, outcome: str, note: str, at: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s, %s, %s)", [pk, outcome, note.strip(), at])
        return bool(cursor.fetchone()[0])
