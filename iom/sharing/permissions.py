"""Who sees and does what in sharing; decided nowhere else (SHR-1, NEW-5)."""

from typing import TypeVar

from django.db.models import Model, QuerySet

from iom.access.actor import Actor
from iom.access.models import AgencyAccess
from iom.accounts.rules import DbClass, Power
from iom.agencies.models import SharingAgreement
from iom.kernel.errors import NotFound
from iom.persons.permissions import reach
from iom.records.kinds import KINDS
from iom.records.models import IntelligenceItem
from iom.records.permissions import visible_to
from iom.sharing.models import (
    Consent,
    Disclosure,
    DisclosureGrant,
    SharingReview,
)
from iom.sharing.rules import What
from iom.sharing.things import thing_of

M = TypeVar("M", bound=Model)


def _within(actor: Actor, rows: QuerySet[M]) -> QuerySet[M]:
    """The rows about people within reach."""
    found = reach(actor, "person")
    return rows if found is None else rows.filter(found)


def ledger_visible_to(actor: Actor) -> QuerySet[Disclosure]:
    """The ledger as the actor may read it: a partner's manager reads what the agency was given, while it sees whom."""
    rows = _within(actor, Disclosure.objects.select_related("agency", "agreement", "person"))
    if actor.db_class == DbClass.PARTNER:
        allowed = actor.may(Power.SEE_AGENCY_LEDGER)
        return rows.filter(agency=actor.agency_id) if allowed else rows.none()
    return rows if actor.may(Power.SEE_LEDGER) else rows.none()


def shares_visible_to(actor: Actor) -> QuerySet[AgencyAccess]:
    """What is shared of whom: the police see all of it, an agency its own part."""
    rows = _within(actor, AgencyAccess.objects.select_related("agency", "agreement", "granted_by"))
    if actor.db_class == DbClass.PARTNER:
        return rows.filter(agency=actor.agency_id)
    return rows


def consents_visible_to(actor: Actor) -> QuerySet[Consent]:
    """What people said to sharing; an agency reads what was said about itself."""
    rows = _within(actor, Consent.objects.select_related("agency", "recorded_by"))
    return rows.filter(agency=actor.agency_id) if actor.is_partner else rows


def reviews_visible_to(actor: Actor) -> QuerySet[SharingReview]:
    """Tasks to look again at sharing: the police's alone."""
    rows = SharingReview.objects.select_related("person", "unit", "owner")
    if actor.db_class not in (DbClass.POLICE, DbClass.AUDITOR, DbClass.SERVICE):
        return rows.none()
    return _within(actor, rows)


def access_review(actor: Actor, pk: int, *, lock: bool = False) -> SharingReview:
    """The task, or NotFound."""
    rows = reviews_visible_to(actor)
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return SharingReview.objects.select_for_update().get(pk=pk) if lock else found


def items_visible_to(actor: Actor) -> QuerySet[IntelligenceItem]:
    """The items that the actor reads as they can leave the police, of people within reach; a partner those it holds."""
    found: QuerySet[IntelligenceItem] = visible_to(actor, KINDS["intelligence"]).filter(ended_at__isnull=True)
    return found


def grants_visible_to(actor: Actor, what: What) -> QuerySet[DisclosureGrant]:
    """The disclosures of a kind that the actor may see: the police within reach, an agency its own."""
    rows = thing_of(what).grants._default_manager.select_related(
        "group__agency_group__agency", "granted_by", "approved_by", "revoked_by", "agreement"
    )
    rows = _within(actor, rows)
    if actor.db_class == DbClass.PARTNER:
        return rows.filter(group__agency_group__agency=actor.agency_id)
    if what == What.ITEM and actor.db_class == DbClass.POLICE and not actor.may(Power.READ_INTELLIGENCE):
        return rows.none()
    return rows


def access_grant(actor: Actor, what: What, pk: int, *, lock: bool = False) -> DisclosureGrant:
    """The disclosure, or NotFound."""
    found = grants_visible_to(actor, what).filter(pk=pk).first()
    if found is None:
        raise NotFound
    if lock:
        model = thing_of(what).grants
        return model._default_manager.select_for_update().get(pk=found.pk)
    return found


def agreements_visible_to(actor: Actor) -> QuerySet[SharingAgreement]:
    """The agreements: every one of them for the police and auditors, its own for a partner."""
    rows = SharingAgreement.objects.select_related("agency")
    return rows.filter(agency=actor.agency_id) if actor.is_partner else rows


def access_own_agreement(actor: Actor, pk: int) -> SharingAgreement:
    """The agreement, or NotFound: another agency's is nothing to a partner."""
    found = agreements_visible_to(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found
