"""Restricting a record, naming people on it and lifting it; case managers follow the case (SHR-2, NEW-7)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cohorts.services import allocate_manager
from iom.access import grants
from iom.access.actor import Actor
from iom.access.models import PersonUserGrant
from iom.access.rules import GrantBasis
from iom.access.scope import as_actor, as_owner
from iom.accounts.models import User
from iom.accounts.rules import Role
from iom.agencies.models import Membership
from iom.kernel.errors import Forbidden, Invalid, NotFound, Refused
from iom.persons import services
from iom.persons.models import Person, Restriction
from iom.persons.permissions import visible_to
from tests.access.factories import GrantFactory
from tests.factories import AgencyAccessFactory, PersonFactory
from tests.today import TODAY, at, selected

pytestmark = pytest.mark.django_db
ActorOf = Callable[..., Actor]
WHY = "Brother of a detective here."


@pytest.fixture
def person(world: dict[str, Any]) -> Person:
    return PersonFactory(home_unit=world["north"], nominal_ref="NV4000001", family_name="Kinmarker")


def sees(actor: Actor) -> bool:
    with as_actor(actor):
        orm = visible_to(actor).exists()
        assert orm == Person.objects.exists()
    return orm


def restrict(actor: Actor, **values: Any) -> None:
    with as_actor(actor):
        services.restrict_record("NV4000001", by=actor, **{"kind": "staff_relative", "reason": WHY, **values})


def username(actor: Actor) -> str:
    with as_owner():
        return User.objects.get(pk=actor.user_id).username


def name_on(actor: Actor, other: Actor, **values: Any) -> None:
    with as_actor(actor):
        services.name_user(
            "NV4000001", by=actor, on=TODAY, username=username(other), **{"reason": WHY, **values}
        )


def test_restricting_leaves_the_inspector_and_the_case_s_manager_and_nobody_else(
    world: dict[str, Any], actor_of: ActorOf, person: Person
) -> None:
    sergeant, manager, inspector = (
        actor_of(role) for role in (Role.SUPERVISOR, Role.OFFENDER_MANAGER, Role.INSPECTOR)
    )
    case = selected(world, person, sergeant, "north")
    with as_actor(sergeant):
        allocate_manager(
            case.pk, by=sergeant, at=at(1), manager_id=manager.user_id, reason="Takes over the case."
        )

    restrict(inspector)

    assert [sees(actor) for actor in (inspector, manager, sergeant)] == [True, True, False]
    assert not sees(actor_of(Role.CENTRAL_SPOC))
    with as_owner():
        (row,) = Restriction.objects.all()
    assert (row.kind, row.reason, row.set_by_id, row.lifted_at) == (
        "staff_relative",
        WHY,
        inspector.user_id,
        None,
    )


def test_what_was_opened_by_a_search_closes_when_the_record_is_restricted(
    person: Person, actor_of: ActorOf
) -> None:
    reader, glass = actor_of(Role.OFFENDER_MANAGER, unit="south"), actor_of(Role.SUPERVISOR, unit="south")
    with as_actor(reader):
        services.open_elsewhere("NV4000001", by=reader, reason=WHY)
    with as_actor(glass):
        services.break_glass("NV4000001", by=glass, reason=WHY, at=timezone.now())
    before = sees(reader), sees(glass)

    restrict(actor_of(Role.INSPECTOR))

    assert before == (True, True)
    assert (sees(reader), sees(glass)) == (False, True)


def test_a_case_manager_s_naming_comes_and_goes_with_the_case(
    world: dict[str, Any], actor_of: ActorOf, person: Person
) -> None:
    sergeant, first, second, inspector = (
        actor_of(role)
        for role in (Role.SUPERVISOR, Role.OFFENDER_MANAGER, Role.OFFENDER_MANAGER, Role.INSPECTOR)
    )
    case = selected(world, person, sergeant, "north")
    with as_actor(sergeant):
        allocate_manager(
            case.pk, by=sergeant, at=at(1), manager_id=first.user_id, reason="Takes over the case."
        )
    restrict(inspector)

    with as_actor(inspector):
        allocate_manager(
            case.pk, by=inspector, at=at(2), manager_id=second.user_id, reason="First is on leave."
        )

    assert [sees(actor) for actor in (first, second, inspector)] == [False, True, True]


def test_somebody_named_for_another_reason_keeps_that_when_they_leave_the_case(
    world: dict[str, Any], actor_of: ActorOf, person: Person
) -> None:
    sergeant, first, second, inspector = (
        actor_of(role)
        for role in (Role.SUPERVISOR, Role.OFFENDER_MANAGER, Role.OFFENDER_MANAGER, Role.INSPECTOR)
    )
    case = selected(world, person, sergeant, "north")
    restrict(inspector)
    name_on(inspector, first)
    with as_actor(inspector):
        allocate_manager(
            case.pk, by=inspector, at=at(1), manager_id=first.user_id, reason="Knows the person."
        )
        allocate_manager(
            case.pk, by=inspector, at=at(2), manager_id=second.user_id, reason="First is on leave."
        )

    assert sees(first)


def test_the_database_itself_asks_whether_somebody_manages_the_case(
    world: dict[str, Any], actor_of: ActorOf, person: Person
) -> None:
    sergeant, manager, other, inspector = (
        actor_of(role)
        for role in (Role.SUPERVISOR, Role.OFFENDER_MANAGER, Role.OFFENDER_MANAGER, Role.INSPECTOR)
    )
    case = selected(world, person, sergeant, "north")
    with as_actor(sergeant):
        allocate_manager(
            case.pk, by=sergeant, at=at(1), manager_id=manager.user_id, reason="Takes over the case."
        )
        for user in (other.user_id, sergeant.user_id):
            with pytest.raises(Forbidden, match="manage no case"):
                grants.name_user(person.pk, user, reason=WHY, basis=GrantBasis.CASE_MANAGER)
    restrict(inspector)
    name_on(inspector, other)

    with as_actor(other), pytest.raises(Forbidden, match="still manage the case"):
        grants.end_naming(person.pk, manager.user_id, basis=GrantBasis.CASE_MANAGER)
    assert sees(manager)


def test_who_is_named_on_a_restricted_record_names_others_only_with_the_power_to_restrict(
    actor_of: ActorOf, person: Person
) -> None:
    sergeant, inspector, other = (
        actor_of(role) for role in (Role.SUPERVISOR, Role.INSPECTOR, Role.OFFENDER_MANAGER)
    )
    restrict(inspector)
    name_on(inspector, sergeant)

    with pytest.raises(Forbidden, match="may not do that"):
        name_on(sergeant, other)
    assert (sees(sergeant), sees(other)) == (True, False)


@pytest.mark.parametrize("role", [Role.OFFENDER_MANAGER, Role.SUPERVISOR, Role.ANALYST, Role.SUPPORT])
def test_only_inspectors_and_the_central_point_restrict(
    actor_of: ActorOf, person: Person, role: Role
) -> None:
    actor = actor_of(role)
    with pytest.raises(Forbidden):
        restrict(actor)
    with pytest.raises(Forbidden), as_actor(actor):
        grants.restrict(person.pk, kind="other", reason=WHY, keepers=[])
    assert sees(actor)


def test_an_inspector_of_another_district_cannot_restrict(actor_of: ActorOf, person: Person) -> None:
    actor = actor_of(Role.INSPECTOR, unit="south")
    with pytest.raises(NotFound):
        restrict(actor)
    with pytest.raises(Forbidden), as_actor(actor):
        grants.restrict(person.pk, kind="other", reason=WHY, keepers=[])


def test_restricting_twice_and_an_unknown_kind_are_refused(actor_of: ActorOf, person: Person) -> None:
    actor = actor_of(Role.INSPECTOR)
    with pytest.raises(Invalid):
        restrict(actor, kind="whatever")
    restrict(actor)
    with pytest.raises(Refused, match="already"):
        restrict(actor)


def test_lifting_shows_the_record_again_and_keeps_the_history(actor_of: ActorOf, person: Person) -> None:
    inspector, sergeant = actor_of(Role.INSPECTOR), actor_of(Role.SUPERVISOR)
    restrict(inspector)

    with as_actor(inspector):
        services.lift_restriction("NV4000001", by=inspector, reason="The detective has retired.")

    assert sees(sergeant)
    with as_owner():
        (row,) = Restriction.objects.all()
        assert not PersonUserGrant.objects.filter(ended_at__isnull=True).exists()
    assert (row.lifted_by_id, row.lifted_reason) == (inspector.user_id, "The detective has retired.")
    restrict(inspector)
    assert not sees(sergeant)


def test_naming_opens_a_restricted_record_until_its_day(
    world: dict[str, Any], actor_of: ActorOf, person: Person
) -> None:
    inspector, other = actor_of(Role.INSPECTOR), actor_of(Role.OFFENDER_MANAGER, unit="south")
    restrict(inspector)

    name_on(inspector, other, until=timezone.localdate() + timedelta(days=1))
    assert sees(other)
    with as_actor(inspector):
        grant = PersonUserGrant.objects.get(user_id=other.user_id, ended_at__isnull=True)
        services.end_naming("NV4000001", grant.pk, by=inspector, reason="The cover is over.")
    assert not sees(other)


def test_the_last_who_could_lift_stays_named(actor_of: ActorOf, person: Person) -> None:
    inspector, other = actor_of(Role.INSPECTOR), actor_of(Role.OFFENDER_MANAGER)
    restrict(inspector)
    name_on(inspector, other)

    with as_actor(inspector):
        own = PersonUserGrant.objects.get(user_id=inspector.user_id)
        with pytest.raises(Refused, match="must stay named"):
            services.end_naming("NV4000001", own.pk, by=inspector, reason="I am leaving the force.")


def test_who_only_broke_the_glass_names_nobody_while_somebody_is_named(
    actor_of: ActorOf, person: Person
) -> None:
    inspector, second, other = (
        actor_of(Role.INSPECTOR),
        actor_of(Role.INSPECTOR),
        actor_of(Role.OFFENDER_MANAGER),
    )
    restrict(inspector)
    with as_actor(second):
        services.break_glass("NV4000001", by=second, reason=WHY, at=at(1))
    assert sees(second)

    with pytest.raises(Forbidden):
        name_on(second, other)
    with pytest.raises(Forbidden), as_actor(second):
        services.lift_restriction("NV4000001", by=second, reason="I want to see it.")
    with as_owner():
        Membership.objects.filter(user_id=inspector.user_id).update(ends_on=timezone.localdate())
    name_on(second, other)
    assert sees(other)


def test_a_sergeant_names_somebody_on_an_open_record_of_the_own_district_only(
    world: dict[str, Any], actor_of: ActorOf, person: Person
) -> None:
    sergeant, other = actor_of(Role.SUPERVISOR), actor_of(Role.OFFENDER_MANAGER, unit="south")

    name_on(sergeant, other)

    assert sees(other)
    southern = actor_of(Role.SUPERVISOR, unit="south")
    with pytest.raises(NotFound):
        name_on(southern, other)
    GrantFactory(content_object=person, user_id=southern.user_id)
    with pytest.raises(Forbidden):
        name_on(southern, other)


def test_nobody_names_themself(actor_of: ActorOf, person: Person) -> None:
    sergeant = actor_of(Role.SUPERVISOR)
    with pytest.raises(Invalid, match="yourself"):
        name_on(sergeant, sergeant)
    with pytest.raises(Forbidden), as_actor(sergeant):
        grants.name_user(person.pk, sergeant.user_id or 0, reason=WHY)


def test_reach_follows_the_unit_that_answers_for_the_person_at_once(
    world: dict[str, Any], actor_of: ActorOf, person: Person
) -> None:
    officer = actor_of(Role.PRISON_OFFICER)
    assert not sees(officer)

    with as_owner():
        Person.objects.filter(pk=person.pk).update(managing_unit=world["hub"])
    assert sees(officer)
    with as_owner():
        Person.objects.filter(pk=person.pk).update(managing_unit=None)
    assert not sees(officer)


def test_a_restricted_record_is_absent_from_every_page_of_whoever_is_not_named(
    world: dict[str, Any], actor_of: ActorOf, client_for: Callable[..., Client], person: Person
) -> None:
    sergeant, inspector = actor_of(Role.SUPERVISOR), actor_of(Role.INSPECTOR)
    case = selected(world, person, sergeant, "north")
    AgencyAccessFactory(person=person, agency=world["probation"])
    restrict(inspector)

    for role in (Role.SUPERVISOR, Role.CENTRAL_SPOC, Role.ANALYST, Role.AUDITOR, Role.PARTNER_MANAGER):
        browser = client_for(role)
        for address in (
            "/",
            "/people/?q=Kinmarker",
            "/cases/",
            "/deadlines/",
            "/referrals/",
            "/notifications/",
            "/meetings/",
            "/reports/compliance/",
            "/api/v1/cases/",
        ):
            body = browser.get(address).content.decode()
            for typed in ('value="Kinmarker"', "“Kinmarker”", "q=Kinmarker", "q%3DKinmarker"):
                body = body.replace(typed, "")
            assert "Kinmarker" not in body, (role, address)
            assert "NV4000001" not in body, (role, address)
        for address in ("/people/NV4000001/", f"/cases/{case.pk}/", "/people/NV4000001/who-sees/"):
            assert browser.get(address).status_code == 404, (role, address)
    assert client_for(inspector).get(f"/cases/{case.pk}/").status_code == 200


def test_the_page_restricts_names_and_lifts(
    world: dict[str, Any], actor_of: ActorOf, client_for: Callable[..., Client], person: Person
) -> None:
    browser, other = client_for(Role.INSPECTOR), actor_of(Role.OFFENDER_MANAGER, unit="south")
    base = "/people/NV4000001/who-sees/"

    assert "Restrict the record" in browser.get(base).content.decode()
    page = browser.post(f"{base}restrict/", {"kind": "other", "reason": WHY}, follow=True).content.decode()
    assert "The record is restricted" in page
    assert "Restricted record" in page
    page = browser.post(
        f"{base}name/", {"username": username(other), "reason": WHY}, follow=True
    ).content.decode()
    assert other.name in page
    with as_owner():
        pk = PersonUserGrant.objects.get(user_id=other.user_id).pk
    page = browser.post(f"{base}{pk}/end/", {"reason": WHY}, follow=True).content.decode()
    assert other.name not in page
    page = browser.post(f"{base}lift/", {"reason": WHY}, follow=True).content.decode()
    assert "Lift the restriction" not in page
    assert "Still restricted" not in page


def test_a_sergeant_may_look_who_sees_the_record_but_not_restrict_it(
    world: dict[str, Any], client_for: Callable[..., Client], person: Person
) -> None:
    browser = client_for(Role.SUPERVISOR)

    page = browser.get("/people/NV4000001/who-sees/").content.decode()
    assert "Restrict the record" not in page
    assert (
        browser.post("/people/NV4000001/who-sees/restrict/", {"kind": "other", "reason": WHY}).status_code
        == 403
    )
    assert client_for(Role.OFFENDER_MANAGER).get("/people/NV4000001/who-sees/").status_code == 403


def test_the_forms_of_who_sees_a_record_open_only_for_those_whose_answer_is_taken(
    actor_of: ActorOf, client_for: Callable[..., Client], person: Person
) -> None:
    inspector, sergeant = actor_of(Role.INSPECTOR), actor_of(Role.SUPERVISOR)
    elsewhere = actor_of(Role.SUPERVISOR, unit="south")
    address = "/people/NV4000001/who-sees/name/"
    GrantFactory(content_object=person, user_id=elsewhere.user_id)

    def answers(actor: Actor) -> tuple[int, int]:
        browser = client_for(actor)
        sent = {"username": username(inspector), "reason": WHY}
        return browser.get(address).status_code, browser.post(address, sent).status_code

    assert answers(sergeant) == (200, 302)
    assert answers(elsewhere) == (403, 403)
    restrict(inspector)
    name_on(inspector, sergeant)
    assert answers(sergeant) == (403, 403)
    assert client_for(inspector).get(address).status_code == 200
