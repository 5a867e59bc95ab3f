"""Referrals: list, form and research (REF-1, REF-2)."""

from typing import Any

from rest_framework import serializers

from cohorts.api.answers import CaseRefSerializer, Reason
from cohorts.models import Referral, ReferralStage, SelectionDecision
from cohorts.permissions import access_referral
from cohorts.rules.statuses import REFERRAL_STEPS, ReferralStatus
from cohorts.rules.vocabulary import SELECTION_CONSIDERATIONS, Ground, Route
from cohorts.selectors.referrals import SORTS, ReferralFilter, ReferralView, candidates, referral_view
from cohorts.selectors.referrals import referrals as referral_list
from cohorts.services.referral import (
    ReferralForm,
    list_for_board,
    match_person,
    start_research,
    submit_referral,
    withdraw,
)
from iom.access.actor import Actor
from iom.access.api import Rows, Seen, acts, endpoint, lists, reads
from iom.access.scoped import ScopedSerializer
from iom.accounts.api import StaffSerializer
from iom.accounts.rules import DbClass, Power
from iom.agencies.api import AgencyCode, AgencySerializer, UnitCode, UnitSerializer
from iom.kernel import clock
from iom.kernel.api import Code, Day, Id, Input, Paging, Words, sorts
from iom.kernel.compartments import Compartment
from iom.persons.api import PersonLineSerializer, PersonRefSerializer
from iom.persons.permissions import access_person
from iom.persons.selectors import lines, search
from scoring.permissions import access_alert

TAG = "Referrals"
CANDIDATES = 20


def sees_pack(actor: Actor) -> bool:
    """Whom the research pack is for."""
    return actor.db_class == DbClass.POLICE and actor.may(Power.SEE_SCORES)


class ReferralLineSerializer(ScopedSerializer):
    """A referral as one line of a list."""

    id = serializers.IntegerField()
    given_names = serializers.CharField()
    family_name = serializers.CharField()
    person = PersonRefSerializer(allow_null=True)
    referring_agency = AgencySerializer()
    unit = UnitSerializer()
    ground = Code("Ground", Ground)
    route = Code("Route", Route)
    status = Code("ReferralStatus", ReferralStatus)
    submitted_on = serializers.DateField()
    board_on = serializers.DateField(allow_null=True)
    decided_on = serializers.DateField(allow_null=True)

    class Meta:
        model = Referral


class ReferralDetailSerializer(ReferralLineSerializer):
    """All that was said on the form, and what the referrer was told."""

    date_of_birth = serializers.DateField(allow_null=True)
    identifiers = serializers.CharField()
    reasons = serializers.CharField()
    referred_by = StaffSerializer(allow_null=True)
    submitted_at = serializers.DateTimeField()
    note_to_referrer = serializers.CharField()
    signpost = serializers.CharField()
    look_again_on = serializers.DateField(allow_null=True)

    class Meta:
        model = Referral


class ReferralStageSerializer(ScopedSerializer):
    from_status = serializers.CharField()
    to_status = Code("ReferralStatus", ReferralStatus)
    at = serializers.DateTimeField()
    by = StaffSerializer(allow_null=True)
    note = serializers.CharField()

    class Meta:
        model = ReferralStage


class DecisionSerializer(ScopedSerializer):
    """What a board considered and decided."""

    outcome = Code("BoardOutcome", ("selected", "not_selected", "deferred"))
    decided_on = serializers.DateField()
    recorded_at = serializers.DateTimeField()
    chair = serializers.CharField()
    agencies = AgencySerializer(many=True, source="agencies_present.all")
    partner_information = serializers.CharField()
    rationale = serializers.CharField()
    considerations = serializers.SerializerMethodField()
    by = StaffSerializer(allow_null=True)

    class Meta:
        model = SelectionDecision
        compartments = dict.fromkeys(("agencies", "considerations"), Compartment.OPERATIONS)

    def get_considerations(self, decision: Any) -> dict[str, str]:
        return {name: getattr(decision, name) for name in SELECTION_CONSIDERATIONS}


class ReferralSerializer(ScopedSerializer):
    """A referral with what you may see of it, and the steps open to you now."""

    referral = ReferralDetailSerializer()
    stages = ReferralStageSerializer(many=True)
    case = CaseRefSerializer(allow_null=True)
    pack = serializers.DictField(allow_null=True)
    decision = DecisionSerializer(allow_null=True)
    steps = serializers.ListField(child=Code("ReferralStep", REFERRAL_STEPS))

    seen_by = {"pack": sees_pack}

    class Meta:
        compartments = {
            **dict.fromkeys(("referral", "stages", "case", "steps"), Compartment.PLAN),
            **dict.fromkeys(("pack", "decision"), Compartment.OPERATIONS),
        }


class ReferralQuery(Paging):
    status = serializers.ListField(child=Code("ReferralStatus", ReferralStatus), required=False)
    open = serializers.BooleanField(default=False)
    unit = UnitCode(required=False)
    agency = AgencyCode(required=False)
    ground = Code("Ground", Ground, required=False)
    name = serializers.CharField(max_length=80, default="", allow_blank=True)
    sort = sorts(SORTS, "ReferralSort", "-submitted")


