"""What an agreement does not cover, its agency does not see, in either layer (SHR-1, SHR-2)."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from cohorts import permissions as cohorts
from cohorts.models import Case, PlanAction
from iom.access.actor import Actor, actor_for
from iom.access.readers import sees
from iom.access.scope import as_actor, as_owner
from iom.accounts.models import User
from iom.accounts.rules import Role
from iom.agencies.models import SharingAgreement
from iom.agencies.rules import DataClass
from iom.kernel.compartments import Compartment
from iom.persons.models import Person
from tests.cohorts.factories import CaseFactory
from tests.factories import AgencyAccessFactory, PersonFactory

pytestmark = pytest.mark.django_db
ActorOf = Callable[..., Actor]
TODAY = date.today()


@pytest.fixture
def case(world: dict[str, Any]) -> Case:
    person = PersonFactory(home_unit=world["north"])
    AgencyAccessFactory(person=person, agency=world["probation"])
    return CaseFactory(person=person, unit=world["north"])


def covering(world: dict[str, Any], *codes: str, **dates: Any) -> None:
    with as_owner():
        SharingAgreement.objects.filter(agency=world["probation"]).update(data_classes=list(codes), **dates)


def again(actor: Actor) -> Actor:
    """The actor as the next request makes it."""
    with as_owner():
        made = actor_for(User.objects.get(pk=actor.user_id), on=TODAY)
    assert made is not None
    return made


def seen(actor: Actor) -> tuple[int, int, int, int]:
    """People and cases by the ORM's layer, then by the row policies alone."""
    with as_actor(actor):
        return (
            Person.objects.count(),
            cohorts.visible_to(actor).count(),
            Case.objects.count(),
            PlanAction.objects.count(),
        )


def test_without_the_plan_the_person_is_seen_and_the_case_is_not(
    world: dict[str, Any], actor_of: ActorOf, case: Case
) -> None:
    partner = actor_of(Role.PARTNER_PRACTITIONER)
    before = seen(partner)
    covering(world, "core", "note")

    assert before[:3] == (1, 1, 1)
    assert seen(partner) == seen(again(partner)) == (1, 0, 0, 0)


def test_the_orm_alone_leaves_the_case_out_too(world: dict[str, Any], actor_of: ActorOf, case: Case) -> None:
    """The question is asked with the rows of everybody before it, so that only the filter can leave one out."""
    partner = actor_of(Role.PARTNER_PRACTITIONER)
    covering(world, "core")
    stale, fresh = partner, again(partner)

    with as_actor(partner), connection.cursor() as cursor:
        cursor.execute("SELECT authz.my_people_with('plan'), authz.my_people_with('core')")
        plan, core = cursor.fetchone()
    assert (plan, core) == ([], [case.person_id])
    assert "my_people_with" in str(cohorts.visible_to(stale).query)
    assert not sees(fresh, Compartment.PLAN)


@pytest.mark.parametrize("code", [code for code in DataClass if code != DataClass.CORE])
def test_a_class_left_out_is_not_read_by_field_either(
    world: dict[str, Any], actor_of: ActorOf, code: DataClass
) -> None:
    partner = actor_of(Role.PARTNER_PRACTITIONER)
    read_before = sees(partner, Compartment(code.value))
    covering(world, *[one.value for one in DataClass if one != code])

    assert not sees(again(partner), Compartment(code.value))
    covering(world, *[one.value for one in DataClass])
    assert sees(again(partner), Compartment(code.value)) is read_before


def test_police_are_not_bound_by_agreements(world: dict[str, Any], actor_of: ActorOf, case: Case) -> None:
    covering(world, "core")

    assert seen(actor_of(Role.SUPERVISOR))[:3] == (1, 1, 1)


@pytest.mark.parametrize(
    ("starts", "ends", "classes"), [(0, None, True), (1, None, False), (-9, 1, True), (-9, 0, False)]
)
def test_only_agreements_in_force_today_cover_anything(
    world: dict[str, Any], actor_of: ActorOf, case: Case, starts: int, ends: int | None, classes: bool
) -> None:
    partner = actor_of(Role.PARTNER_PRACTITIONER)
    covering(
        world,
        "core",
        "plan",
        starts_on=TODAY + timedelta(days=starts),
        ends_on=None if ends is None else TODAY + timedelta(days=ends),
    )

    with as_actor(partner), connection.cursor() as cursor:
        cursor.execute("SELECT authz.my_data_classes()")
        found = set(cursor.fetchone()[0])
    assert found == ({"core", "plan"} if classes else set())
    assert again(partner).data_classes == found
    assert seen(partner)[:3] == ((1, 1, 1) if classes else (0, 0, 0))
