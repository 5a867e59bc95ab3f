"""A district with a managed, scored person shared with probation, another who is not shared, and callers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator

from cohorts.models import ChecklistItem, Engagement, Plan, PlanAction, SelectionDecision
from cohorts.rules.vocabulary import SELECTION_CONSIDERATIONS
from iom.access.scope import as_owner
from iom.accounts.rules import Role
from scoring.models import CurrentScore, ThreatAlert
from tests.cohorts.factories import (
    CaseFactory,
    DeadlineFactory,
    ListedReferralFactory,
    PlacementFactory,
    ReferralFactory,
    moment,
)
from tests.documents.factories import AudienceFactory, DocumentFactory
from tests.factories import AgencyAccessFactory, PersonFactory
from tests.scoring.factories import EventFactory, model_in_use

SECRET = "Zyxwmarker"
"""Stands in every field that no partner may read."""
ClientFor = Callable[..., Client]


@dataclass
class Api:
    """A caller: JSON in, JSON out."""

    client: Client

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1/{path}", query)

    def post(self, path: str, body: Any = None) -> Any:
        return self.client.post(
            f"/api/v1/{path}", {} if body is None else body, content_type="application/json"
        )


@pytest.fixture
def api_for(client_for: ClientFor) -> Callable[..., Api]:
    def make(who: Any, **kwargs: Any) -> Api:
        return Api(client_for(who, **kwargs))

    return make


@pytest.fixture
def sergeant(api_for: Callable[..., Api]) -> Api:
    return api_for(Role.SUPERVISOR)


@pytest.fixture
def partner(api_for: Callable[..., Api]) -> Api:
    return api_for(Role.PARTNER_PRACTITIONER)


@dataclass
class Managed:
    """One managed person with everything that can hang on them."""

    person: Any
    case: Any
    referral: Any
    alert: Any
    deadline: Any
    item: Any
    plan: Any
    action: Any
    engagement: Any
    document: Any


def managed(world: dict[str, Any], model: Any, unit: str = "north", **fields: Any) -> Managed:
    today = timezone.localdate()
    person = PersonFactory(home_unit=world[unit], is_managed=True, **fields)
    referral = ListedReferralFactory(
        person=person,
        unit=world[unit],
        referring_agency=world["probation"],
        status="selected",
        decided_on=today,
    )
    case = CaseFactory(person=person, referral=referral, review_on=today + timedelta(days=30))
    PlacementFactory(case=case, rationale=SECRET)
    PlacementFactory(case=case, scheme="national", cohort="fixed", category="burglary", rationale=SECRET)
    deadline = DeadlineFactory(
        case=case, started_on=today, first_due_on=today + timedelta(days=9), due_on=today + timedelta(days=9)
    )
    with as_owner():
        SelectionDecision.objects.create(
            referral=referral, outcome="selected", decided_on=today, recorded_at=moment(today), chair=SECRET,
            rationale=SECRET, partner_information=SECRET, **dict.fromkeys(SELECTION_CONSIDERATIONS, SECRET),
        )  # fmt: skip
        referral.packs.create(content={"as_of": "2026-06-01", "person": SECRET}, built_at=moment(today))
        referral.stages.create(to_status="selected", at=moment(today))
        case.stages.create(to_status="active", at=moment(today), note=SECRET)
        CurrentScore.objects.create(
            score_model=model, person=person, published=612, raw_hundredths=61200, band="MEDIUM", latest_on=today,
            highest_base=100, crimes_90=2, bucket=12,
        )  # fmt: skip
        event = EventFactory(person=person, occurred_on=today - timedelta(days=3), summary=SECRET)
        alert = ThreatAlert.objects.create(
            person=person, model_code="ROR", score_model=model, unit=world[unit], opened_on=today,
            last_fired_on=today, score=612, baseline=100, jump=512, fired=["ABSOLUTE"], event_ids=[event.pk],
        )  # fmt: skip
        item = ChecklistItem.objects.create(
            case=case, kind="selection", code="niche_flag", position=4, owner_role="support", due_on=today
        )
        plan = Plan.objects.create(
            case=case, version=1, started_at=moment(today), risks="Risk", triggers="Debt"
        )
        action = PlanAction.objects.create(
            case=case, pathway="ete", description="Find work", owner_agency=world["probation"],
            due_on=today + timedelta(days=7), created_at=moment(today),
        )  # fmt: skip
        engagement = Engagement.objects.create(
            case=case, kind="home", planned_at=moment(today - timedelta(days=1)), recorded_at=moment(today)
        )
    document = DocumentFactory(person=person, owner_agency=world["police"])
    AudienceFactory(document=document, agency=world["probation"])
    return Managed(person, case, referral, alert, deadline, item, plan, action, engagement, document)


@pytest.fixture
def model(world: dict[str, Any]) -> Any:
    return model_in_use()


@pytest.fixture
def shared(world: dict[str, Any], model: Any) -> Managed:
    """A managed person of North, shared with probation."""
    found = managed(world, model, family_name="Sharedname")
    AgencyAccessFactory(person=found.person, agency=world["probation"])
    return found


@pytest.fixture
def hidden(world: dict[str, Any], model: Any) -> Managed:
    """A managed person of North whom no partner sees; the referral came from the police."""
    found = managed(world, model, family_name="Hiddenname")
    with as_owner():
        found.referral.referring_agency = world["police"]
        found.referral.save()
    return found


@pytest.fixture
def fresh(world: dict[str, Any]) -> Any:
    """A referral of probation's that nobody has taken up."""
    return ReferralFactory(unit=world["north"], referring_agency=world["probation"], person=None)


@pytest.fixture(scope="session")
def document() -> dict[str, Any]:
    found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path below /api/v1/, method, operation."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path.removeprefix("/api/v1/"), method, operation


def numbers(one: Managed) -> dict[str, int]:
    """The number that stands for {id} by the first part of the path."""
    return {
        "referrals": one.referral.pk,
        "cases": one.case.pk,
        "deadlines": one.deadline.pk,
        "checklist": one.item.pk,
        "plans": one.plan.pk,
        "actions": one.action.pk,
        "engagements": one.engagement.pk,
        "emerging": one.alert.pk,
        "documents": one.document.pk,
        "deselections": 1,
        "notices": 1,
    }


def address(path: str, one: Managed) -> str:
    """The path with this person's references filled in."""
    filled = path.replace("{nominal_ref}", one.person.nominal_ref).replace("{model}", "ROR")
    filled = filled.replace("{unit_code}", "north")
    return filled.replace("{id}", str(numbers(one).get(path.split("/")[0], 1)))


TOMORROW = date.today() + timedelta(days=1)
