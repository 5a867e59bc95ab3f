"""Who opened another district's record for a while reads its case, and takes no step of it (SHR-2, ORG-3)."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cohorts.models import Case
from iom.access.actor import Actor
from iom.access.scope import as_actor, as_owner
from iom.accounts.rules import Role
from iom.persons import services
from tests.access.factories import GrantFactory
from tests.cohorts.factories import CaseFactory, DeadlineFactory, ListedReferralFactory
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
ActorOf = Callable[..., Actor]
ClientFor = Callable[..., Client]
WHY = "A witness names him in Northmoor."
ACTS = re.compile(
    r'href="(/cases/\d+/(?:manager|share|deselection|engagements/record|checklist|deadlines)/[^"]*)"'
)


@pytest.fixture
def case(world: dict[str, Any]) -> Case:
    person = PersonFactory(home_unit=world["south"], nominal_ref="NV2000001")
    found: Case = CaseFactory(person=person, unit=world["south"])
    DeadlineFactory(case=found, due_on=timezone.localdate())
    return found


def opened(by: Actor) -> None:
    with as_actor(by):
        services.open_elsewhere("NV2000001", by=by, reason=WHY)


def opened_in_an_emergency(by: Actor) -> None:
    with as_actor(by):
        services.break_glass("NV2000001", by=by, reason=WHY, at=timezone.now())


@pytest.mark.parametrize("open_it", [opened, opened_in_an_emergency])
def test_an_opened_record_offers_no_step_of_its_case_and_takes_none(
    case: Case, actor_of: ActorOf, client_for: ClientFor, open_it: Callable[[Actor], None]
) -> None:
    actor = actor_of(Role.SUPERVISOR)
    open_it(actor)
    client = client_for(actor)

    page = client.get(f"/cases/{case.pk}/")
    steps = client.get(f"/api/v1/cases/{case.pk}/").json()["steps"]
    plan = client.post(f"/cases/{case.pk}/plan/new/")

    assert page.status_code == 200
    assert ACTS.findall(page.content.decode()) == []
    assert steps == []
    assert client.get(f"/cases/{case.pk}/share/").status_code == 403
    assert plan.status_code == 403
    with as_owner():
        assert case.plans.count() == 0


def test_who_is_named_on_the_record_or_manages_the_case_takes_its_steps(
    case: Case, actor_of: ActorOf, client_for: ClientFor
) -> None:
    named, manager = actor_of(Role.SUPERVISOR), actor_of(Role.OFFENDER_MANAGER)
    GrantFactory(user_id=named.user_id, content_object=case.person)
    opened(manager)
    with as_owner():
        Case.objects.filter(pk=case.pk).update(manager_id=manager.user_id)

    for actor in (named, manager):
        page = client_for(actor).get(f"/cases/{case.pk}/").content.decode()

        assert f"/cases/{case.pk}/engagements/record/" in ACTS.findall(page)


def test_a_referral_of_another_district_is_read_and_not_decided_by_who_opened_the_record(
    case: Case, world: dict[str, Any], actor_of: ActorOf, client_for: ClientFor
) -> None:
    referral = ListedReferralFactory(person=case.person, unit=world["south"])
    actor = actor_of(Role.SUPERVISOR)
    opened(actor)
    client = client_for(actor)

    page = client.get(f"/referrals/{referral.pk}/")

    assert page.status_code == 200
    assert f"/referrals/{referral.pk}/decision/" not in page.content.decode()
    assert client.get(f"/referrals/{referral.pk}/decision/").status_code == 403
