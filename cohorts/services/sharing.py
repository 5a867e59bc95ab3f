"""Sharing a person with an agency, and ending it (SHR-1, SHR-2). Taking part in a board shares nothing by itself."""

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
from iom.agencies.models import Agency, SharingAgreement, in_force_on
from iom.agencies.rules import AgencyKind
from iom.audit.services import record
from iom.kernel.errors import Invalid, NotFound, Refused
from iom.working_days.rules import local_date


@transaction.atomic
def share_with_agency(
    case_id: int, agency_id: int, *, by: Actor, at: datetime, reason: str, ends_on: date | None = None
) -> AgencyAccess:
    """Share information on the person with an agency from today, under its current agreement, for a reason."""
    case = access_case(by, case_id, to="share", lock=True)
    require_open("share", case.status)
    on = local_date(at)
    agency = Agency.objects.filter(pk=agency_id).exclude(kind=AgencyKind.POLICE).first()
    if agency is None:
        raise Invalid({"agency_id": ["Choose a partner agency."]})
    problems: dict[str, list[str]] = {}
    if not reason.strip():
        problems["reason"] = ["Enter why sharing is necessary."]
    if ends_on is not None and ends_on <= on:
        problems["ends_on"] = ["The end of sharing must be in the future."]
    if problems:
        raise Invalid(problems)
    agreement = SharingAgreement.objects.filter(in_force_on(on), agency=agency).first()
    if agreement is None:
        raise Refused(f"{agency.name} has no current information sharing agreement.")
    if AgencyAccess.objects.filter(in_force_on(on), person=case.person_id, agency=agency).exists():
        raise Refused(f"The person is shared with {agency.name} already.")
    access = AgencyAccess.objects.create(
        person_id=case.person_id,
        agency=agency,
        starts_on=on,
        ends_on=ends_on,
        reason=reason.strip(),
        granted_by_id=by.user_id,
    )
    record(
        CASE_SHARED,
        by=by,
        subjects=[case.person_id],
        reason=reason.strip(),
        detail={"agency": agency.code, "agreement": agreement.reference, "ends_on": str(ends_on or "")},
        kind="disclose",
    )
    return access


@transaction.atomic
def end_sharing(case_id: int, agency_id: int, *, by: Actor, at: datetime, reason: str) -> AgencyAccess:
    """End sharing with an agency today: it sees nothing of the person from its next request on."""
    case = access_case(by, case_id, to="share", lock=True)
    on = local_date(at)
    if not reason.strip():
        raise Invalid({"reason": ["Enter why sharing ends."]})
    _refuse_while_managing(case, agency_id, on)
    current = AgencyAccess.objects.select_for_update().filter(
        in_force_on(on), person=case.person_id, agency=agency_id
    )
    access = current.first()
    if access is None:
        raise NotFound
    access.ends_on = on
    access.save(update_fields=["ends_on"])
    record(
        SHARING_ENDED,
        by=by,
        subjects=[case.person_id],
        reason=reason.strip(),
        detail={"agency": agency_id},
    )
    return access


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


def _refuse_while_managing(case: Case, agency_id: int, on: date) -> None:
    if case.partner_manager_id is None or case.closed_on is not None:
        return
    membership = manager_membership(case.partner_manager_id, on=on)
    if membership is not None and membership.team.agency_id == agency_id:
        raise Refused("The agency manages this case: allocate another manager first.")
