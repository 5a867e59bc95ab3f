"""Second signatures by the API: what waits, what it asks for, and signing or refusing it (SHR-1, INT-2)."""

from typing import Any

from rest_framework import serializers

from iom.access.actor import Actor
from iom.access.api import Rows, Seen, acts, endpoint, lists, reads
from iom.access.scoped import ScopedSerializer
from iom.accounts.rules import Power
from iom.approvals import selectors, services
from iom.approvals.models import Approval
from iom.approvals.permissions import access_approval, has_a_use_for
from iom.approvals.rules import Status
from iom.approvals.selectors import ApprovalView
from iom.kernel import clock
from iom.kernel.api import Code, Input, Paging, Words
from iom.kernel.compartments import Compartment
from iom.kernel.errors import Forbidden

TAG = "Second signatures"
C = Compartment


class ApprovalLineSerializer(ScopedSerializer):
    """One request; the person only where the reader may see them."""

    id = serializers.IntegerField(source="pk")
    kind = serializers.CharField(source="label")
    person = serializers.CharField(source="person.reference", default=None, allow_null=True)
    record = serializers.CharField(
        help_text="Which record of the person it is about; empty where the act has none."
    )
    asked_by = serializers.CharField()
    asked_at = serializers.DateTimeField()
    lapses_at = serializers.DateTimeField()
    state = Code("ApprovalState", [status.value for status in Status])
    reason = serializers.CharField()
    decided_by = serializers.CharField()
    decided_at = serializers.DateTimeField(allow_null=True)
    decision_reason = serializers.CharField()

    class Meta:
        model = Approval
        compartments = {**dict.fromkeys(("id", "kind", "record", "state"), C.OPERATIONS), "person": C.CORE}


class AskedForSerializer(ScopedSerializer):
    name = serializers.CharField()
    words = serializers.CharField()

    class Meta:
        compartments = dict.fromkeys(("name", "words"), C.OPERATIONS)


class ApprovalSerializer(ScopedSerializer):
    approval = ApprovalLineSerializer()
    asked_for = AskedForSerializer(many=True, help_text="What is asked for, as far as you may read it.")
    may_decide = serializers.BooleanField()
    may_withdraw = serializers.BooleanField()

    class Meta:
        compartments = dict.fromkeys(("approval", "asked_for", "may_decide", "may_withdraw"), C.OPERATIONS)


class ApprovalQuery(Paging):
    show = Code("ApprovalsShown", ("to_decide", "asked", "over"), default="to_decide")


class Signature(Input):
    reason = Words(2000, required=False)


class SignatureRefused(Input):
    reason = Words(2000, help_text="At least 10 characters.")


CHOSEN = {"to_decide": selectors.to_decide, "asked": selectors.asked_by, "over": selectors.decided}


@lists("approvals_list", ApprovalLineSerializer, power=Power.USE_API, query=ApprovalQuery)
def approvals(actor: Actor, asked: dict[str, Any]) -> Rows:
    """What waits for your signature; or what you asked for; or what is over."""
    if not has_a_use_for(actor):
        raise Forbidden
    now = clock.now()
    return Rows(
        CHOSEN[asked["show"]](actor, at=now),
        lambda approval: approval.person_id,
        "second signatures",
        lambda found: selectors.in_rows(actor, found, at=now),
    )


@reads("approvals_retrieve", ApprovalSerializer, power=Power.USE_API)
def approval(actor: Actor, asked: dict[str, Any], pk: int) -> Seen:
    """One request with what it asks for."""
    found = access_approval(actor, pk)
    return Seen(_shown(actor, found), [found.person_id], "second signature")


@acts("approvals_approve", ApprovalSerializer, takes=Signature, steps_up="disclosure")
def approve(actor: Actor, typed: dict[str, Any], pk: int) -> dict[str, Any]:
    """Sign what somebody else asked for, with a sign-in confirmed just now; it is done at once."""
    services.approve(pk, by=actor, at=clock.now(), reason=typed["reason"])
    return _shown(actor, access_approval(actor, pk))


@acts("approvals_refuse", ApprovalSerializer, takes=SignatureRefused, steps_up="disclosure")
def refuse(actor: Actor, typed: dict[str, Any], pk: int) -> dict[str, Any]:
    """Refuse what somebody else asked for, with the reason."""
    services.refuse(pk, by=actor, at=clock.now(), reason=typed["reason"])
    return _shown(actor, access_approval(actor, pk))


def _shown(actor: Actor, found: Approval) -> dict[str, Any]:
    view: ApprovalView = selectors.approval_view(actor, found, at=clock.now())
    return {
        "approval": view.row,
        "asked_for": [{"name": label, "words": words} for label, words in view.lines],
        "may_decide": view.may_decide,
        "may_withdraw": view.may_withdraw,
    }


approval_list = endpoint(approvals, tag=TAG)
approval_detail = endpoint(approval, tag=TAG)
approval_approve = endpoint(approve, tag=TAG)
approval_refuse = endpoint(refuse, tag=TAG)
