"""One person shared with one agency: begun, its parts changed, ended (SHR-1, SHR-2)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from iom.access.actor import Actor
from iom.access.models import AgencyAccess
from iom.agencies.models import Agency, SharingAgreement, in_force_on
from iom.agencies.rules import ALWAYS_COVERED, AgencyKind, in_order
from iom.kernel.errors import Invalid, Refused
from iom.sharing.rules import Medium, too_short
from iom.sharing.services.disclosure import revoke_with_share
from iom.sharing.services.ledger import current_agreement, enter

DEFAULT_PURPOSE = "Managing the person together (IOM)"


@dataclass(frozen=True)
class Share:
    """What is asked for: for which purpose, why it is needed, which parts, until when."""

    agency_id: int
    purpose: str
    necessity: str
    parts: Collection[str] | None = None
    ends_on: date | None = None


def begin(person_id: int, share: Share, *, by: Actor, at: datetime, on: date) -> AgencyAccess:
    """Share information on a person with an agency from a day on, and write it into the ledger.

    The caller has checked that this person may share this record. `parts` None means all that the agreement covers.
    """
    agency = Agency.objects.filter(pk=share.agency_id).exclude(kind=AgencyKind.POLICE).first()
    if agency is None:
        raise Invalid({"agency_id": ["Choose a partner agency."]})
    agreement = current_agreement(agency.pk, on=on)
    if agreement is None:
        raise Refused(f"{agency.name} has no current information sharing agreement.")
    if AgencyAccess.objects.filter(in_force_on(on), person=person_id, agency=agency).exists():
        raise Refused(f"The person is shared with {agency.name} already.")
    _require_words(share, on=on)
    revoke_with_share(person_id, agency.pk, reason="Sharing with the agency had ended.", by=by, at=at)
    return _write(person_id, agency, agreement, share, by=by, at=at, on=on)


def change(access: AgencyAccess, share: Share, *, by: Actor, at: datetime, on: date) -> AgencyAccess:
    """End a share today and begin it anew with other parts, purpose or end; the old one is kept. Locked before."""
    _require_words(share, on=on)
    agreement = current_agreement(access.agency_id, on=on)
    if agreement is None:
        raise Refused(f"{access.agency.name} has no current information sharing agreement.")
    end(access, on=on)
    return _write(access.person_id, access.agency, agreement, share, by=by, at=at, on=on)


def end(access: AgencyAccess, *, on: date) -> None:
    """End a share on a day: the agency sees nothing of the person from its next request on. Locked before."""
    access.ends_on = on
    access.save(update_fields=["ends_on"])


def stop(access: AgencyAccess, *, by: Actor, at: datetime, on: date) -> None:
    """End a share that no other follows, and revoke what was disclosed by name under it. Locked before."""
    end(access, on=on)
    reason = "Sharing with the agency ended."
    revoke_with_share(access.person_id, access.agency_id, reason=reason, by=by, at=at)


def _require_words(share: Share, *, on: date) -> None:
    problems: dict[str, list[str]] = {}
    if too_short(share.purpose):
        problems["purpose"] = ["Enter for what the agency needs the information in at least 10 characters."]
    if too_short(share.necessity):
        problems["necessity"] = ["Enter why sharing is necessary in at least 10 characters."]
    if share.ends_on is not None and share.ends_on <= on:
        problems["ends_on"] = ["The end of sharing must be in the future."]
    if share.parts is not None and ALWAYS_COVERED.value not in share.parts:
        problems["parts"] = ["Core identity is always part of what is shared."]
    if problems:
        raise Invalid(problems)


def _write(
    person_id: int,
    agency: Agency,
    agreement: SharingAgreement,
    share: Share,
    *,
    by: Actor,
    at: datetime,
    on: date,
) -> AgencyAccess:
    parts = None if share.parts is None else in_order(share.parts)
    beyond = set(parts or ()) - set(agreement.data_classes)
    if beyond:
        raise Invalid({"parts": ["The agreement does not cover all of these."]})
    access = AgencyAccess.objects.create(
        person_id=person_id,
        agency=agency,
        agreement=agreement,
        starts_on=on,
        ends_on=share.ends_on,
        purpose=share.purpose.strip(),
        necessity=share.necessity.strip(),
        reason=share.necessity.strip(),
        data_classes=parts,
        granted_by_id=by.user_id,
    )
    enter(
        person_id,
        agency=agency,
        medium=Medium.CASE,
        what="The person's record, in the parts named",
        purpose=access.purpose,
        necessity=access.necessity,
        agreement=agreement,
        by=by,
        at=at,
        item_ref=f"share:{access.pk}",
        data_classes=parts or agreement.data_classes,
        until=share.ends_on,
    )
    return access
