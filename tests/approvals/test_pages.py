"""The pages of a second signature."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from iom.access.actor import Actor
from iom.access.scope import as_actor, as_owner
from iom.accounts.rules import Role
from iom.approvals import services
from iom.approvals.models import Approval
from iom.audit.models import Act
from iom.persons.models import Person
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
ActorOf = Callable[..., Actor]
ClientFor = Callable[..., Client]


@pytest.fixture
def person(world: dict[str, Any]) -> Person:
    return PersonFactory(home_unit=world["north"], given_names="Sam", family_name="Marker")


@pytest.fixture
def asker(actor_of: ActorOf) -> Actor:
    return actor_of(Role.SUPERVISOR)


@pytest.fixture
def approval(asker: Actor, person: Person, world: dict[str, Any]) -> Approval:
    with as_actor(asker):
        return services.ask(
            "test.rename",
            by=asker,
            at=timezone.now(),
            payload={"name": "Alex"},
            reason="The name is wrong on record",
            person_id=person.pk,
            unit_id=world["north"].pk,
        )


def test_the_decider_finds_signs_and_it_is_done(
    client_for: ClientFor, approval: Approval, person: Person
) -> None:
    client = client_for(Role.INSPECTOR)
    listed = client.get("/approvals/").content.decode()
    detail = client.get(f"/approvals/{approval.pk}/").content.decode()
    form = client.get(f"/approvals/{approval.pk}/approve/").content.decode()
    answer = client.post(f"/approvals/{approval.pk}/approve/", {"reason": "Checked"}, follow=True)

    assert "Rename a person" in listed
    assert "Sam Marker" in listed
    for page in (detail, form):
        assert "Alex" in page
        assert "The name is wrong on record" in page
    assert "Signed and done." in answer.content.decode()
    with as_owner():
        assert Person.objects.get(pk=person.pk).given_names == "Alex"
        assert Act.objects.filter(subjects__contains=[person.pk], action="look:second signature").count() == 2


def test_what_waits_says_when_it_lapses_also_beside_what_was_decided(
    client_for: ClientFor, asker: Actor, approval: Approval, person: Person, world: dict[str, Any]
) -> None:
    client = client_for(Role.INSPECTOR)
    client.post(f"/approvals/{approval.pk}/approve/", {"reason": "Checked"})
    with as_actor(asker):
        services.ask(
            "test.rename",
            by=asker,
            at=timezone.now(),
            payload={"name": "Alexis"},
            reason="The name is wrong again",
            person_id=person.pk,
            unit_id=world["north"].pk,
        )

    listed = client.get("/approvals/").content.decode()
    waiting, decided = listed.split("Decided and lapsed")

    assert (waiting.count(">Lapses<"), waiting.count(">Decided<")) == (1, 0)
    assert (decided.count(">Lapses<"), decided.count(">Decided<")) == (0, 1)


def test_the_asker_has_no_button_and_a_post_is_refused(
    client_for: ClientFor, asker: Actor, approval: Approval
) -> None:
    client = client_for(asker)

    page = client.get(f"/approvals/{approval.pk}/").content.decode()

    assert "Withdraw the request" in page
    assert f"/approvals/{approval.pk}/approve/" not in page
    assert client.post(f"/approvals/{approval.pk}/approve/").status_code == 409
    with as_owner():
        assert Approval.objects.get(pk=approval.pk).status == "waiting"


def test_a_refusal_needs_its_reason_at_the_field(client_for: ClientFor, approval: Approval) -> None:
    client = client_for(Role.INSPECTOR)

    page = client.post(f"/approvals/{approval.pk}/refuse/", {"reason": "no"})
    done = client.post(f"/approvals/{approval.pk}/refuse/", {"reason": "The name is right"})

    assert page.status_code == 200
    assert "There is a problem" in page.content.decode()
    assert done.status_code == 302


def test_roles_without_any_kind_have_neither_item_nor_page(client_for: ClientFor, approval: Approval) -> None:
    for role in (Role.PARTNER_MANAGER, Role.PARTNER_PRACTITIONER):
        client = client_for(role)

        assert client.get("/approvals/").status_code == 403
        assert client.get(f"/approvals/{approval.pk}/").status_code == 404
        assert "Second signature" not in client.get("/").content.decode()


def test_the_menu_leads_deciders_there(client_for: ClientFor) -> None:
    assert "Second signature" in client_for(Role.INSPECTOR).get("/notifications/").content.decode()


def test_the_list_costs_the_same_however_long(
    client_for: ClientFor, django_assert_num_queries: Any, asker: Actor, person: Person, world: dict[str, Any]
) -> None:
    client = client_for(Role.INSPECTOR)
    client.get("/approvals/")
    counts = []
    for _ in range(2):
        for _ in range(4):
            with as_actor(asker):
                services.ask(
                    "test.rename",
                    by=asker,
                    at=timezone.now(),
                    payload={"name": "Alex"},
                    reason="The name is wrong on record",
                    person_id=person.pk,
                    unit_id=world["north"].pk,
                )
        with django_assert_num_queries(100, exact=False) as asked:
            client.get("/approvals/")
        counts.append(len(asked))

    assert counts[0] == counts[1]
