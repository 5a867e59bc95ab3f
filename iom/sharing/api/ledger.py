"""What was given to whom, as programs read it (NEW-5, INT-2)."""

from typing import Any

from rest_framework import serializers

from iom.access.actor import Actor
from iom.access.api import Rows, endpoint, lists
from iom.access.scoped import ScopedSerializer
from iom.accounts.rules import Power
from iom.agencies.api import AgencyCode
from iom.agencies.models import Agency
from iom.kernel.api import Code, Day, Paging
from iom.kernel.compartments import Compartment
from iom.persons.permissions import access_person
from iom.sharing.models import Disclosure
from iom.sharing.rules import MEDIUM_LABELS
from iom.sharing.selectors.ledger import Filters, agency_ledger, in_lines, ledger_of

TAG = "Sharing"


class LedgerLineSerializer(ScopedSerializer):
    """One thing that went out, or one look of a partner; the person only where the reader may see them."""

    at = serializers.DateTimeField()
    medium = Code("Medium", [medium.value for medium in MEDIUM_LABELS])
    recipient = serializers.CharField()
    what = serializers.CharField()
    parts = serializers.CharField()
    purpose = serializers.CharField()
    necessity = serializers.CharField()
    agreement = serializers.CharField()
    by = serializers.CharField()
    signed_by = serializers.CharField(source="approved_by")
    until = serializers.DateField(allow_null=True)

    class Meta:
        model = Disclosure
        compartments = dict.fromkeys(("parts", "signed_by"), Compartment.PLAN)


class AgencyLedgerLineSerializer(LedgerLineSerializer):
    person = serializers.CharField(source="person.reference", default=None, allow_null=True)

    class Meta(LedgerLineSerializer.Meta):
        compartments = {**LedgerLineSerializer.Meta.compartments, "person": Compartment.CORE}


class AgencyLedgerQuery(Paging):
    medium = Code("Medium", [medium.value for medium in MEDIUM_LABELS], required=False)
    since = Day(required=False)
    until = Day(required=False)


class LedgerQuery(AgencyLedgerQuery):
    agency = AgencyCode(required=False)


@lists("ledger_list", LedgerLineSerializer, power=Power.SEE_LEDGER, query=LedgerQuery)
def ledger(actor: Actor, asked: dict[str, Any], nominal_ref: str) -> Rows:
    """Everything that went out about one person, and the partners' looks, latest first."""
    person = access_person(actor, nominal_ref)
    code = (
        Agency.objects.values_list("code", flat=True).get(pk=asked.pop("agency")) if "agency" in asked else ""
    )
    lines = ledger_of(actor, person.pk, Filters(agency=code, **asked))
    return Rows(lines, lambda line: person.pk, "sharing of a person", about=person.pk)


@lists(
    "agency_ledger_list", AgencyLedgerLineSerializer, power=Power.SEE_AGENCY_LEDGER, query=AgencyLedgerQuery
)
def ledger_of_agency(actor: Actor, asked: dict[str, Any], code: str) -> Rows:
    """What one agency was given of people you may see, latest first."""
    _, rows = agency_ledger(actor, code, Filters(**asked))
    return Rows(rows, lambda row: row.person_id, "ledger of an agency", lambda found: in_lines(actor, found))


person_ledger = endpoint(ledger, tag=TAG)
agency_ledger_list = endpoint(ledger_of_agency, tag=TAG)
