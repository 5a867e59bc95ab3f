"""The partnership page tells who sits where, who to call, and with whom nothing may be shared (ORG-2, ORG-6, SHR-1)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from iom.access.scope import as_actor, as_owner
from iom.accounts.rules import Role
from iom.agencies.models import Membership
from iom.agencies.selectors import contacts_by_unit, partnership
from tests.factories import AgencyFactory, MembershipFactory, TeamFactory

pytestmark = pytest.mark.django_db
ClientFor = Callable[..., Client]


@pytest.fixture
def contact(world: dict[str, Any]) -> Membership:
    team = TeamFactory(
        agency=world["drugs"],
        unit=world["north"],
        name="North team",
        location="Mill Street",
        contact_phone="01632 960123",
    )
    return MembershipFactory(team=team, role="partner_practitioner", is_contact=True)


@pytest.mark.parametrize("role", list(Role))
def test_everybody_with_a_role_reads_the_partnership(
    client_for: ClientFor, contact: Membership, role: Role
) -> None:
    client = client_for(role)

    page = client.get("/agencies/")

    assert page.status_code == 200
    text = page.content.decode()
    assert "Mill Street" in text
    assert "01632 960123" in text
    assert contact.user.email in text
    assert "Old Housing Trust today" in text
    assert client.get("/agencies/drugs/").status_code == 200


def test_a_visitor_reads_nothing(world: dict[str, Any]) -> None:
    for url in ("/agencies/", "/agencies/drugs/"):
        assert Client().get(url).status_code == 302


def test_an_agency_that_is_not_there_is_not_found(client_for: ClientFor) -> None:
    assert client_for(Role.SUPERVISOR).get("/agencies/nobody/").status_code == 404


def test_a_district_without_a_contact_says_that_nobody_is_named(
    client_for: ClientFor, contact: Membership
) -> None:
    client = client_for(Role.SUPERVISOR)

    def lines(unit: str) -> dict[str, list[str]]:
        shown = client.get(f"/agencies/?unit={unit}").context["unit"]
        return {line.agency.code: [one.name for one in line.contacts] for line in shown.lines}

    assert lines("north") == {"drugs": [contact.user.name], "probation": [], "lapsed": []}
    assert lines("south") == {"drugs": [], "probation": [], "lapsed": []}
    assert b"Nobody is named" in client.get("/agencies/?unit=south").content


def test_a_contact_for_the_whole_area_stands_in_where_a_district_has_none(
    world: dict[str, Any], actor_of: Callable[..., Any], contact: Membership
) -> None:
    anywhere = MembershipFactory(
        team=TeamFactory(agency=world["drugs"], unit=None), role="partner_manager", is_contact=True
    )
    with as_actor(actor_of(Role.SUPERVISOR)):
        units = {unit.code: unit for unit in contacts_by_unit(partnership(on=timezone.localdate()))}

    def named(code: str) -> list[str]:
        return [c.name for line in units[code].lines if line.agency.code == "drugs" for c in line.contacts]

    assert named("north") == [contact.user.name]
    assert named("south") == [anywhere.user.name]


def test_a_contact_who_left_is_no_longer_named(client_for: ClientFor, contact: Membership) -> None:
    with as_owner():
        Membership.objects.filter(pk=contact.pk).update(ends_on=timezone.localdate())

    assert contact.user.name not in client_for(Role.SUPERVISOR).get("/agencies/?unit=north").content.decode()


def test_the_partnership_takes_the_same_queries_however_many_agencies(
    world: dict[str, Any], actor_of: Callable[..., Any], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    actor = actor_of(Role.SUPERVISOR)
    for _ in range(5):
        MembershipFactory(
            team=TeamFactory(agency=AgencyFactory(agreement=True), unit=world["north"]), is_contact=True
        )

    with as_actor(actor), django_assert_num_queries(4):
        assert len(partnership(on=timezone.localdate())) == 9
