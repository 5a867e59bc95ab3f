"""Disclosing one record to one agency: asked by one, signed by another, revoked at once (SHR-1, SHR-2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import connection, transaction

from iom.access.actor import Actor
from iom.access.models import AgencyAccess
from iom.accounts.rules import DbClass, Power
from iom.agencies.models import Agency, Membership, SharingAgreement, in_force_on
from iom.agencies.rules import AgencyKind, DataClass
from iom.approvals import services as approvals
from iom.approvals.models import Approval
from iom.approvals.registry import ApprovalKind
from iom.audit.services import record
from iom.kernel.errors import Invalid, Refused
from iom.notifications.services import notify
from iom.persons.models import Person
from iom.persons.permissions import require_more_than_opened
from iom.sharing.audit import DISCLOSED, REVOKED
from iom.sharing.models import DisclosureGrant
from iom.sharing.permissions import access_grant, grants_visible_to
from iom.sharing.rules import WHAT_LABELS, What, too_short, why_not_until
from iom.sharing.services.ledger import enter
from iom.sharing.things import thing_of
from iom.working_days.rules import local_date

KIND = ApprovalKind(
    code="sharing.disclosure",
    label="Disclose one record to one agency",
    power=Power.APPROVE_DISCLOSURE,
    names="iom.sharing.selectors.disclosures.named",
    describe="iom.sharing.selectors.disclosures.describe",
    perform="iom.sharing.services.disclosure.perform",
    db_class=DbClass.POLICE.value,
    asks=Power.DISCLOSE,
    step_up="disclosure",
)


OBJECT = "content_object_id"
"""The column of every grant that names its record; each kind of grant has its own."""


@dataclass(frozen=True)
class Terms:
    """To whom, for what, why it is needed, and until when."""

    agency_id: int
    purpose: str
    necessity: str
    expires_on: date | None


@dataclass(frozen=True)
class _Ground:
    """What a disclosure stands on, all of it in force on the day."""

    agency: Agency
    agreement: SharingAgreement
    text: str


@transaction.atomic
def ask(what: What, pk: int, terms: Terms, *, reason: str, by: Actor, at: datetime) -> Approval:
    """Ask to disclose one record to one agency; nothing is given before another person signs."""
    thing = thing_of(what).access(by, pk)
    by.require(Power.DISCLOSE)
    require_more_than_opened(by, thing.person)
    if problems := _problems(terms, reason):
        raise Invalid(problems)
    ground = _ground(what, thing, terms, by=by, on=local_date(at))
    if sentence := why_not_again(what, pk, terms.agency_id, at=at):
        raise Refused(sentence)
    person = Person.objects.get(pk=thing.person_id)
    payload = {
        "what": what.value,
        "pk": pk,
        "agency": ground.agency.pk,
        "purpose": terms.purpose.strip(),
        "necessity": terms.necessity.strip(),
        "expires_on": str(terms.expires_on),
        "text": ground.text,
    }
    return approvals.ask(
        KIND.code,
        by=by,
        at=at,
        payload=payload,
        reason=reason,
        person_id=person.pk,
        unit_id=person.managing_unit_id or person.home_unit_id,
    )


def perform(approval: Approval, by: Actor, at: datetime) -> None:
    """Give what was asked for, to the letter; refused if the words or the ground changed since."""
    payload: Mapping[str, Any] = approval.payload
    what = What(payload["what"])
    terms = Terms(
        payload["agency"],
        payload["purpose"],
        payload["necessity"],
        date.fromisoformat(payload["expires_on"]),
    )
    thing = thing_of(what).access(by, payload["pk"])
    if thing.person_id != approval.person_id:
        raise Refused("The record belongs to another person now. Ask again.")
    ground = _ground(what, thing, terms, by=by, on=local_date(at))
    if ground.text != payload["text"]:
        raise Refused("The words changed after they were put before you. Refuse this and ask again.")
    grant = _grant(what, thing, terms, ground, approval=approval, by=by, at=at)
    enter(
        thing.person_id,
        agency=ground.agency,
        medium=thing_of(what).medium,
        what=label_of(what, thing),
        purpose=terms.purpose,
        necessity=terms.necessity,
        agreement=ground.agreement,
        by=by,
        at=at,
        item_ref=f"{what.value}:{thing.pk}",
        data_classes=[DataClass.DISCLOSED.value],
        until=terms.expires_on,
        asked_by=approval.asked_by,
    )
    detail = {"what": what.value, "record": thing.pk, "agency": ground.agency.code, "grant": grant.pk}
    record(
        DISCLOSED, by=by, subjects=[thing.person_id], reason=approval.reason, detail=detail, kind="disclose"
    )
    _tell_agency(ground.agency, thing.person_id, grant, what, at=at)


@transaction.atomic
def revoke(what: What, pk: int, *, reason: str, by: Actor, at: datetime) -> DisclosureGrant:
    """Take a disclosure back: the agency sees nothing of it from its next request on. One person is enough."""
    person = access_grant(by, what, pk).person
    by.require(Power.DISCLOSE)
    require_more_than_opened(by, person)
    if too_short(reason):
        raise Invalid({"reason": ["Enter why the disclosure ends in at least 10 characters."]})
    grant = access_grant(by, what, pk, lock=True)
    if grant.revoked_at is not None:
        raise Refused("This disclosure has been revoked already.")
    _revoke(what, grant, reason.strip(), by=by, at=at)
    return grant


def revoke_with_share(person_id: int, agency_id: int, *, reason: str, by: Actor, at: datetime) -> None:
    """Revoke all that an agency was given by name of a person: it does not come back when sharing begins again."""
    for what in What:
        rows = grants_visible_to(by, what).select_for_update(of=("self",))
        for grant in rows.filter(
            person=person_id, group__agency_group__agency=agency_id, revoked_at__isnull=True
        ):
            _revoke(what, grant, reason, by=by, at=at)


def _revoke(what: What, grant: DisclosureGrant, reason: str, *, by: Actor, at: datetime) -> None:
    _end(grant, reason, by=by, at=at)
    detail = {"what": what.value, "record": grant.content_object_id, "grant": grant.pk}
    record(REVOKED, by=by, subjects=[grant.person_id], reason=reason, detail=detail)


def label_of(what: What, thing: Any) -> str:
    """How the ledger names a record: its kind, number and day, never what it says."""
    return thing_of(what).label(thing)


def _problems(terms: Terms, reason: str) -> dict[str, list[str]]:
    words = {"purpose": terms.purpose, "necessity": terms.necessity, "reason": reason}
    return {
        name: [f"Enter the {name} in at least 10 characters."]
        for name, text in words.items()
        if too_short(text)
    }


def _ground(what: What, thing: Any, terms: Terms, *, by: Actor, on: date) -> _Ground:
    agency = Agency.objects.filter(pk=terms.agency_id).exclude(kind=AgencyKind.POLICE).first()
    if agency is None:
        raise Invalid({"agency_id": ["Choose a partner agency."]})
    share = AgencyAccess.objects.filter(in_force_on(on), person=thing.person_id, agency=agency).first()
    if share is None:
        raise Refused(f"The person is not shared with {agency.name}.")
    if share.data_classes is not None and DataClass.DISCLOSED.value not in share.data_classes:
        raise Refused(
            f"What is shared of the person with {agency.name} leaves single items out: change that first."
        )
    agreement = _agreement(agency, share, on=on)
    if agreement is None:
        raise Refused(f"No agreement in force with {agency.name} covers the disclosure of single items.")
    if sentence := why_not_until(
        terms.expires_on, on=on, share_ends=share.ends_on, agreement_ends=agreement.ends_on
    ):
        raise Invalid({"expires_on": [sentence]})
    return _Ground(agency, agreement, thing_of(what).words(thing))


def _agreement(agency: Agency, share: AgencyAccess, *, on: date) -> SharingAgreement | None:
    rows = SharingAgreement.objects.filter(
        in_force_on(on), agency=agency, data_classes__contains=[DataClass.DISCLOSED.value]
    ).order_by("-starts_on", "-pk")
    signed = share.agreement.first_id if share.agreement else None
    return next((row for row in rows if signed is None or row.first_id == signed), None)


def why_not_again(what: What, pk: int, agency_id: int, *, at: datetime) -> str:
    """The sentence that keeps one record from being asked for twice for one agency, or nothing."""
    same = {"what": what.value, "pk": pk, "agency": agency_id}
    waiting = Approval.objects.filter(
        kind=KIND.code, status="waiting", lapses_at__gt=at, payload__contains=same
    )
    if waiting.exists():
        return "This disclosure waits for its second signature already."
    running = thing_of(what).grants._default_manager.filter(
        **{OBJECT: pk},
        group__agency_group__agency=agency_id,
        revoked_at__isnull=True,
        expires_on__gt=local_date(at),
    )
    return "This is disclosed to the agency already." if running.exists() else ""


def _grant(
    what: What,
    thing: Any,
    terms: Terms,
    ground: _Ground,
    *,
    approval: Approval,
    by: Actor,
    at: datetime,
) -> DisclosureGrant:
    model = thing_of(what).grants
    earlier = grants_visible_to(by, what).filter(
        **{OBJECT: thing.pk}, group__agency_group__agency=ground.agency, revoked_at__isnull=True
    )
    for grant in earlier:
        if grant.expires_on > local_date(at):
            raise Refused("This is disclosed to the agency already.")
        _end(grant, "Expired, and disclosed anew.", by=by, at=at)
    name = f"view_{thing._meta.model_name}"
    permission = Permission.objects.get(content_type__app_label=thing._meta.app_label, codename=name)
    made: DisclosureGrant = model.objects.assign_perm(
        permission,
        _group_of(ground.agency),
        thing,
        person_id=thing.person_id,
        agreement=ground.agreement,
        purpose=terms.purpose,
        necessity=terms.necessity,
        reason=approval.reason,
        disclosed_text=ground.text,
        granted_by_id=approval.asked_by_id,
        granted_at=approval.asked_at,
        approved_by_id=by.user_id,
        approved_at=at,
        expires_on=terms.expires_on,
    )
    return made


def _end(grant: DisclosureGrant, reason: str, *, by: Actor, at: datetime) -> None:
    grant.revoked_at, grant.revoked_by_id, grant.revoke_reason = at, by.user_id, reason
    grant.save(update_fields=["revoked_at", "revoked_by", "revoke_reason"])


def _group_of(agency: Agency) -> Group:
    with connection.cursor() as cursor:
        cursor.execute("SELECT authz.agency_group(%s)", [agency.pk])
        return Group.objects.get(pk=cursor.fetchone()[0])


def _tell_agency(agency: Agency, person_id: int, grant: DisclosureGrant, what: What, *, at: datetime) -> None:
    rows = Membership.objects.filter(
        in_force_on(local_date(at)), team__agency=agency, user__is_active=True
    ).filter(is_contact=True) | Membership.objects.filter(
        in_force_on(local_date(at)), team__agency=agency, user__is_active=True, role="partner_manager"
    )
    for user_id in sorted(set(rows.values_list("user_id", flat=True))):
        notify(
            user_id,
            key=f"disclosure:{what.value}:{grant.pk}",
            kind="disclosure",
            subject="Information was disclosed to your agency",
            body=f"{WHAT_LABELS[what]}, until {grant.expires_on:%-d %B %Y}. {grant.purpose}",
            url="/sharing/received/",
            person_id=person_id,
            at=at,
        )
