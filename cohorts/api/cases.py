"""Cases: list, overview, managers, places, reviews, sharing, checklist (REF-5, COH-4, PER-6)."""

from typing import Any

from rest_framework import serializers

from cohorts.api.answers import CaseRefSerializer, PlacementSerializer, Reason, places
from cohorts.api.overview import CaseSerializer, ChecklistItemSerializer, SharingSerializer
from cohorts.models import Case, ChecklistItem, Placement
from cohorts.permissions import access_case
from cohorts.rules.statuses import CaseStatus
from cohorts.rules.vocabulary import Scheme
from cohorts.selectors.cases import SORTS, CaseFilter
from cohorts.selectors.cases import cases as case_list
from cohorts.selectors.overview import case_overview
from cohorts.selectors.staff import managers_for
from cohorts.services.case import allocate_manager, move_placement
from cohorts.services.checklist import reopen_checklist, set_aside, tick_checklist
from cohorts.services.review import set_review
from cohorts.services.sharing import end_sharing, share_with_agency
from iom.access.actor import Actor
from iom.access.api import Rows, Seen, acts, endpoint, lists, reads
from iom.access.models import AgencyAccess
from iom.access.scoped import ScopedSerializer
from iom.accounts.api import StaffSerializer
from iom.accounts.rules import Power
from iom.agencies.api import AgencyCode, AgencySerializer, UnitCode, UnitSerializer
from iom.agencies.rules import DataClass
from iom.kernel import clock
from iom.kernel.api import Code, Day, Id, Input, Paging, Words, sorts
from iom.kernel.compartments import Compartment
from iom.kernel.step_up import step_up
from iom.persons.api import PersonRefSerializer
from scoring.api.scores import ScoreSerializer
from scoring.selectors.lists import scores_of

TAG = "Cases"


def sees_scores(actor: Actor) -> bool:
    """Who gets scores beside the cases."""
    return actor.may(Power.SEE_SCORES)


class CaseLineSerializer(ScopedSerializer):
    """A case as one line of a list; cohort and category are of the scheme asked for."""

    id = serializers.IntegerField()
    person = PersonRefSerializer()
    unit = UnitSerializer()
    manager = StaffSerializer(allow_null=True)
    partner_manager = StaffSerializer(allow_null=True)
    status = Code("CaseStatus", CaseStatus)
    selected_on = serializers.DateField()
    review_on = serializers.DateField()
    closed_on = serializers.DateField(allow_null=True)
    cohort = serializers.CharField(allow_null=True)
    category = serializers.CharField(allow_null=True)
    next_due_on = serializers.DateField(allow_null=True)
    overdue_count = serializers.IntegerField()
    in_custody = serializers.BooleanField(source="held")
    scores = ScoreSerializer(many=True)

    seen_by = {"scores": sees_scores}

    class Meta:
        compartments = {
            **dict.fromkeys(
                (
                    "id",
                    "person",
                    "unit",
                    "manager",
                    "partner_manager",
                    "status",
                    "selected_on",
                    "review_on",
                    "closed_on",
                    "cohort",
                    "category",
                    "next_due_on",
                    "overdue_count",
                    "in_custody",
                ),
                Compartment.PLAN,
            ),
            "scores": Compartment.OPERATIONS,
        }


class ManagerChoiceSerializer(ScopedSerializer):
    """Somebody who may be given the case."""

    user = StaffSerializer()
    role = serializers.CharField()
    team = serializers.CharField(source="team.name")
    agency = AgencySerializer(source="team.agency")

    class Meta:
        compartments = dict.fromkeys(("user", "role", "team", "agency"), Compartment.PLAN)


class CaseQuery(Paging):
    status = serializers.ListField(
        child=Code("CaseStatus", CaseStatus), required=False, help_text="Open cases when left out."
    )
    unit = UnitCode(required=False)
    manager = Id(required=False, help_text="The number of a user, police or partner.")
    mine = serializers.BooleanField(default=False)
    unallocated = serializers.BooleanField(default=False)
    scheme = Code("Scheme", Scheme, default=Scheme.THREE_COHORT.value)
    cohort = serializers.SlugField(max_length=24, required=False)
    category = serializers.SlugField(max_length=32, required=False)
    overdue = serializers.BooleanField(default=False)
    review_overdue = serializers.BooleanField(default=False)
    in_custody = serializers.BooleanField(required=False, allow_null=True, default=None)
    name = serializers.CharField(max_length=80, default="", allow_blank=True, help_text="Name or reference.")
    sort = sorts(SORTS, "CaseSort", "name")


class Allocation(Input):
    manager = Id(source="manager_id", required=False, allow_null=True, default=None)
    partner_manager = Id(source="partner_manager_id", required=False, allow_null=True, default=None)
    reason = Words(2000, required=False)


class Move(Input):
    """A new place in one of the schemes; give exactly one of the two."""

    national = places(Scheme.NATIONAL)
    three_cohort = places(Scheme.THREE_COHORT)
    rationale = Words()

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        for scheme in Scheme:
            fields[scheme.value].required = False
        return fields

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if sum(scheme.value in attrs for scheme in Scheme) != 1:
            raise serializers.ValidationError("Give the new place in exactly one of the schemes.")
        return attrs


class NextReview(Input):
    review_on = Day()
    reason = Words(2000)


class NewSharing(Input):
    agency = AgencyCode(source="agency_id")
    purpose = Words(1000, required=False)
    reason = Words(2000)
    parts = serializers.ListField(
        child=Code("DataClass", DataClass), required=False, min_length=1, max_length=7
    )
    ends_on = Day(required=False, allow_null=True)


