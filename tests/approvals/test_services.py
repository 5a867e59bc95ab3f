"""One asks, another decides: nobody both, and what was asked for is done with the decision or not at all."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from iom.access.actor import SYSTEM, Actor
from iom.access.scope import as_actor, as_owner, as_service
from iom.accounts.rules import Role
from iom.agencies.models import Agency
from iom.approvals import permissions, selectors, services
from iom.approvals.models import Approval
from iom.audit.models import Act
from iom.kernel.errors import Forbidden, Invalid, NotFound, Refused
from iom.notifications.models import Notification
from iom.persons.models import Person
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
ActorOf = Callable[..., Actor]
AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
LATER = AT + timedelta(days=1)


@pytest.fixture
def person(world: dict[str, Any]) -> Person:
    return PersonFactory(home_unit=world["north"], given_names="Sam")


@pytest.fixture
def asker(actor_of: ActorOf) -> Actor:
    return actor_of(Role.SUPERVISOR)


@pytest.fixture
def decider(actor_of: ActorOf) -> Actor:
    return actor_of(Role.INSPECTOR)


def asked(by: Actor, person: Person, world: dict[str, Any], name: str = "Alex") -> Approval:
    with as_actor(by):
        return services.ask(
            "test.rename",
            by=by,
            at=AT,
            payload={"name": name},
            reason="The name is wrong on record",
            person_id=person.pk,
            unit_id=world["north"].pk,
        )


def name_of(person: Person) -> str:
    with as_owner():
        return Person.objects.get(pk=person.pk).given_names


def status_of(approval: Approval) -> str:
    with as_owner():
        return Approval.objects.get(pk=approval.pk).status


def test_nothing_is_done_by_asking(asker: Actor, person: Person, world: dict[str, Any]) -> None:
    approval = asked(asker, person, world)

    assert name_of(person) == "Sam"
    assert (approval.status, approval.lapses_at) == ("waiting", AT + timedelta(days=14))


def test_another_person_signs_and_it_is_done(
    asker: Actor, decider: Actor, person: Person, world: dict[str, Any]
) -> None:
    approval = asked(asker, person, world)

    with as_actor(decider):
        services.approve(approval.pk, by=decider, at=LATER, reason="Checked")

    assert name_of(person) == "Alex"
    with as_owner():
        done = Approval.objects.get(pk=approval.pk)
        acts = list(Act.objects.filter(subjects__contains=[person.pk]).values_list("action", "user_id"))
    assert (done.status, done.decided_by_id, done.decided_at) == ("approved", decider.user_id, LATER)
    assert acts == [
        ("approvals.approval.asked", asker.user_id),
        ("approvals.approval.approved", decider.user_id),
    ]


@pytest.mark.parametrize("act", [services.approve, services.refuse])
def test_the_asker_never_decides_whatever_their_role(
    asker: Actor, person: Person, world: dict[str, Any], act: Any
) -> None:
    approval = asked(asker, person, world)

    with pytest.raises(Refused, match="Somebody other than"), as_actor(asker):
        act(approval.pk, by=asker, at=LATER, reason="I agree with myself")

    assert (name_of(person), status_of(approval)) == ("Sam", "waiting")


@pytest.mark.parametrize("status", ["approved", "refused"])
def test_the_database_itself_refuses_the_asker_as_decider(
    asker: Actor, person: Person, world: dict[str, Any], status: str
) -> None:
    approval = asked(asker, person, world)
    decision = {"status": status, "decided_by": asker.user_id, "decided_at": LATER, "decision_reason": "x"}

    with pytest.raises(IntegrityError, match="takes_two_people"), as_actor(asker):
        Approval.objects.filter(pk=approval.pk).update(**decision)


def test_what_was_asked_cannot_be_rewritten(asker: Actor, person: Person, world: dict[str, Any]) -> None:
    approval = asked(asker, person, world)

    for change in ({"payload": {"name": "Other"}}, {"reason": "Other"}, {"asked_by": None}):
        with pytest.raises(ProgrammingError, match="permission denied"), as_actor(asker):
            Approval.objects.filter(pk=approval.pk).update(**change)


def test_nobody_asks_or_signs_in_anothers_name(
    asker: Actor, decider: Actor, person: Person, world: dict[str, Any]
) -> None:
    approval = asked(asker, person, world)
    third = {"status": "approved", "decided_by": asker.user_id + 999, "decided_at": LATER}

    with pytest.raises(ProgrammingError, match="row-level security"), as_actor(decider):
        Approval.objects.filter(pk=approval.pk).update(**third)
    with pytest.raises(ProgrammingError, match="row-level security"), as_actor(decider):
        Approval.objects.create(
            kind="test.rename",
            decider_class="police",
            reason="In another name",
            asked_by_id=asker.user_id,
            asked_at=AT,
            lapses_at=LATER,
        )


def test_nobody_writes_a_signature_that_was_not_asked_for_or_turns_one_that_was_given(
    asker: Actor, decider: Actor, person: Person, world: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError, match="asked for first"), as_actor(decider):
        Approval.objects.create(
            kind="test.rename",
            decider_class="police",
            reason="Nobody ever asked for it",
            asked_by_id=asker.user_id,
            asked_at=AT,
            lapses_at=LATER,
            status="approved",
            decided_by_id=decider.user_id,
            decided_at=LATER,
        )
    approval = asked(asker, person, world)
    with as_actor(decider):
        services.refuse(approval.pk, by=decider, at=LATER, reason="The name is right as it is")

    with pytest.raises(IntegrityError, match="given once"), as_actor(decider):
        Approval.objects.filter(pk=approval.pk).update(status="approved")
    assert status_of(approval) == "refused"


def test_a_role_without_the_power_is_told_so(
    actor_of: ActorOf, asker: Actor, person: Person, world: dict[str, Any]
) -> None:
    approval = asked(asker, person, world)
    manager = actor_of(Role.OFFENDER_MANAGER)

    with pytest.raises(NotFound), as_actor(manager):
        services.approve(approval.pk, by=manager, at=LATER)
    analyst = actor_of(Role.ANALYST)
    with pytest.raises(Forbidden), as_actor(analyst):
        services.ask("test.rename", by=analyst, at=AT, payload={}, reason="A long enough reason")


def test_another_district_and_a_partner_do_not_know_of_the_request(
    actor_of: ActorOf, asker: Actor, person: Person, world: dict[str, Any]
) -> None:
    approval = asked(asker, person, world)

    for reader in (
        actor_of(Role.INSPECTOR, unit="south"),
        actor_of(Role.PARTNER_MANAGER),
        actor_of(Role.ADMINISTRATOR),
    ):
        with as_actor(reader):
            assert list(permissions.visible_to(reader)) == []
            with pytest.raises(NotFound):
                services.approve(approval.pk, by=reader, at=LATER)
    with as_actor(actor_of(Role.INSPECTOR, unit="south")):
        assert Approval.objects.count() == 0


def test_an_auditor_reads_and_changes_nothing(
    actor_of: ActorOf, asker: Actor, person: Person, world: dict[str, Any]
) -> None:
    approval = asked(asker, person, world)
    auditor = actor_of(Role.AUDITOR)

    with as_actor(auditor):
        assert [row.pk for row in selectors.decided(auditor, at=LATER)] == [approval.pk]
        with pytest.raises(Forbidden):
            services.approve(approval.pk, by=auditor, at=LATER)


def test_an_act_that_fails_leaves_the_request_waiting(
    asker: Actor, decider: Actor, person: Person, world: dict[str, Any]
) -> None:
    approval = asked(asker, person, world, name="Forbidden")

    with as_actor(decider):
        with pytest.raises(Refused, match="not allowed"):
            services.approve(approval.pk, by=decider, at=LATER)
        assert Approval.objects.get(pk=approval.pk).status == "waiting"

    assert name_of(person) == "Sam"


def test_what_was_decided_is_not_decided_again(
    actor_of: ActorOf, asker: Actor, decider: Actor, person: Person, world: dict[str, Any]
) -> None:
    approval = asked(asker, person, world)
    third = actor_of(Role.INSPECTOR)

    with as_actor(decider):
        services.refuse(approval.pk, by=decider, at=LATER, reason="The name is right")
    with pytest.raises(Refused, match="it was refused"), as_actor(third):
        services.approve(approval.pk, by=third, at=LATER)

    assert (name_of(person), status_of(approval)) == ("Sam", "refused")


def test_a_request_that_lapsed_cannot_be_signed_even_before_it_is_written_down(
    asker: Actor, decider: Actor, person: Person, world: dict[str, Any]
) -> None:
    approval = asked(asker, person, world)

    with pytest.raises(Refused, match="in time"), as_actor(decider):
        services.approve(approval.pk, by=decider, at=approval.lapses_at)
    with as_service():
        assert services.lapse_old(by=SYSTEM, at=approval.lapses_at - timedelta(seconds=1)) == 0
        assert services.lapse_old(by=SYSTEM, at=approval.lapses_at) == 1
        assert services.lapse_old(by=SYSTEM, at=approval.lapses_at) == 0

    assert (name_of(person), status_of(approval)) == ("Sam", "lapsed")


def test_only_the_asker_withdraws(
    asker: Actor, decider: Actor, person: Person, world: dict[str, Any]
) -> None:
    approval = asked(asker, person, world)

    with pytest.raises(Forbidden, match="who asked"), as_actor(decider):
        services.withdraw(approval.pk, by=decider, at=LATER)
    with as_actor(asker):
        services.withdraw(approval.pk, by=asker, at=LATER)
    with pytest.raises(Refused), as_actor(decider):
        services.approve(approval.pk, by=decider, at=LATER)

    assert status_of(approval) == "withdrawn"


@pytest.mark.parametrize("reason", ["", "short"])
def test_asking_and_refusing_need_a_reason(
    asker: Actor, decider: Actor, person: Person, world: dict[str, Any], reason: str
) -> None:
    approval = asked(asker, person, world)

    with pytest.raises(Invalid), as_actor(decider):
        services.refuse(approval.pk, by=decider, at=LATER, reason=reason)
    with pytest.raises(Invalid), as_actor(asker):
        services.ask("test.rename", by=asker, at=AT, payload={}, reason=reason)


def test_the_system_asks_nothing_and_signs_nothing(
    asker: Actor, person: Person, world: dict[str, Any]
) -> None:
    approval = asked(asker, person, world)

    with as_service():
        with pytest.raises(Refused):
            services.ask("test.rename", by=SYSTEM, at=AT, payload={}, reason="A long enough reason")
        with pytest.raises(Forbidden):
            services.approve(approval.pk, by=SYSTEM, at=LATER)


def test_those_who_may_decide_are_told_and_the_asker_hears_the_answer(
    actor_of: ActorOf, asker: Actor, decider: Actor, person: Person, world: dict[str, Any]
) -> None:
    elsewhere, manager = actor_of(Role.INSPECTOR, unit="south"), actor_of(Role.OFFENDER_MANAGER)
    spoc = actor_of(Role.CENTRAL_SPOC)
    approval = asked(asker, person, world)
    with as_owner():
        told = set(Notification.objects.values_list("user_id", flat=True))
        subjects = set(Notification.objects.values_list("subject", flat=True))

    assert told == {decider.user_id, spoc.user_id}
    assert {elsewhere.user_id, manager.user_id, asker.user_id}.isdisjoint(told)
    assert not any(person.family_name in subject for subject in subjects)
    with as_actor(decider):
        services.refuse(approval.pk, by=decider, at=LATER, reason="The name is right")
    with as_owner():
        assert Notification.objects.filter(user_id=asker.user_id).count() == 1


def test_administrators_decide_for_each_other_and_see_nobodys_records(
    actor_of: ActorOf, asker: Actor, person: Person, world: dict[str, Any]
) -> None:
    one, two = actor_of(Role.ADMINISTRATOR), actor_of(Role.ADMINISTRATOR)
    asked(asker, person, world)
    with as_actor(one):
        approval = services.ask(
            "test.keep", by=one, at=AT, payload={"name": "Clear Water"}, reason="The agency was renamed"
        )
        with pytest.raises(Refused), transaction.atomic():
            services.approve(approval.pk, by=one, at=LATER)
    with as_actor(two):
        assert [row.pk for row in permissions.visible_to(two)] == [approval.pk]
        assert Approval.objects.count() == 1
        services.approve(approval.pk, by=two, at=LATER)

    with as_owner():
        assert Agency.objects.get(code="drugs").name == "Clear Water"
