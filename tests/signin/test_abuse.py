"""What somebody tries who ought not to get in, or not as far (ORG-3, SHR-3)."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client, override_settings

from iom.access.scope import as_actor, as_owner
from iom.accounts.models import User
from iom.accounts.rules import Role
from iom.accounts.sealing import seal, unseal
from iom.agencies.models import Membership
from iom.audit.models import Act
from iom.kernel import clock
from iom.kernel.errors import NotFound
from iom.signin.models import Invitation, OidcProvider
from iom.signin.people.services import draw_link
from iom.signin.services import factors, passwords
from iom.signin.services.oidc import secret_purpose
from tests.factories import MembershipFactory, TeamFactory
from tests.signin.conftest import (
    PASSWORD,
    ROLES,
    SIGN_IN,
    AddPerson,
    as_session,
    code,
    is_in,
    sign_in,
    with_app,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def amy(person: AddPerson) -> User:
    return person("amy")


def test_nothing_of_a_session_that_was_there_before_the_sign_in_stays(amy: User, settings: Any) -> None:
    settings.MFA_REQUIRED = True
    client = Client()
    with as_owner():
        session = client.session
        session["new_app"] = "a secret that somebody else knows"
        session.save()
    client.cookies["sessionid"] = session.session_key

    sign_in(client, "amy")

    with as_owner():
        assert "new_app" not in client.session


def test_the_secret_of_an_app_that_is_being_set_up_is_not_readable_in_the_session(
    amy: User, settings: Any
) -> None:
    settings.MFA_REQUIRED = True
    client = Client()
    sign_in(client, "amy")

    page = client.get("/signin/set-up/app/")

    secret = page.context["secret"].replace(" ", "")
    with as_owner():
        assert secret not in str(dict(client.session))
    assert client.get("/signin/set-up/app/").context["secret"].replace(" ", "") == secret


def test_a_password_typed_as_a_name_is_not_written_down(amy: User) -> None:
    sign_in(Client(), "my secret passphrase", "amy")
    sign_in(Client(), "AMY ", "wrong")

    with as_owner():
        names = list(Act.objects.filter(kind="sign_in").order_by("id").values_list("user_name", flat=True))
    assert names == ["A name that nobody has", "amy"]


def test_a_new_password_needs_the_one_before_it(amy: User) -> None:
    client = Client()
    sign_in(client, "amy")
    new = {"new_password": "another horse battery", "again": "another horse battery"}

    for given in ({}, {"current_password": "wrong"}):
        assert client.post("/signin/password/", {**new, **given}).status_code == 200
    assert sign_in(Client(), "amy", "another horse battery").status_code == 200

    with_right = client.post("/signin/password/", {**new, "current_password": PASSWORD})
    assert with_right.status_code == 302


def test_guessing_the_password_before_a_change_locks_like_at_the_door(amy: User) -> None:
    client = Client()
    sign_in(client, "amy")
    new = {"new_password": "another horse battery", "again": "another horse battery"}
    for _ in range(5):
        client.post("/signin/password/", {**new, "current_password": "wrong"})

    assert client.post("/signin/password/", {**new, "current_password": PASSWORD}).status_code == 200
    assert sign_in(Client(), "amy").status_code == 200


def test_a_form_that_waits_for_a_sign_in_holds_no_password(amy: User) -> None:
    client = Client()
    sign_in(client, "amy")
    words = {"new_password": "another horse battery", "again": "another horse battery", "note": "kept"}
    with time_machine.travel(clock.now() + timedelta(minutes=16), tick=False):
        waiting = client.post("/signin/password/", words).context["kept"]
        done = sign_in(client, "amy", next="/", kept=waiting)
        page = client.get(done["Location"])

    assert page.context["fields"] == [("note", "kept")]


@pytest.mark.parametrize(
    "addresses",
    [[f"2001:db8:0:1::{n:x}" for n in range(1, 30)], ["::ffff:192.0.2.7", "192.0.2.7"] * 14],
    ids=["one network of a visitor", "two ways of writing one address"],
)
def test_a_visitor_with_many_addresses_is_paused_as_one(addresses: list[str]) -> None:
    at = clock.now()
    with as_session():
        for number, address in enumerate(addresses[:20]):
            passwords.check(f"name {number}", "wrong", address=address, at=at)

        assert passwords.attempts.is_locked("somebody new", addresses[-1], at=at)
        assert not passwords.attempts.is_locked("somebody new", "2001:db8:0:2::1", at=at)
        assert not passwords.attempts.is_locked("somebody new", "192.0.2.8", at=at)


def test_a_link_that_was_agreed_long_ago_is_not_drawn(person: AddPerson, actor_of: Any) -> None:
    by = actor_of(Role.ADMINISTRATOR)
    signed = person("anna", role="administrator")
    with as_owner():
        link = Invitation.objects.create(
            user=person("sam"),
            purpose="renew",
            asked_by_id=by.user_id,
            approved_by=signed,
            made_at=clock.now() - timedelta(days=7),
        )

    with as_actor(by):
        with pytest.raises(NotFound):
            draw_link(link.pk, by=by, at=clock.now())
        assert draw_link(link.pk, by=by, at=clock.now() - timedelta(seconds=5))


def test_a_role_that_signs_in_with_a_key_is_not_taken_on_in_a_session_that_showed_none(
    amy: User, settings: Any, world: dict[str, Any]
) -> None:
    settings.MFA_REQUIRED = True
    with_app(amy)
    client = Client()
    sign_in(client, "amy")
    client.post("/signin/second-step/", {"way": "app", "code": code()})
    assert is_in(client)
    more = MembershipFactory(
        user=amy, role="supervisor", team=TeamFactory(agency=world["police"], unit=world["north"])
    )

    chosen = client.post("/access/choose-role/", {"membership": more.pk, "next": ROLES})
    after = client.get(ROLES)

    assert chosen.status_code in (200, 302)
    assert "ended=factor" in after.get("Location", ""), (chosen.status_code, after.status_code)


def test_recovery_codes_hold_when_the_key_that_hides_them_is_changed(amy: User, settings: Any) -> None:
    with as_session():
        codes = factors.make_codes(amy.pk, at=clock.now())
    before = settings.SECRETS_KEY

    changed = override_settings(SECRETS_KEY="a new key of the deployment" * 2, SECRETS_KEYS_BEFORE=[before])
    with changed, as_session():
        assert factors.take_recovery_code(amy, codes[0], address=None, at=clock.now())
        assert not factors.take_recovery_code(amy, codes[0], address=None, at=clock.now())


def test_a_sign_in_ends_with_the_last_role_however_the_address_is_asked(amy: User) -> None:
    client = Client()
    sign_in(client, "amy")
    with as_owner():
        Membership.objects.filter(user=amy).update(ends_on=clock.today())

    assert client.get("/api/v1/persons/").status_code == 403
    assert client.get(SIGN_IN).status_code == 200


def test_after_a_change_of_key_every_secret_is_sealed_anew_and_the_old_key_can_go(
    amy: User, settings: Any, world: dict[str, Any]
) -> None:
    with_app(amy)
    purpose = secret_purpose("https://agency.example", "iom")
    with as_owner():
        OidcProvider.objects.create(
            agency=world["probation"], issuer="https://agency.example", client_id="iom",
            client_secret=seal("the secret", purpose=purpose), starts_on=clock.today(),
        )  # fmt: skip
    settings.SECRETS_KEYS_BEFORE, settings.SECRETS_KEY = (
        [settings.SECRETS_KEY],
        "another long random text" * 2,
    )

    call_command("secrets_reseal")
    settings.SECRETS_KEYS_BEFORE = []

    with as_session():
        assert factors.take_code(amy, code(), address=None, at=clock.now())
    with as_owner():
        assert unseal(OidcProvider.objects.get().client_secret, purpose=purpose) == "the secret"
        assert Act.objects.get(action="signin.secrets.resealed").detail == {"apps": 1, "providers": 1}
    settings.SECRETS_KEY = "a key that nothing was sealed with, and no other"
    with pytest.raises(CommandError, match="SECRETS_KEYS_BEFORE"):
        call_command("secrets_reseal")
