"""Who sees whom, through both layers: the ORM's `visible_to` and the row policies under it (SHR-2)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from iom.access.actor import Actor
from iom.access.faults import faults
from iom.access.models import AgencyAccess
from iom.access.scope import as_actor, as_owner, as_service
from iom.accounts.rules import Role
from iom.audit.models import Change
from iom.persons.models import Person
from iom.persons.permissions import visible_to
from tests.factories import AgencyAccessFactory, MembershipFactory, PersonFactory

pytestmark = pytest.mark.django_db
ActorOf = Callable[..., Actor]


def both_layers(actor: Actor) -> tuple[set[int], set[int]]:
    with as_actor(actor):
        return set(visible_to(actor).values_list("pk", flat=True)), set(
            Person.objects.values_list("pk", flat=True)
        )


def test_without_a_scope_nothing_can_be_read(world: dict[str, Any]) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Person.objects.count()


def test_police_see_their_own_district_by_home_and_by_responsibility(
    world: dict[str, Any], actor_of: ActorOf
) -> None:
    home = PersonFactory(home_unit=world["north"])
    managed = PersonFactory(home_unit=world["south"], managing_unit=world["north"])
    PersonFactory(home_unit=world["south"])

    orm, database = both_layers(actor_of(Role.OFFENDER_MANAGER))

    assert orm == database == {home.pk, managed.pk}


def test_force_wide_roles_see_every_district(world: dict[str, Any], actor_of: ActorOf) -> None:
    people = {PersonFactory(home_unit=world[unit]).pk for unit in ("north", "south")}

    for role in (Role.CENTRAL_SPOC, Role.ANALYST, Role.AUDITOR):
        assert both_layers(actor_of(role)) == (people, people)


def test_an_administrator_sees_no_person(world: dict[str, Any], actor_of: ActorOf) -> None:
    PersonFactory(home_unit=world["north"])
    actor = actor_of(Role.ADMINISTRATOR)

    with as_actor(actor):
        assert not visible_to(actor).exists()
    with pytest.raises(ProgrammingError, match="permission denied"), as_actor(actor):
        Person.objects.count()


@pytest.mark.parametrize(
    ("starts", "ends", "seen"),
    [(-1, None, True), (0, None, True), (1, None, False), (-9, 1, True), (-9, 0, False), (-9, -1, False)],
)
def test_a_partner_sees_a_person_only_while_they_are_shared(
    world: dict[str, Any], actor_of: ActorOf, starts: int, ends: int | None, seen: bool
) -> None:
    today = timezone.localdate()
    person = PersonFactory(home_unit=world["north"])
    AgencyAccessFactory(
        person=person,
        agency=world["probation"],
        starts_on=today + timedelta(days=starts),
        ends_on=None if ends is None else today + timedelta(days=ends),
    )

    expected = {person.pk} if seen else set()
    assert both_layers(actor_of(Role.PARTNER_PRACTITIONER)) == (expected, expected)
    assert both_layers(actor_of(Role.PARTNER_PRACTITIONER, agency="drugs")) == (set(), set())


def test_an_agency_whose_agreement_has_lapsed_sees_nothing(world: dict[str, Any], actor_of: ActorOf) -> None:
    AgencyAccessFactory(person=PersonFactory(home_unit=world["north"]), agency=world["lapsed"])

    assert both_layers(actor_of(Role.PARTNER_MANAGER, agency="lapsed")) == (set(), set())


def test_a_membership_that_ended_gives_no_reach_even_to_a_stale_actor(
    world: dict[str, Any], actor_of: ActorOf
) -> None:
    PersonFactory(home_unit=world["north"])
    actor = actor_of(Role.SUPERVISOR)
    with as_owner():
        actor_membership = MembershipFactory._meta.model.objects.get(pk=actor.membership_id)
        actor_membership.ends_on = timezone.localdate()
        actor_membership.save()

    with as_actor(actor):
        assert Person.objects.count() == 0


def test_a_nested_scope_gives_back_the_outer_one(world: dict[str, Any], actor_of: ActorOf) -> None:
    PersonFactory(home_unit=world["south"])
    actor = actor_of(Role.SUPERVISOR)

    with as_actor(actor):
        with as_service():
            assert Person.objects.count() == 1
        assert Person.objects.count() == 0


def test_a_partner_cannot_write_a_person(world: dict[str, Any], actor_of: ActorOf) -> None:
    person = PersonFactory(home_unit=world["north"])
    AgencyAccessFactory(person=person, agency=world["probation"])

    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        as_actor(actor_of(Role.PARTNER_PRACTITIONER)),
    ):
        Person.objects.filter(pk=person.pk).update(family_name="Other")


@pytest.mark.parametrize("name", ["nominal_ref", "pnc_id", "family_name", "home_unit_id"])
def test_who_a_person_is_comes_from_source_systems_so_that_no_reference_can_be_tried(
    world: dict[str, Any], actor_of: ActorOf, name: str
) -> None:
    person = PersonFactory(home_unit=world["north"])
    elsewhere = PersonFactory(home_unit=world["south"])

    with pytest.raises(ProgrammingError, match="permission denied"), as_actor(actor_of(Role.SUPERVISOR)):
        Person.objects.filter(pk=person.pk).update(**{name: getattr(elsewhere, name)})


def test_a_share_is_begun_by_whoever_may_share_and_never_moved_to_another(
    world: dict[str, Any], actor_of: ActorOf
) -> None:
    person, other = PersonFactory(home_unit=world["north"]), PersonFactory(home_unit=world["north"])
    share = AgencyAccessFactory(person=person, agency=world["probation"])
    manager, sergeant, today = (
        actor_of(Role.OFFENDER_MANAGER),
        actor_of(Role.SUPERVISOR),
        timezone.localdate(),
    )
    new = {"person": other, "agency": world["drugs"], "starts_on": today, "reason": "Joint case"}
    shares = AgencyAccess.objects.filter(pk=share.pk)

    for change in ({"agency": world["drugs"]}, {"person": other}, {"data_classes": None}):
        with pytest.raises(ProgrammingError, match="permission denied"), as_actor(sergeant):
            shares.update(**change)
    with pytest.raises(ProgrammingError, match="row-level security"), as_actor(manager):
        AgencyAccess.objects.create(**new)
    with as_actor(manager):
        assert shares.update(ends_on=today) == 1
    with pytest.raises(ProgrammingError, match="row-level security"), as_actor(manager):
        shares.update(ends_on=None)
    with as_actor(sergeant):
        AgencyAccess.objects.create(**new)


def test_every_change_of_a_person_is_captured_with_who_made_it(
    world: dict[str, Any], actor_of: ActorOf
) -> None:
    person = PersonFactory(home_unit=world["north"])
    actor = actor_of(Role.SUPERVISOR)

    with as_actor(actor):
        Person.objects.filter(pk=person.pk).update(is_managed=True)

    with as_owner():
        change = Change.objects.filter(subject=person.pk, operation="UPDATE").get()
    assert change.before == {"is_managed": False}
    assert change.after == {"is_managed": True}
    assert (change.user_id, change.database_role) == (actor.user_id, "iom_police")


def test_the_captured_changes_cannot_be_altered_by_any_class(
    world: dict[str, Any], actor_of: ActorOf
) -> None:
    for role in (Role.SUPERVISOR, Role.PARTNER_MANAGER, Role.AUDITOR, Role.ADMINISTRATOR):
        with pytest.raises(ProgrammingError, match="permission denied"), as_actor(actor_of(role)):
            Change.objects.update(table_name="x")
    with pytest.raises(ProgrammingError, match="permission denied"), as_service():
        Change.objects.all().delete()


def test_the_database_agrees_with_every_policy_in_the_code(db: None) -> None:
    with as_owner():
        assert faults(connection) == []
