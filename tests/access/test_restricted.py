"""A restricted record is seen by who is named on it and by nobody else, whatever leads to it (SHR-2)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import ProgrammingError, connection
from django.utils import timezone

from iom.access.actor import Actor
from iom.access.models import PersonUserGrant
from iom.access.scope import as_actor, as_owner, as_service
from iom.accounts.rules import Role
from iom.agencies.models import Membership
from iom.persons.models import Marker, Person
from iom.persons.permissions import visible_to
from tests.access.factories import GrantFactory
from tests.factories import AgencyAccessFactory, PersonFactory

pytestmark = pytest.mark.django_db
ActorOf = Callable[..., Actor]
EVERYBODY = (
    Role.OFFENDER_MANAGER,
    Role.SUPERVISOR,
    Role.INSPECTOR,
    Role.SUPPORT,
    Role.CENTRAL_SPOC,
    Role.ANALYST,
    Role.AUDITOR,
    Role.PARTNER_PRACTITIONER,
    Role.PARTNER_MANAGER,
)


def seen_by(actor: Actor) -> tuple[set[int], set[int], set[int]]:
    """What the ORM's limit, the row policy of persons and that of a table leading to persons let through."""
    with as_actor(actor):
        orm = set(visible_to(actor).values_list("pk", flat=True))
        policy = set(Person.objects.values_list("pk", flat=True))
        child = set(Marker.objects.values_list("person_id", flat=True))
    with as_service():
        by_orm_alone = set(visible_to(actor).values_list("pk", flat=True))
    assert by_orm_alone <= orm | policy
    return orm, policy, child


@pytest.fixture
def restricted(world: dict[str, Any]) -> Person:
    person = PersonFactory(home_unit=world["north"], is_restricted=True)
    AgencyAccessFactory(person=person, agency=world["probation"])
    with as_owner():
        Marker.objects.create(person=person, kind="warning", text="x", recorded_on=timezone.localdate())
    return person


@pytest.mark.parametrize("role", EVERYBODY)
def test_nobody_sees_a_restricted_record_without_being_named(
    world: dict[str, Any], actor_of: ActorOf, restricted: Person, role: Role
) -> None:
    actor = actor_of(role)

    assert seen_by(actor) == (set(), set(), set())

    GrantFactory(content_object=restricted, user_id=actor.user_id)
    assert seen_by(actor) == ({restricted.pk},) * 3


def test_a_partner_named_on_a_record_still_needs_it_shared(
    world: dict[str, Any], actor_of: ActorOf, restricted: Person
) -> None:
    actor = actor_of(Role.PARTNER_PRACTITIONER, agency="drugs")

    GrantFactory(content_object=restricted, user_id=actor.user_id)

    assert seen_by(actor) == (set(), set(), set())


def test_others_of_the_same_district_are_seen_as_before(
    world: dict[str, Any], actor_of: ActorOf, restricted: Person
) -> None:
    other = PersonFactory(home_unit=world["north"])

    for role in (Role.SUPERVISOR, Role.CENTRAL_SPOC, Role.AUDITOR):
        assert seen_by(actor_of(role))[:2] == ({other.pk}, {other.pk})


@pytest.mark.parametrize(
    ("fields", "seen"),
    [
        ({}, True),
        ({"expires_on": 1}, True),
        ({"expires_on": 0}, False),
        ({"expires_on": -1}, False),
        ({"expires_at": 60}, True),
        ({"expires_at": 0}, False),
        ({"expires_at": -60}, False),
        ({"ended_at": 0}, False),
    ],
)
def test_a_naming_holds_until_its_end_and_not_at_it(
    world: dict[str, Any], actor_of: ActorOf, restricted: Person, fields: dict[str, int], seen: bool
) -> None:
    actor = actor_of(Role.OFFENDER_MANAGER)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        now = cursor.fetchone()[0]
    values: dict[str, Any] = {
        name: timezone.localdate() + timedelta(days=value)
        if name == "expires_on"
        else now + timedelta(seconds=value)
        for name, value in fields.items()
    }

    GrantFactory(content_object=restricted, user_id=actor.user_id, **values)

    expected = {restricted.pk} if seen else set()
    assert seen_by(actor) == (expected,) * 3


def test_a_naming_opens_nothing_to_somebody_who_no_longer_works_here(
    world: dict[str, Any], actor_of: ActorOf, restricted: Person
) -> None:
    actor = actor_of(Role.SUPERVISOR)
    GrantFactory(content_object=restricted, user_id=actor.user_id)
    with as_owner():
        Membership.objects.filter(pk=actor.membership_id).update(ends_on=timezone.localdate())

    with as_actor(actor):
        assert Person.objects.count() == 0
        assert Marker.objects.count() == 0


def test_nobody_adds_a_grant_by_a_plain_insert(
    world: dict[str, Any], actor_of: ActorOf, restricted: Person
) -> None:
    actor = actor_of(Role.INSPECTOR)
    with pytest.raises(ProgrammingError, match="permission denied"), as_actor(actor):
        PersonUserGrant.objects.bulk_create(
            [PersonUserGrant(content_object=restricted, user_id=actor.user_id, permission_id=1)]
        )


def test_the_police_cannot_take_the_mark_off_a_record_by_a_plain_update(
    world: dict[str, Any], actor_of: ActorOf, restricted: Person
) -> None:
    actor = actor_of(Role.INSPECTOR)
    GrantFactory(content_object=restricted, user_id=actor.user_id)
    with pytest.raises(ProgrammingError, match="permission denied"), as_actor(actor):
        Person.objects.filter(pk=restricted.pk).update(is_restricted=False)


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.ANALYST, Role.AUDITOR, Role.PARTNER_MANAGER])
def test_a_large_table_read_by_several_processes_gives_the_same(
    world: dict[str, Any], actor_of: ActorOf, restricted: Person, role: Role
) -> None:
    other, actor = PersonFactory(home_unit=world["north"]), actor_of(role)
    AgencyAccessFactory(person=other, agency=world["probation"])
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL min_parallel_table_scan_size = 0; SET LOCAL parallel_setup_cost = 0;"
            " SET LOCAL parallel_tuple_cost = 0; SET LOCAL debug_parallel_query = on"
        )

    with as_actor(actor):
        assert visible_to(actor).count() == Person.objects.count() == 1
        assert Marker.objects.count() == 0
