"""Sharing agreements as programs read them (SHR-1, INT-2)."""

from typing import Any

from rest_framework import serializers

from iom.access.actor import Actor
from iom.access.api import Rows, Seen, endpoint, lists, reads
from iom.access.scoped import ScopedSerializer
from iom.accounts.rules import Power
from iom.agencies.api import AgencyCode, AgencySerializer
from iom.agencies.models import SharingAgreement
from iom.agencies.rules import AgreementState, DataClass, span_state
from iom.kernel.api import Code, Paging
from iom.kernel.compartments import Compartment
from iom.sharing.permissions import access_own_agreement, agreements_visible_to

TAG = "Sharing"


class SharingAgreementSerializer(ScopedSerializer):
    """An agreement as it was signed; an amendment is an agreement of its own in the same series."""

    id = serializers.IntegerField()
    agency = AgencySerializer()
    reference = serializers.CharField()
    title = serializers.CharField()
    parties = serializers.CharField()
    purposes = serializers.CharField()
    legal_basis = serializers.CharField()
    data_classes = serializers.ListField(child=Code("DataClass", [code.value for code in DataClass]))
    document_reference = serializers.CharField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)
    review_on = serializers.DateField(allow_null=True)
    state = serializers.SerializerMethodField()
    series = serializers.IntegerField(source="first_id", help_text="The number of the first of its series.")

    class Meta:
        model = SharingAgreement
        compartments = dict.fromkeys(("state", "series"), Compartment.STRUCTURE)

    def get_state(self, agreement: SharingAgreement) -> str:
        return AgreementState(span_state(agreement.starts_on, agreement.ends_on, on=self.today())).value


class AgreementQuery(Paging):
    agency = AgencyCode(required=False)


@lists("agreements_list", SharingAgreementSerializer, power=Power.SEE_PEOPLE, query=AgreementQuery)
def agreements(actor: Actor, asked: dict[str, Any]) -> Rows:
    """Every agreement, latest first; a partner's own."""
    rows = agreements_visible_to(actor)
    if asked.get("agency"):
        rows = rows.filter(agency=asked["agency"])
    return Rows(rows.order_by("-starts_on", "-pk"), lambda agreement: None, "sharing agreements")


@reads("agreements_retrieve", SharingAgreementSerializer, power=Power.SEE_PEOPLE)
def agreement(actor: Actor, asked: dict[str, Any], pk: int) -> Seen:
    """One agreement."""
    return Seen(access_own_agreement(actor, pk), [], "sharing agreement")


agreement_list = endpoint(agreements, tag=TAG)
agreement_detail = endpoint(agreement, tag=TAG)
