"""Sharing a person with an agency, changing and ending it (SHR-1, SHR-2). A board by itself shares nothing."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction

from cohorts.audit import CASE_SHARED, SHARING_ENDED
from cohorts.models import Case
from cohorts.permissions import access_case
from cohorts.rules.reviews import ACCESS_LAPSES_AFTER
from cohorts.rules.statuses import require_open
from cohorts.selectors.staff import manager_membership
from iom.access.actor import Actor
from iom.access.models import AgencyAccess
from iom.agencies.models import in_force_on
from iom.audit.actions import Action
from iom.audit.services import record
from iom.kernel.errors import Invalid, NotFound, Refused
from iom.sharing.audit import SHARE_CHANGED
from iom.sharing.permissions import access_review
from iom.sharing.rules import Outcome
from iom.sharing.services import reviews, shares
from iom.sharing.services.shares import DEFAULT_PURPOSE, Share
from iom.working_days.rules import local_date


@transaction.atomic
def share_with_agency(
    case_id: int,
    agency_id: int,
    *,
    by: Actor,
    at: datetime,
    reason: str,
    purpose: str = DEFAULT_PURPOSE,
    parts: Collection[str] | None = None,
    ends_on: date | None = None,
) -> AgencyAccess:
    """Share information on the person with an agency from today, under its current agreement, for a reason.

    `reason` says why it is necessary; `parts` are data classes that the agreement covers, None for all of them.
    """
    case = access_case(by, case_id, to="share", lock=True)
    require_open("share", case.status)
    asked = Share(agency_id, purpose or DEFAULT_PURPOSE, reason, parts, ends_on)
    try:
        access = shares.begin(case.person_id, asked, by=by, at=at, on=local_date(at))
    except Invalid as invalid:
        raise _in_our_words(invalid) from invalid
    _record_share(CASE_SHARED, access, by=by)
    return access


@transaction.atomic
def change_sharing(
    case_id: int,
    agency_id: int,
    *,
    by: Actor,
    at: datetime,
    reason: str,
    purpose: str,
    parts: Collection[str] | None,
    ends_on: date | None,
) -> AgencyAccess:
    """Share other parts, for another purpose or time, from today on; what was shared before stays on record."""
    case = access_case(by, case_id, to="share", lock=True)
    require_open("share", case.status)
    access = _current(case, agency_id, at=at)
    asked = Share(agency_id, purpose, reason, parts, ends_on)
    try:
        changed = shares.change(access, asked, by=by, at=at, on=local_date(at))
    except Invalid as invalid:
        raise _in_our_words(invalid) from invalid
    _record_share(SHARE_CHANGED, changed, by=by)
    return changed


@transaction.atomic
def end_sharing(case_id: int, agency_id: int, *, by: Actor, at: datetime, reason: str) -> AgencyAccess:
    """End sharing with an agency today: it sees nothing of the person from its next request on."""
    return _end(access_case(by, case_id, to="share", lock=True), agency_id, by=by, at=at, reason=reason)


def _end(case: Case, agency_id: int, *, by: Actor, at: datetime, reason: str) -> AgencyAccess:
    if not reason.strip():
        raise Invalid({"reason": ["Enter why sharing ends."]})
    _refuse_while_managing(case, agency_id, local_date(at))
    access = _current(case, agency_id, at=at)
    shares.stop(access, by=by, at=at, on=local_date(at))
    record(
        SHARING_ENDED,
        by=by,
        subjects=[case.person_id],
        reason=reason.strip(),
        detail={"agency": agency_id},
    )
    return access


@transaction.atomic
def look_again(
    case_id: int,
    review_id: int,
    line_id: int,
    *,
    outcome: str,
    note: str,
    by: Actor,
    at: datetime,
    parts: Collection[str] | None = None,
    ends_on: date | None = None,
) -> None:
    """Confirm, change or end one sharing after the case changed owner; changing and ending take effect at once.

    Whoever manages cases confirms and ends; to share otherwise takes the power to share.
    """
    case = access_case(by, case_id, to="look_again", lock=True)
    review = access_review(by, review_id)
    line = review.lines.select_related("access").filter(pk=line_id).first()
    if review.person_id != case.person_id or line is None:
        raise NotFound
    if outcome not in {one.value for one in Outcome}:
        raise Invalid({"outcome": ["Choose what becomes of this sharing."]})
    chosen, access = Outcome(outcome), line.access
    reviews.decide_line(review_id, line_id, chosen, note=note, by=by, at=at)
    if chosen == Outcome.CHANGED:
        change_sharing(
            case_id,
            access.agency_id,
            by=by,
            at=at,
            reason=note,
            purpose=access.purpose or DEFAULT_PURPOSE,
            parts=parts,
            ends_on=ends_on,
        )
    elif chosen == Outcome.ENDED:
        _end(case, access.agency_id, by=by, at=at, reason=note)


def lapse_sharing(case: Case, *, by: Actor, on: date) -> list[AgencyAccess]:
    """Give every open-ended sharing of a closed case its last day, so that access ends by itself (NEW-4).

    Agencies keep it for `ACCESS_LAPSES_AFTER`, long enough to acknowledge and to finish their part.
    """
    ends_on = on + ACCESS_LAPSES_AFTER
    lapsing = AgencyAccess.objects.select_for_update().filter(in_force_on(on), person=case.person_id)
    found = [access for access in lapsing if access.ends_on is None or access.ends_on > ends_on]
    for access in found:
        access.ends_on = ends_on
        access.save(update_fields=["ends_on"])
        record(
            SHARING_ENDED,
            by=by,
            subjects=[case.person_id],
            reason="The case closed.",
            detail={"agency": access.agency_id, "ends_on": ends_on.isoformat()},
        )
    return found


def _current(case: Case, agency_id: int, *, at: datetime) -> AgencyAccess:
    """The case's sharing with an agency today, locked, or NotFound."""
    rows = AgencyAccess.objects.select_for_update(of=("self",)).select_related("agency")
    access = rows.filter(in_force_on(local_date(at)), person=case.person_id, agency=agency_id).first()
    if access is None:
        raise NotFound
    return access


def _in_our_words(invalid: Invalid) -> Invalid:
    """The necessity of a share is its reason here."""
    return Invalid({"reason" if name == "necessity" else name: said for name, said in invalid.fields.items()})


def _record_share(action: Action, access: AgencyAccess, *, by: Actor) -> None:
    detail = {
        "agency": access.agency.code,
        "agreement": access.agreement.reference if access.agreement else "",
        "parts": access.data_classes or "all",
        "ends_on": str(access.ends_on or ""),
    }
    record(
        action, by=by, subjects=[access.person_id], reason=access.necessity, detail=detail, kind="disclose"
    )


def _refuse_while_managing(case: Case, agency_id: int, on: date) -> None:
    if case.partner_manager_id is None or case.closed_on is not None:
        return
    membership = manager_membership(case.partner_manager_id, on=on)
    if membership is not None and membership.team.agency_id == agency_id:
        raise Refused("The agency manages this case: allocate another manager first.")
