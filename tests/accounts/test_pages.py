"""The pages of sign-in, of roles, and the menu that follows from the role (ORG-3)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from iom.access.scope import as_owner
from iom.accounts.models import User
from iom.accounts.rules import Role
from iom.agencies.models import Membership
from iom.audit.models import Act
from tests.factories import MembershipFactory, TeamFactory

pytestmark = pytest.mark.django_db
ClientFor = Callable[..., Client]
PASSWORD = "correct horse battery"
SIGN_IN = "/accounts/sign-in/"
ROLES = "/accounts/roles/"


@pytest.fixture
def amy(world: dict[str, Any]) -> User:
    with as_owner():
        user = User.objects.create_user("amy", name="Amy North", password=PASSWORD)
    MembershipFactory(
        user=user, role="supervisor", team=TeamFactory(agency=world["police"], unit=world["north"])
    )
    return user


def post(client: Client, password: str = PASSWORD, name: str = "amy", **more: str) -> Any:
    return client.post(SIGN_IN, {"username": name, "password": password, **more})


def acts() -> list[tuple[str, str]]:
    with as_owner():
        return list(Act.objects.filter(kind="sign_in").order_by("id").values_list("action", "user_name"))


def test_signing_in_leads_to_the_page_that_was_asked_for(amy: User) -> None:
    client = Client()
    asked = client.get(ROLES)
    assert asked.status_code == 302
    assert asked["Location"] == f"{SIGN_IN}?next={ROLES}"

    answer = post(client, next=ROLES)

    assert (answer.status_code, answer["Location"]) == (302, ROLES)
    assert client.get(ROLES).status_code == 200
    assert acts() == [("accounts.user.signed_in", "Amy North")]


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/x",
        "javascript:alert(1)",
        "/\\evil.example",
        "http:///evil.example",
    ],
)
def test_signing_in_never_leads_to_another_site(amy: User, elsewhere: str) -> None:
    assert post(Client(), next=elsewhere)["Location"] == "/"


def test_wrong_absent_and_locked_get_the_same_page(amy: User) -> None:
    wrong, absent = post(Client(), password="wrong"), post(Client(), name="nobody")
    for _ in range(5):
        post(Client(), password="wrong")
    locked = post(Client())

    def errors(answer: Any) -> list[str]:
        return list(answer.context["form"].non_field_errors())

    assert errors(wrong) == errors(absent) == errors(locked)
    assert errors(wrong)
    assert {answer.status_code for answer in (wrong, absent, locked)} == {200}
    assert ("accounts.user.sign_in_refused", "A name that nobody has") in acts()


def test_signing_in_gives_a_new_session_and_signing_out_ends_it(amy: User) -> None:
    client = Client()
    client.get(SIGN_IN)
    post(client)
    key = client.session.session_key
    stale = Client()
    stale.cookies["sessionid"] = str(key)
    assert stale.get(ROLES).status_code == 200

    assert client.get("/accounts/sign-out/").status_code == 405
    client.post("/accounts/sign-out/")

    assert client.get(ROLES).status_code == 302
    assert stale.get(ROLES).status_code == 302
    assert acts()[-1] == ("accounts.user.signed_out", "Amy North")


def test_a_new_password_ends_the_sessions_opened_with_the_old_one(amy: User) -> None:
    client = Client()
    post(client)
    with as_owner():
        amy.refresh_from_db()
        amy.set_password("another horse battery")
        amy.save()

    assert client.get(ROLES).status_code == 302


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(amy: User) -> None:
    cookie = post(Client()).cookies["sessionid"]

    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_without_a_current_membership_there_is_a_page_that_says_so_and_no_menu(amy: User) -> None:
    with as_owner():
        Membership.objects.filter(user=amy).update(ends_on=timezone.localdate())
    client = Client()

    answer = post(client)

    assert client.get(ROLES).status_code == 302
    assert answer.status_code == 403
    assert "no current role" in answer.content.decode()
    assert "nav" not in answer.context


def test_somebody_with_two_roles_is_asked_and_until_then_has_the_lesser(
    amy: User, world: dict[str, Any]
) -> None:
    partner = MembershipFactory(
        user=amy, role="partner_practitioner", team=TeamFactory(agency=world["probation"])
    )
    MembershipFactory(
        user=amy,
        role="inspector",
        team=TeamFactory(agency=world["police"]),
        ends_on=timezone.localdate() - timedelta(days=1),
    )
    client = Client()
    post(client)

    asked = client.get(ROLES)
    assert asked["Location"] == "/access/choose-role/?next=%2Faccounts%2Froles%2F"
    page = client.get(asked["Location"])
    assert page.context["actor"].role == Role.PARTNER_PRACTITIONER
    assert len(page.context["form"].fields["membership"].choices) == 2

    with as_owner():
        police = Membership.objects.get(user=amy, role="supervisor")
    answer = client.post(asked["Location"], {"membership": police.pk})
    assert answer["Location"] == ROLES
    assert client.get(ROLES).context["actor"].role == Role.SUPERVISOR

    client.post("/access/choose-role/", {"membership": partner.pk})
    assert client.get(ROLES).context["actor"].role == Role.PARTNER_PRACTITIONER


def test_nobody_acts_in_another_persons_role(amy: User, world: dict[str, Any]) -> None:
    foreign = MembershipFactory(
        role="inspector", team=TeamFactory(agency=world["police"], unit=world["force"])
    )
    client = Client()
    post(client)

    answer = client.post("/access/choose-role/", {"membership": foreign.pk})

    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert client.get(ROLES).context["actor"].role == Role.SUPERVISOR


@pytest.mark.parametrize("role", list(Role))
def test_every_role_reads_who_may_do_what(client_for: ClientFor, role: Role) -> None:
    page = client_for(role).get(ROLES)

    assert page.status_code == 200
    assert page.context["mine"] == role.value
    assert b"(your role)" in page.content
