"""The one writer of the ledger (NEW-5)."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction

from iom.access.actor import Actor
from iom.accounts.models import User
from iom.accounts.rules import Power
from iom.agencies.models import Agency, SharingAgreement, in_force_on
from iom.agencies.rules import AgencyKind
from iom.audit.services import record, request_id
from iom.kernel.errors import Invalid, Refused
from iom.persons.permissions import access_person
from iom.sharing.audit import WRITTEN_DOWN
from iom.sharing.models import Disclosure
from iom.sharing.permissions import shares_visible_to
from iom.sharing.rules import BY_HAND, Medium, too_short
from iom.working_days.rules import local_date


def enter(
    person_id: int,
    *,
    agency: Agency | None,
    medium: Medium,
    what: str,
    purpose: str,
    necessity: str,
    agreement: SharingAgreement | None,
    by: Actor,
    at: datetime,
    recipient: str = "",
    item_ref: str = "",
    data_classes: Collection[str] = (),
    until: date | None = None,
    asked_by: User | None = None,
    approved_by: str = "",
) -> Disclosure:
    """Write one line: what of whom went to whom, how, for what, why it was needed, under which agreement.

    `what` names the thing and never repeats what it says. With `asked_by` it took two people: that person gave it and
    `by` signed; `approved_by` names who signed where `by` is who gave it. The caller has checked that it may be given.
    """
    return Disclosure.objects.create(
        person_id=person_id,
        agency=agency,
        recipient=recipient or (agency.name if agency else ""),
        medium=medium,
        what=what[:200],
        item_ref=item_ref,
        data_classes=list(data_classes),
        purpose=purpose,
        necessity=necessity,
        agreement=agreement,
        by_id=asked_by.pk if asked_by else by.user_id,
        by_name=asked_by.name if asked_by else by.name,
        approved_by_name=by.name if asked_by else approved_by,
        at=at,
        until=until,
        request_id=request_id.get(),
    )


def said_at_meeting(
    person_id: int,
    agency_ids: Collection[int],
    *,
    what: str,
    purpose: str,
    necessity: str,
    item_ref: str,
    on: date,
    by: Actor,
    at: datetime,
) -> list[Disclosure]:
    """One line for each partner agency that heard what was said of a person, also where no agreement covers it."""
    heard = Agency.objects.filter(pk__in=list(agency_ids)).exclude(kind=AgencyKind.POLICE).order_by("name")
    return [
        enter(
            person_id,
            agency=agency,
            medium=Medium.MEETING,
            what=what,
            purpose=purpose,
            necessity=necessity,
            agreement=current_agreement(agency.pk, on=on),
            by=by,
            at=at,
            item_ref=item_ref,
        )
        for agency in heard
    ]


def current_agreement(agency_id: int, *, on: date) -> SharingAgreement | None:
    """The agreement under which something is given to an agency on a day, the latest where there are several."""
    rows = SharingAgreement.objects.filter(in_force_on(on), agency=agency_id)
    return rows.order_by("-starts_on", "-pk").first()


@transaction.atomic
def write_down(
    nominal_ref: str,
    *,
    agency_id: int,
    medium: str,
    what: str,
    recipient: str,
    purpose: str,
    necessity: str,
    by: Actor,
    at: datetime,
) -> Disclosure:
    """Write down what was told or handed over outside the product, to an agency that the person is shared with."""
    person = access_person(by, nominal_ref)
    by.require(Power.DISCLOSE)
    on = local_date(at)
    problems: dict[str, list[str]] = {}
    if medium not in BY_HAND:
        problems["medium"] = ["Choose how it was given."]
    if not what.strip():
        problems["what"] = ["Enter what was given, without repeating what it says."]
    if not recipient.strip():
        problems["recipient"] = ["Enter who received it."]
    for name, words in (("purpose", purpose), ("necessity", necessity)):
        if too_short(words):
            problems[name] = [f"Enter the {name} in at least 10 characters."]
    agency = Agency.objects.filter(pk=agency_id).exclude(kind=AgencyKind.POLICE).first()
    if agency is None:
        problems["agency_id"] = ["Choose a partner agency."]
    if problems or agency is None:
        raise Invalid(problems)
    agreement = current_agreement(agency.pk, on=on)
    shared = shares_visible_to(by).filter(in_force_on(on), person=person.pk, agency=agency.pk)
    if agreement is None or not shared.exists():
        raise Refused(
            f"The person is not shared with {agency.name}. Share first, or tell the data protection officer."
        )
    line = enter(
        person.pk,
        agency=agency,
        medium=Medium(medium),
        what=what.strip(),
        purpose=purpose.strip(),
        necessity=necessity.strip(),
        agreement=agreement,
        by=by,
        at=at,
        recipient=f"{recipient.strip()}, {agency.name}"[:160],
    )
    detail = {"agency": agency.code, "medium": medium, "what": line.what}
    record(WRITTEN_DOWN, by=by, subjects=[person.pk], reason=purpose.strip(), detail=detail, kind="disclose")
    return line
