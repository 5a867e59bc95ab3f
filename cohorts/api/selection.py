"""What a board decided on a referral (REF-4 to REF-6, COH-2); no score is filled in anywhere."""

from typing import Any

from rest_framework import serializers

from cohorts.api.answers import CaseRefSerializer, considered, places
from cohorts.api.referrals import TAG, ReferralSerializer
from cohorts.models import Case
from cohorts.rules.vocabulary import SELECTION_CONSIDERATIONS, Scheme
from cohorts.selectors.referrals import ReferralView, referral_view
from cohorts.services.board import BoardDecision, PlacementChoice
from cohorts.services.selection import defer, record_selection, refuse
from iom.access.actor import Actor
from iom.access.api import acts, endpoint
from iom.agencies.api import AgencyCode
from iom.kernel import clock
from iom.kernel.api import Day, Input, Words


class Board(Input):
    """What a board considered; the score never decides, nor is it filled in."""

    decided_on = Day()
    chair = serializers.CharField(max_length=120)
    agencies = serializers.ListField(child=AgencyCode(), source="agency_ids", max_length=50)
    partner_information = Words(required=False)
    rationale = Words()
    note_to_referrer = Words(2000, required=False)
    offending = Words(required=False)
    recency_frequency_gravity = Words(required=False)
    police_intelligence = Words(required=False)
    partner_intelligence = Words(required=False)
    pathways_and_triggers = Words(required=False)
    ability_to_intervene = Words(required=False)
    partner_involvement = Words(required=False)


class Select(Board):
    """With one place in each scheme, written cohort:category."""

    national = places(Scheme.NATIONAL)
    three_cohort = places(Scheme.THREE_COHORT)


class Refuse(Board):
    signpost = Words(2000)
    look_again_on = Day()


def _decision(typed: dict[str, Any]) -> BoardDecision:
    return BoardDecision(
        decided_on=typed["decided_on"],
        chair=typed["chair"],
        agency_ids=tuple(typed["agency_ids"]),
        considerations=considered(typed, SELECTION_CONSIDERATIONS),
        rationale=typed["rationale"],
        partner_information=typed["partner_information"],
    )


def _placements(typed: dict[str, Any]) -> list[PlacementChoice]:
    return [PlacementChoice(scheme.value, *typed[scheme.value].split(":")) for scheme in Scheme]


@acts("referrals_select", CaseRefSerializer, takes=Select, status=201)
def select(actor: Actor, typed: dict[str, Any], pk: int) -> Case:
    """Record that a board selected the person: the case, its checklist and its clocks begin."""
    return record_selection(
        pk,
        _decision(typed),
        _placements(typed),
        by=actor,
        at=clock.now(),
        note_to_referrer=typed["note_to_referrer"],
    )


@acts("referrals_refuse", ReferralSerializer, takes=Refuse)
def not_select(actor: Actor, typed: dict[str, Any], pk: int) -> ReferralView:
    """Record that a board did not select the person, who is signposted and looked at again."""
    refuse(
        pk,
        _decision(typed),
        by=actor,
        at=clock.now(),
        signpost=typed["signpost"],
        look_again_on=typed["look_again_on"],
        note_to_referrer=typed["note_to_referrer"],
    )
    return referral_view(actor, pk)


@acts("referrals_defer", ReferralSerializer, takes=Board)
def put_off(actor: Actor, typed: dict[str, Any], pk: int) -> ReferralView:
    """Record that a board put its decision off."""
    defer(pk, _decision(typed), by=actor, at=clock.now(), note_to_referrer=typed["note_to_referrer"])
    return referral_view(actor, pk)


STEPS = {
    "select": endpoint(select, tag=TAG),
    "refuse": endpoint(not_select, tag=TAG),
    "defer": endpoint(put_off, tag=TAG),
}