class NewReferral(Input):
    """The one form of every agency."""

    given_names = serializers.CharField(max_length=120)
    family_name = serializers.CharField(max_length=120)
    date_of_birth = Day(required=False, allow_null=True)
    identifiers = serializers.CharField(max_length=200, default="", allow_blank=True)
    unit = UnitCode(source="unit_id")
    ground = Code("Ground", Ground)
    route = Code("Route", Route, default=Route.REFERRAL.value)
    reasons = Words()
    nominal_ref = serializers.CharField(
        max_length=20, required=False, help_text="The person on record, if you may see them."
    )
    alert = Id(required=False, source="alert_id", help_text="The entry of the emerging-threat tab behind it.")
    request_key = serializers.UUIDField(
        required=False, help_text="Yours to make: the same key is sent once only."
    )


class Matching(Input):
    nominal_ref = serializers.CharField(max_length=20)


class Research(Input):
    nominal_ref = serializers.CharField(max_length=20, required=False)


class CandidateQuery(Paging):
    q = serializers.CharField(max_length=120, required=False)


class BoardDate(Input):
    board_on = Day()


@lists("referrals_list", ReferralLineSerializer, power=Power.SEE_PEOPLE, query=ReferralQuery)
def referrals(actor: Actor, asked: dict[str, Any]) -> Rows:
    """The referrals you may see: the district's, or those of your agency."""
    chosen = ReferralFilter(
        statuses=tuple(asked.get("status", ())),
        open_only=asked["open"],
        unit_id=asked.get("unit"),
        agency_id=asked.get("agency"),
        ground=asked.get("ground", ""),
        words=asked["name"],
        sort=asked["sort"],
    )
    return Rows(referral_list(actor, chosen), lambda row: row.person_id, "referrals")


@acts("referrals_create", ReferralSerializer, takes=NewReferral, status=201)
def create(actor: Actor, typed: dict[str, Any]) -> ReferralView:
    """Refer somebody."""
    ref = typed.pop("nominal_ref", None)
    person_id = access_person(actor, ref).pk if ref else None
    if "alert_id" in typed:
        access_alert(actor, typed["alert_id"])
    form = ReferralForm(**typed, person_id=person_id)
    return referral_view(actor, submit_referral(form, by=actor, at=clock.now()).pk)


@reads("referrals_retrieve", ReferralSerializer, power=Power.SEE_PEOPLE)
def one(actor: Actor, asked: dict[str, Any], pk: int) -> Seen:
    """One referral."""
    view = referral_view(actor, pk)
    return Seen(view, [view.referral.person_id], "referral")


@lists("referrals_candidates_list", PersonLineSerializer, power=Power.RESEARCH, query=CandidateQuery)
def found(actor: Actor, asked: dict[str, Any], pk: int) -> Rows:
    """People on record who may be meant by a referral; twenty at most, by its own words or by a search."""
    referral = access_referral(actor, pk, to="match_person")
    today = clock.today()
    typed = asked.get("q", "")
    people = list(search(actor, typed, on=today)[:CANDIDATES]) if typed else candidates(actor, referral)
    return Rows(
        people,
        lambda person: person.pk,
        "referral match",
        lambda page: lines(actor, page, on=today),
        kind="search",
        reason=f"searched: {typed[:80]}",
        about=referral.person_id,
    )


@acts("referrals_start_research", ReferralSerializer, takes=Research)
def research(actor: Actor, typed: dict[str, Any], pk: int) -> ReferralView:
    """Take a referral up; with the person known, the research pack is built at once."""
    ref = typed.get("nominal_ref")
    person_id = access_person(actor, ref).pk if ref else None
    start_research(pk, by=actor, at=clock.now(), person_id=person_id)
    return referral_view(actor, pk)


@acts("referrals_match_person", ReferralSerializer, takes=Matching)
def match(actor: Actor, typed: dict[str, Any], pk: int) -> ReferralView:
    """Say which person on record is meant, and build the research pack."""
    match_person(pk, access_person(actor, typed["nominal_ref"]).pk, by=actor, at=clock.now())
    return referral_view(actor, pk)


@acts("referrals_list_for_board", ReferralSerializer, takes=BoardDate)
def list_it(actor: Actor, typed: dict[str, Any], pk: int) -> ReferralView:
    """Put a researched referral on a board's list."""
    list_for_board(pk, by=actor, at=clock.now(), **typed)
    return referral_view(actor, pk)


@acts("referrals_withdraw", ReferralSerializer, takes=Reason)
def take_back(actor: Actor, typed: dict[str, Any], pk: int) -> ReferralView:
    """Withdraw a referral, with the reason."""
    withdraw(pk, by=actor, at=clock.now(), **typed)
    return referral_view(actor, pk)


referral_list_view = endpoint(referrals, create, tag=TAG)
referral_detail = endpoint(one, tag=TAG)
candidate_list = endpoint(found, tag=TAG)
STEPS = {
    "start_research": endpoint(research, tag=TAG),
    "match_person": endpoint(match, tag=TAG),
    "list_for_board": endpoint(list_it, tag=TAG),
    "withdraw": endpoint(take_back, tag=TAG),
}
