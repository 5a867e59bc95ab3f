"""Every night: what was unusual yesterday, the reviews that are due, and now and then the seals (SHR-3)."""

import json
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Q

from iom.accounts.rules import Role
from iom.agencies.models import Membership, in_force_on
from iom.audit.models import Verification
from iom.audit.services.verifying import Verdict, keep, verify
from iom.jobs.models import Chunk, Run
from iom.notifications.services import notify
from iom.oversight.models import AuditReview, Finding
from iom.oversight.rules import Limits, month_before, review_due_on
from iom.oversight.services.finding import find_unusual

NIGHTLY = "oversight.nightly"
_SUMMARY = """
    SELECT coalesce(jsonb_object_agg(kind, n), '{}')::text FROM (
        SELECT kind, count(*) AS n FROM audit_act
         WHERE user_id = %s AND at >= %s AND at < %s GROUP BY kind) r
"""
_ABOVE = """
    SELECT DISTINCT boss.user_id
      FROM agencies_membership boss
      JOIN agencies_team bt ON bt.id = boss.team_id
      LEFT JOIN agencies_unit bu ON bu.id = bt.unit_id
      JOIN agencies_membership mine ON mine.user_id = %(user)s
      JOIN agencies_team mt ON mt.id = mine.team_id AND mt.agency_id = bt.agency_id
     WHERE boss.user_id <> %(user)s AND boss.starts_on <= %(day)s AND (boss.ends_on IS NULL OR boss.ends_on > %(day)s)
       AND mine.starts_on <= %(day)s AND (mine.ends_on IS NULL OR mine.ends_on > %(day)s - 90)
       AND (bu.kind = 'force' OR bt.unit_id = mt.unit_id)
       AND authz.rank_of(boss.role) > authz.rank_of(mine.role)
       AND (bu.kind <> 'force' OR authz.rank_of(mine.role) >= 2 OR mt.unit_id = bt.unit_id)
"""


def limits() -> Limits:
    """The limits in force."""
    return Limits(**settings.UNUSUAL_ACCESS)


def plan(run: Run) -> list[dict[str, Any]]:
    return [{"part": "findings"}, {"part": "reviews"}, {"part": "seals"}]


def do(run: Run, chunk: Chunk) -> None:
    """One part of the night; each may be done again and adds nothing."""
    at = chunk.dispatched_at or run.planned_at or run.created_at
    part = chunk.payload["part"]
    if part == "findings":
        tell_of(find_unusual(run.for_date - timedelta(days=1), at=at, limits=limits()), at=at)
    elif part == "reviews":
        open_reviews(run.for_date, at=at)
    elif _verification_is_due(at):
        verify_and_tell(at=at)


def finish(run: Run) -> None:
    run.summary = {"findings": Finding.objects.filter(for_date=run.for_date - timedelta(days=1)).count()}


def tell_of(found: list[Finding], *, at: datetime) -> None:
    """Tell those above the user, or auditors where nobody is; never the user. The message names nobody."""
    for finding in found:
        for user_id in _above(finding.user_id, finding.for_date) or _with_role(
            Role.AUDITOR, finding.for_date
        ):
            if user_id != finding.user_id:
                notify(
                    user_id,
                    key=f"oversight:finding:{finding.pk}",
                    kind="oversight",
                    subject="Unusual access is to be reviewed",
                    body="Somebody's use of the product was out of the ordinary. Look into it and record the outcome.",
                    url=f"/audit/findings/{finding.pk}/",
                    at=at,
                )


def open_reviews(day: date, *, at: datetime) -> None:
    """A review of last month for everybody who was an auditor in it, and a reminder of those that are overdue."""
    month = month_before(day)
    auditors = _with_role(Role.AUDITOR, day)
    known = set(AuditReview.objects.filter(month=month).values_list("reviewed_id", flat=True))
    AuditReview.objects.bulk_create(
        [
            AuditReview(
                reviewed_id=user_id,
                month=month,
                due_on=review_due_on(month),
                figures=summary_of(user_id, month),
            )
            for user_id in auditors
            if user_id not in known
        ],
        ignore_conflicts=True,
    )
    spocs = _with_role(Role.CENTRAL_SPOC, day)
    for review in AuditReview.objects.filter(Q(month=month) | Q(due_on__lt=day), signed_at__isnull=True):
        others = [user_id for user_id in auditors if user_id != review.reviewed_id] or spocs
        late = review.due_on < day
        for user_id in {*others, *(spocs if late else [])} - {review.reviewed_id}:
            notify(
                user_id,
                key=f"oversight:review:{review.pk}{':late' if late else ''}",
                kind="oversight",
                subject="The review of an auditor's acts is overdue"
                if late
                else "An auditor's acts are to be reviewed",
                body=f"Review what the auditor did in {review.month:%B %Y} and sign it off.",
                url=f"/audit/reviews/{review.pk}/",
                due_on=review.due_on,
                urgent=late,
                at=at,
            )


def summary_of(user_id: int, month: date) -> dict[str, int]:
    """How many acts of each kind a user did in a month."""
    with connection.cursor() as cursor:
        cursor.execute(_SUMMARY, [user_id, month, (month + timedelta(days=31)).replace(day=1)])
        found: dict[str, int] = json.loads(cursor.fetchone()[0])
    return found


def verify_and_tell(*, at: datetime) -> Verdict:
    """Check every seal, keep the outcome, and tell auditors and administrators at once when something is wrong."""
    verdict = verify()
    kept = keep(verdict, at=at)
    if not verdict.passed:
        for role in (Role.AUDITOR, Role.ADMINISTRATOR):
            for user_id in _with_role(role, at.date()):
                notify(
                    user_id,
                    key=f"audit:verification:{kept.pk}",
                    kind="audit",
                    subject="The seals of the audit do not hold",
                    body=" ".join(verdict.problems[:5]),
                    url="/audit/seals/" if role == Role.AUDITOR else "",
                    urgent=True,
                    at=at,
                )
    return verdict


def _verification_is_due(at: datetime) -> bool:
    last = Verification.objects.order_by("-at").values_list("at", flat=True).first()
    return last is None or at - last >= timedelta(days=settings.AUDIT_VERIFY_EVERY_DAYS, hours=-6)


def _with_role(role: Role, day: date) -> list[int]:
    rows = Membership.objects.filter(in_force_on(day), role=role.value)
    return sorted(set(rows.values_list("user_id", flat=True)))


def _above(user_id: int, day: date) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_ABOVE, {"user": user_id, "day": day})
        return [row[0] for row in cursor.fetchall()]
