"""What a person said to sharing with an agency, each time anew (SHR-1)."""

from datetime import date, datetime

from django.db import transaction

from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.agencies.models import Agency
from iom.agencies.rules import AgencyKind
from iom.audit.services import record
from iom.kernel.errors import Invalid
from iom.persons.permissions import access_person, require_more_than_opened
from iom.sharing.audit import CONSENT_RECORDED
from iom.sharing.models import Consent
from iom.sharing.rules import ConsentStatus, too_short
from iom.working_days.rules import local_date


@transaction.atomic
def record_consent(
    nominal_ref: str,
    *,
    agency_id: int,
    purpose: str,
    status: str,
    said_on: date,
    how: str,
    evidence: str,
    by: Actor,
    at: datetime,
) -> Consent:
    """Record that a person gave, refused or withdrew consent; what was said before stays on record."""
    person = access_person(by, nominal_ref)
    by.require(Power.MANAGE_CASE)
    require_more_than_opened(by, person)
    problems: dict[str, list[str]] = {}
    agency = Agency.objects.filter(pk=agency_id).exclude(kind=AgencyKind.POLICE).first()
    if agency is None:
        problems["agency_id"] = ["Choose a partner agency."]
    if too_short(purpose):
        problems["purpose"] = ["Enter for what the person was asked in at least 10 characters."]
    if status not in {one.value for one in ConsentStatus}:
        problems["status"] = ["Choose what the person said."]
    if said_on > local_date(at):
        problems["said_on"] = ["The date cannot be in the future."]
    if not how.strip():
        problems["how"] = ["Enter how the person said it."]
    if not evidence.strip():
        problems["evidence"] = ["Enter where this is on record."]
    if problems or agency is None:
        raise Invalid(problems)
    consent = Consent.objects.create(
        person=person,
        agency=agency,
        purpose=purpose.strip(),
        status=status,
        said_on=said_on,
        how=how.strip(),
        evidence=evidence.strip(),
        recorded_by_id=by.user_id,
        recorded_at=at,
    )
    detail = {"agency": agency.code, "status": status, "said_on": str(said_on)}
    record(CONSENT_RECORDED, by=by, subjects=[person.pk], reason=purpose.strip(), detail=detail)
    return consent
