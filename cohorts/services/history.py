"""Changing a status: the row and its history together."""

from datetime import datetime

from cohorts.models import Case, CaseStage, Referral, ReferralStage
from cohorts.rules.statuses import CASE_STEPS, REFERRAL_STEPS, CaseStatus, ReferralStatus, take
from iom.access.actor import Actor


def move_referral(referral: Referral, step: str, *, by: Actor, at: datetime, note: str = "") -> None:
    """Take a step with a locked referral, or Refused; the caller saves the fields that it changes besides."""
    before = referral.status
    referral.status = take(REFERRAL_STEPS, step, noun="referral", status=before, kind=ReferralStatus)
    referral.save()
    ReferralStage.objects.create(
        referral=referral, from_status=before, to_status=referral.status, at=at, by_id=by.user_id, note=note
    )


def require_referral_step(referral: Referral, step: str) -> None:
    """Refused unless the step may be taken from the referral's status."""
    take(REFERRAL_STEPS, step, noun="referral", status=referral.status, kind=ReferralStatus)


def require_case_step(case: Case, step: str) -> str:
    """The case's status after the step, or Refused."""
    return take(CASE_STEPS, step, noun="case", status=case.status, kind=CaseStatus)


def move_case(case: Case, step: str, *, by: Actor, at: datetime, note: str = "") -> None:
    """Take a step with a locked case, or Refused; dates that the new status needs are set by the caller before."""
    before = case.status
    case.status = require_case_step(case, step)
    case.save()
    CaseStage.objects.create(
        case=case, from_status=before, to_status=case.status, at=at, by_id=by.user_id, note=note
    )