class EndOfSharing(Input):
    agency = AgencyCode(source="agency_id")
    reason = Words(2000)


class Evidence(Input):
    evidence = Words(1000, required=False)


@lists("cases_list", CaseLineSerializer, power=Power.SEE_PEOPLE, query=CaseQuery)
def listed(actor: Actor, asked: dict[str, Any]) -> Rows:
    """The cases you may see; open ones unless a status is asked for."""
    chosen = CaseFilter(
        statuses=tuple(asked.get("status", ())),
        unit_id=asked.get("unit"),
        manager_id=asked.get("manager"),
        mine=asked["mine"],
        unallocated=asked["unallocated"],
        scheme=asked["scheme"],
        cohort=asked.get("cohort", ""),
        category=asked.get("category", ""),
        overdue=asked["overdue"],
        review_overdue=asked["review_overdue"],
        in_custody=asked["in_custody"],
        words=asked["name"],
        sort=asked["sort"],
    )
    rows = case_list(actor, clock.today(), chosen)
    return Rows(rows, lambda case: case.person_id, "cases", lambda page: _with_scores(actor, page))


def _with_scores(actor: Actor, page: list[Case]) -> list[Case]:
    """The page's cases, each with its person's scores where the reader may see any."""
    found = scores_of(actor, [case.person_id for case in page]) if sees_scores(actor) else {}
    for case in page:
        case.scores = list(found.get(case.person_id, {}).values())  # type: ignore[attr-defined]
    return page


@reads("cases_retrieve", CaseSerializer, power=Power.SEE_PEOPLE)
def one(actor: Actor, asked: dict[str, Any], pk: int) -> Seen:
    """One case with its plan, deadlines, checklist and engagements, and the steps open to you now."""
    overview = case_overview(actor, pk, clock.today())
    return Seen(overview, [overview.case.person_id], "case")


@lists("cases_managers_list", ManagerChoiceSerializer, power=Power.ALLOCATE)
def managers(actor: Actor, asked: dict[str, Any], pk: int) -> Rows:
    """Who may be given the case."""
    case = access_case(actor, pk, to="allocate_manager")
    rows = managers_for(case.unit_id, on=clock.today())
    return Rows(rows, lambda _: None, "managers of a case", about=case.person_id)


@acts("cases_allocate_manager", CaseRefSerializer, takes=Allocation)
def allocate(actor: Actor, typed: dict[str, Any], pk: int) -> Case:
    """Give a case its manager, the police's, a partner's or both."""
    return allocate_manager(pk, by=actor, at=clock.now(), **typed)


@acts("cases_move_placement", PlacementSerializer, takes=Move, status=201)
def move(actor: Actor, typed: dict[str, Any], pk: int) -> Placement:
    """Move the person to another cohort or category of one scheme; the old place is kept."""
    scheme = next(scheme.value for scheme in Scheme if scheme.value in typed)
    cohort, category = typed[scheme].split(":")
    return move_placement(
        pk,
        by=actor,
        at=clock.now(),
        scheme=scheme,
        cohort=cohort,
        category=category,
        rationale=typed["rationale"],
    )


@acts("cases_set_review", CaseRefSerializer, takes=NextReview)
def review(actor: Actor, typed: dict[str, Any], pk: int) -> Case:
    """Set the date of the next review, with what this one found."""
    return set_review(pk, by=actor, at=clock.now(), **typed)


@acts("cases_share", SharingSerializer, takes=NewSharing, status=201)
def share(actor: Actor, typed: dict[str, Any], pk: int) -> AgencyAccess:
    """Share the person's information with an agency from today."""
    return share_with_agency(pk, by=actor, at=clock.now(), **typed)


@acts("cases_end_sharing", SharingSerializer, takes=EndOfSharing)
def unshare(actor: Actor, typed: dict[str, Any], pk: int) -> AgencyAccess:
    """End sharing with an agency, from its next request on."""
    return end_sharing(pk, by=actor, at=clock.now(), **typed)


@acts("checklist_tick", ChecklistItemSerializer, takes=Evidence)
def tick(actor: Actor, typed: dict[str, Any], pk: int) -> ChecklistItem:
    """Mark a line of the checklist as done."""
    return tick_checklist(pk, by=actor, at=clock.now(), **typed)


@acts("checklist_set_aside", ChecklistItemSerializer, takes=Reason)
def not_needed(actor: Actor, typed: dict[str, Any], pk: int) -> ChecklistItem:
    """Mark a line of the checklist as not needed here, with the reason."""
    return set_aside(pk, by=actor, at=clock.now(), **typed)


@acts("checklist_reopen", ChecklistItemSerializer, takes=Reason)
def reopen(actor: Actor, typed: dict[str, Any], pk: int) -> ChecklistItem:
    """Open a line of the checklist again, with the reason."""
    return reopen_checklist(pk, by=actor, at=clock.now(), **typed)


case_list_view = endpoint(listed, tag=TAG)
case_detail = endpoint(one, tag=TAG)
manager_list = endpoint(managers, tag=TAG)
STEPS = {
    "allocate_manager": endpoint(allocate, tag=TAG),
    "move_placement": endpoint(move, tag=TAG),
    "set_review": endpoint(review, tag=TAG),
    "share": step_up("disclosure")(endpoint(share, tag=TAG)),
    "end_sharing": endpoint(unshare, tag=TAG),
}
CHECKLIST_STEPS = {
    "tick": endpoint(tick, tag=TAG),
    "not_needed": endpoint(not_needed, tag=TAG),
    "reopen": endpoint(reopen, tag=TAG),
}
