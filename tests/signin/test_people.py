"""Joiners, movers and leavers: two administrators, dated, and what is left over is handed on (ORG-3)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from iom.access.actor import Actor
from iom.access.scope import as_actor, as_owner, as_service
from iom.accounts.models import Credential, User
from iom.accounts.rules import Role
from iom.agencies.models import Membership
from iom.approvals import services as approvals
from iom.approvals.models import Approval
from iom.kernel import clock
from iom.kernel.errors import Forbidden, Invalid, Refused
from iom.notifications.models import Notification
from iom.signin.models import Invitation, Visit
from iom.signin.people.rules import Act, Standing, standing
from iom.signin.people.selectors import found, people, row_of
from iom.signin.people.services import ask_for, close_dormant
from iom.signin.startup import System
from tests.cohorts.factories import CaseFactory
from tests.factories import PersonFactory, TeamFactory
from tests.signin.conftest import PASSWORD, ROLES, AddPerson, is_in, sign_in

ActorOf = Callable[..., Actor]
ClientFor = Callable[..., Client]
REASON = "Starts in the north hub on Monday"
pytestmark = pytest.mark.django_db


@pytest.fixture
def two(actor_of: ActorOf) -> tuple[Actor, Actor]:
    return actor_of(Role.ADMINISTRATOR), actor_of(Role.ADMINISTRATOR)


def agreed(two: tuple[Actor, Actor], act: Act, **payload: Any) -> Approval:
    """One administrator asks, the other signs."""
    asks, signs = two
    with as_actor(asks):
        approval = ask_for(act, by=asks, at=clock.now(), reason=REASON, **payload)
    with as_actor(signs):
        return approvals.approve(approval.pk, by=signs, at=clock.now())


def joiner(world: dict[str, Any], username: str = "new.person", **more: Any) -> dict[str, Any]:
    team = TeamFactory(agency=world["police"], unit=world["north"])
    return {
        "username": username,
        "name": "New Person",
        "email": "new@northmoor.example",
        "team": team.pk,
        "role": "offender_manager",
        "starts_on": clock.today().isoformat(),
        **more,
    }


def test_nothing_changes_until_another_administrator_signs(
    two: tuple[Actor, Actor], world: dict[str, Any]
) -> None:
    asks, _ = two
    with as_actor(asks):
        approval = ask_for(Act.JOIN, by=asks, at=clock.now(), reason=REASON, **joiner(world))
        with pytest.raises(Refused):
            approvals.approve(approval.pk, by=asks, at=clock.now())

    with as_owner():
        assert not User.objects.filter(username="new.person").exists()


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_no_other_role_asks(actor_of: ActorOf, world: dict[str, Any], role: Role) -> None:
    actor = actor_of(role)
    with as_actor(actor), pytest.raises(Forbidden):
        ask_for(Act.JOIN, by=actor, at=clock.now(), reason=REASON, **joiner(world))


def test_nobody_changes_their_own_sign_in(two: tuple[Actor, Actor]) -> None:
    asks, _ = two
    with as_actor(asks), pytest.raises(Refused):
        ask_for(Act.CLOSE, by=asks, at=clock.now(), reason=REASON, user=asks.user_id)


def test_a_username_is_given_once(two: tuple[Actor, Actor], world: dict[str, Any]) -> None:
    agreed(two, Act.JOIN, **joiner(world))

    with as_actor(two[0]), pytest.raises(Invalid):
        ask_for(Act.JOIN, by=two[0], at=clock.now(), reason=REASON, **joiner(world))


def test_a_joiner_comes_in_by_a_link_that_works_once_and_for_a_day(
    two: tuple[Actor, Actor], world: dict[str, Any], client_for: ClientFor
) -> None:
    agreed(two, Act.JOIN, **joiner(world))
    with as_owner():
        user = User.objects.get(username="new.person")
        link = Invitation.objects.get(user=user)
    draw = f"/accounts/people/{user.pk}/draw/{link.pk}/"
    assert client_for(two[1]).post(draw).status_code == 404
    page = client_for(two[0]).post(draw)
    address = page.context["address"].replace("http://testserver", "")
    assert client_for(two[0]).post(draw).status_code == 404

    newcomer = Client()
    assert newcomer.get(address).status_code == 200
    bad = newcomer.post(address, {"new_password": "short", "again": "short"})
    assert bad.context["form"].errors
    words = {"new_password": PASSWORD, "again": PASSWORD}
    assert newcomer.post(address, words).status_code == 302
    assert is_in(newcomer)
    assert Client().get(address).status_code == 404
    assert Client().post(address, words).status_code == 404


def test_a_link_that_is_too_old_is_like_one_that_never_was(
    two: tuple[Actor, Actor], world: dict[str, Any], client_for: ClientFor
) -> None:
    agreed(two, Act.JOIN, **joiner(world))
    with as_owner():
        link = Invitation.objects.get()
    page = client_for(two[0]).post(f"/accounts/people/{link.user_id}/draw/{link.pk}/")
    address = page.context["address"].replace("http://testserver", "")
    with as_owner():
        Invitation.objects.update(expires_at=clock.now() - timedelta(seconds=1))

    late, never = Client().get(address), Client().get("/signin/link/never/")
    assert late.status_code == never.status_code == 404


def test_a_mover_ends_one_membership_and_begins_another(
    two: tuple[Actor, Actor], world: dict[str, Any], actor_of: ActorOf
) -> None:
    mover = actor_of(Role.OFFENDER_MANAGER)
    south = TeamFactory(agency=world["police"], unit=world["south"])

    agreed(
        two,
        Act.MOVE,
        user=mover.user_id,
        membership=mover.membership_id,
        team=south.pk,
        role="supervisor",
        starts_on=clock.today().isoformat(),
    )

    with as_owner():
        rows = Membership.objects.filter(user_id=mover.user_id).order_by("pk")
        assert [(row.role, row.ends_on) for row in rows] == [
            ("offender_manager", clock.today()),
            ("supervisor", None),
        ]


def test_a_leaver_is_out_at_the_next_request_and_the_supervisor_hears_what_is_left(
    two: tuple[Actor, Actor], world: dict[str, Any], person: AddPerson, actor_of: ActorOf
) -> None:
    leaver, sergeant = person("amy"), actor_of(Role.SUPERVISOR)
    elsewhere = actor_of(Role.SUPERVISOR, unit="south")
    case = CaseFactory(person=PersonFactory(home_unit=world["north"]), manager_id=leaver.pk)
    client = Client()
    sign_in(client, "amy")
    with as_owner():
        membership = Membership.objects.get(user=leaver)

    agreed(
        two,
        Act.END,
        user=leaver.pk,
        membership=membership.pk,
        ends_on=clock.today().isoformat(),
    )

    assert client.get(ROLES).status_code == 403
    assert client.get(ROLES).status_code == 302
    with as_owner():
        told = Notification.objects.get(user_id=sergeant.user_id, kind="leaver")
        assert not Notification.objects.filter(user_id=elsewhere.user_id).exists()
        assert not Notification.objects.filter(user_id__in=[a.user_id for a in two], kind="leaver").exists()
    assert told.subject == "1 case needs a new owner"
    assert told.url == f"/cases/?manager={leaver.pk}"
    assert case.person.family_name not in told.body


def test_an_administrator_sees_how_many_cases_and_never_which(
    two: tuple[Actor, Actor], world: dict[str, Any], person: AddPerson, client_for: ClientFor
) -> None:
    leaver = person("amy")
    hidden = PersonFactory(home_unit=world["north"], family_name="Hiddenmarker")
    CaseFactory(person=hidden, manager_id=leaver.pk)
    with as_owner():
        membership = Membership.objects.get(user=leaver)

    page = client_for(two[0]).get(f"/accounts/people/{leaver.pk}/end/{membership.pk}/")

    assert [(line.unit, line.what, line.count) for line in page.context["numbers"]] == [("North", "cases", 1)]
    assert "Hiddenmarker" not in page.content.decode()


def test_closing_a_sign_in_ends_its_session_and_opening_it_again_gives_no_role(
    two: tuple[Actor, Actor], person: AddPerson
) -> None:
    user, client = person("amy"), Client()
    sign_in(client, "amy")

    agreed(two, Act.CLOSE, user=user.pk)
    assert client.get(ROLES).status_code == 302
    assert sign_in(Client(), "amy").status_code == 200

    agreed(two, Act.REOPEN, user=user.pk)
    assert sign_in(Client(), "amy").status_code == 403


def test_a_link_that_renews_ends_what_proved_the_person_before(
    two: tuple[Actor, Actor], person: AddPerson, client_for: ClientFor
) -> None:
    user, client = person("amy"), Client()
    sign_in(client, "amy")
    agreed(two, Act.RENEW, user=user.pk)
    with as_owner():
        link = Invitation.objects.get()
    page = client_for(two[0]).post(f"/accounts/people/{user.pk}/draw/{link.pk}/")
    assert is_in(client)

    address = page.context["address"].replace("http://testserver", "")
    Client().post(address, {"new_password": "another horse battery", "again": "another horse battery"})

    assert not is_in(client)
    assert sign_in(Client(), "amy").status_code == 200
    assert sign_in(Client(), "amy", "another horse battery").status_code == 302


# Dormant sign-ins

AT = datetime.fromisoformat("2026-06-30T12:00:00+00:00")


@pytest.mark.parametrize(
    ("is_active", "has_role", "last", "created", "expected"),
    [
        (False, True, 1, 100, Standing.CLOSED),
        (True, False, 1, 100, Standing.NO_ROLE),
        (True, True, 59, 100, Standing.ACTIVE),
        (True, True, 60, 100, Standing.DORMANT),
        (True, True, None, 59, Standing.INVITED),
        (True, True, None, 60, Standing.DORMANT),
    ],
)
def test_how_a_person_stands_is_the_same_in_python_and_in_the_database(
    actor_of: ActorOf,
    settings: Any,
    is_active: bool,
    has_role: bool,
    last: int | None,
    created: int,
    expected: Standing,
) -> None:
    settings.DORMANT_DAYS = 60
    admin, who = actor_of(Role.ADMINISTRATOR), actor_of(Role.ANALYST)
    last_at = None if last is None else AT - timedelta(days=last)
    with as_owner():
        User.objects.filter(pk=who.user_id).update(
            is_active=is_active, created_at=AT - timedelta(days=created)
        )
        if not has_role:
            Membership.objects.filter(user_id=who.user_id).update(ends_on=clock.today())
        if last_at:
            Visit.objects.create(user_id=who.user_id, at=last_at, way="password", token="t")

    assert (
        standing(
            is_active=is_active,
            has_role=has_role,
            last_signed_in_at=last_at,
            created_at=AT - timedelta(days=created),
            at=AT,
            dormant_days=60,
        )
        is expected
    )
    with as_actor(admin):
        for state in Standing:
            rows = found(admin, on=clock.today(), at=AT, state=state.value)
            assert rows.filter(pk=who.user_id).exists() is (state is expected)
        row = people(admin, on=clock.today()).get(pk=who.user_id)
        assert row_of(row, at=AT).standing is expected


def test_the_job_closes_dormant_sign_ins_but_not_the_last_administrators(
    two: tuple[Actor, Actor], person: AddPerson, settings: Any
) -> None:
    settings.DORMANT_DAYS = 60
    user = person("amy")

    with as_service():
        assert close_dormant(by=System(), at=clock.now() + timedelta(days=59)) == 0
        close_dormant(by=System(), at=clock.now() + timedelta(days=61))

    with as_owner():
        open_ = set(User.objects.filter(is_active=True).values_list("pk", flat=True))
    assert user.pk not in open_
    assert {admin.user_id for admin in two} <= open_


def test_no_class_but_the_sign_in_reads_what_proves_a_person(actor_of: ActorOf, person: AddPerson) -> None:
    person("amy")
    for role in (Role.SUPERVISOR, Role.PARTNER_MANAGER, Role.AUDITOR, Role.ADMINISTRATOR):
        with as_actor(actor_of(role)):
            for question in (Credential.objects.all(), Invitation.objects.values("digest")):
                with pytest.raises(DatabaseError), transaction.atomic():
                    list(question)


def test_a_partner_reads_the_address_of_contacts_alone(actor_of: ActorOf) -> None:
    partner, contact, other = (
        actor_of(Role.PARTNER_PRACTITIONER),
        actor_of(Role.SUPERVISOR),
        actor_of(Role.SUPERVISOR),
    )
    with as_owner():
        Membership.objects.filter(pk=contact.membership_id).update(is_contact=True)

    with as_actor(partner):
        emails = {
            user.pk: user.email for user in User.objects.select_related("address").filter(is_active=True)
        }

    assert emails[partner.user_id]
    assert emails[contact.user_id]
    assert emails[other.user_id] == ""
