"""Second factors: authenticator apps, recovery codes, and who must have which (ORG-3)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from iom.access.scope import as_owner
from iom.accounts.models import User
from iom.accounts.sealing import NotSealedHere, seal, unseal
from iom.kernel import clock
from iom.signin.models import AuthenticatorApp, RecoveryCode, SecurityKey
from iom.signin.rules import Factors, NextStep, next_step, takes_app
from iom.signin.services import factors
from tests.signin.conftest import PASSWORD, SECRET, AddPerson, acts, code, is_in, sign_in, with_app

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)
KEY_ROLES = {"supervisor"}
STEP = "/signin/second-step/"


def step(has: Factors, passed: str = "", *, required: bool = True, role: str = "manager") -> NextStep:
    return next_step(has, passed=passed, required=required, roles=[role], key_roles=KEY_ROLES)


def test_nobody_gets_in_without_a_second_factor_where_one_is_required() -> None:
    assert step(Factors()) is NextStep.ENROL_ANY
    assert step(Factors(), role="supervisor") is NextStep.ENROL_KEY
    assert step(Factors(has_app=True)) is NextStep.SECOND_STEP
    assert step(Factors(has_app=True), "app") is NextStep.DONE
    assert step(Factors(has_app=True), "app", role="supervisor") is NextStep.ENROL_KEY
    assert step(Factors(has_app=True, keys=1), "key", role="supervisor") is NextStep.DONE
    assert step(Factors(), "provider", role="supervisor") is NextStep.DONE


def test_who_has_a_factor_is_asked_for_it_even_where_none_is_required() -> None:
    assert step(Factors(), required=False) is NextStep.DONE
    assert step(Factors(has_app=True), required=False) is NextStep.SECOND_STEP


def test_a_code_is_not_enough_for_somebody_whose_role_signs_in_with_a_key() -> None:
    both = Factors(has_app=True, keys=1)

    assert not takes_app(both, required=True, roles=["supervisor"], key_roles=KEY_ROLES)
    assert takes_app(both, required=True, roles=["offender_manager"], key_roles=KEY_ROLES)
    assert takes_app(Factors(has_app=True), required=True, roles=["supervisor"], key_roles=KEY_ROLES)


def test_what_is_sealed_opens_only_for_its_purpose_and_with_our_key(settings: Any) -> None:
    sealed = seal("secret", purpose="app of 1")
    assert "secret" not in sealed
    assert unseal(sealed, purpose="app of 1") == "secret"

    with pytest.raises(NotSealedHere):
        unseal(sealed, purpose="app of 2")
    settings.SECRETS_KEY = "another key"
    with pytest.raises(NotSealedHere):
        unseal(sealed, purpose="app of 1")
    settings.SECRETS_KEYS_BEFORE = [settings.SECRET_KEY]
    assert unseal(sealed, purpose="app of 1") == "secret"


@pytest.fixture
def amy(person: AddPerson) -> User:
    user = person("amy")
    with_app(user)
    return user


def take(user: User, given: str, at: datetime = NOON) -> bool:
    return factors.take_code(user, given, address="192.0.2.1", at=at)


@pytest.mark.django_db
@pytest.mark.parametrize(("steps", "right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_holds_one_step_before_and_after_its_time(amy: User, steps: int, right: bool) -> None:
    assert take(amy, code(NOON, steps=steps)) is right


@pytest.mark.django_db
@pytest.mark.parametrize(("steps", "right"), [(-1, False), (0, True), (1, False)])
def test_unless_clocks_may_differ_a_code_holds_for_its_own_half_minute(
    amy: User, settings: Any, steps: int, right: bool
) -> None:
    settings.AUTHENTICATOR_CLOCK_STEPS = 0

    assert take(amy, code(NOON, steps=steps)) is right


def test_no_code_is_taken_twice_nor_an_older_one_after_it(amy: User) -> None:
    assert take(amy, code(NOON))
    assert not take(amy, code(NOON))
    assert not take(amy, code(NOON, steps=-1))
    assert take(amy, code(NOON, steps=1))


@pytest.mark.django_db
def test_wrong_codes_lock_like_wrong_passwords(amy: User) -> None:
    for _ in range(5):
        assert not take(amy, "000000")

    assert not take(amy, code(NOON))
    assert take(amy, code(NOON + timedelta(minutes=15)), NOON + timedelta(minutes=15))


@pytest.mark.django_db
def test_the_secret_lies_encrypted_in_the_table(amy: User) -> None:
    with as_owner():
        assert SECRET not in AuthenticatorApp.objects.get(user=amy).secret


@pytest.mark.django_db
def test_a_recovery_code_works_once_and_new_ones_replace_the_old(amy: User) -> None:
    def use(given: str) -> bool:
        return factors.take_recovery_code(amy, given, address=None, at=NOON)

    first = factors.make_codes(amy.pk, at=NOON)
    assert len(set(first)) == 10
    assert use(first[0].upper().replace("-", " "))
    assert not use(first[0])
    second = factors.make_codes(amy.pk, at=NOON)
    assert not use(first[1])
    assert use(second[1])
    with as_owner():
        kept = RecoveryCode.objects.values_list("digest", flat=True)
        assert not any(given in digest or digest in given for digest in kept for given in second)


@pytest.mark.django_db
def test_somebody_elses_recovery_code_is_worth_nothing(amy: User, person: AddPerson) -> None:
    codes = factors.make_codes(person("ben").pk, at=NOON)

    assert not factors.take_recovery_code(amy, codes[0], address=None, at=NOON)


# The pages


@pytest.mark.django_db
def test_the_password_alone_opens_nothing_for_somebody_with_an_app(amy: User) -> None:
    client = Client()
    assert sign_in(client, "amy")["Location"] == STEP
    assert not is_in(client)

    client.post(STEP, {"way": "app", "code": "000000"})
    assert not is_in(client)
    client.post(STEP, {"way": "app", "code": code()})

    assert is_in(client)
    assert acts() == ["signin.session.second_step_refused", "accounts.user.signed_in"]


@pytest.mark.django_db
def test_the_second_step_has_its_time_and_belongs_to_nobody_else(amy: User) -> None:
    client = Client()
    sign_in(client, "amy")
    assert Client().get(STEP)["Location"] == "/accounts/sign-in/"

    with time_machine.travel(clock.now() + timedelta(minutes=11), tick=False):
        answer = client.post(STEP, {"way": "app", "code": code()})

        assert answer["Location"] == "/accounts/sign-in/"
        assert not is_in(client)


@pytest.mark.django_db
def test_the_first_sign_in_sets_up_an_app_before_anything_else(person: AddPerson, settings: Any) -> None:
    settings.MFA_REQUIRED = True
    user, client = person("ben"), Client()

    assert sign_in(client, "ben")["Location"] == "/signin/set-up/"
    assert not is_in(client)
    client.post("/signin/set-up/", {"factor": "app"})
    page = client.get("/signin/set-up/app/")
    assert b"<svg" in page.content
    secret = page.context["secret"].replace(" ", "")
    wrong = client.post("/signin/set-up/app/", {"code": "000000"})
    assert wrong.context["form"].errors
    assert not is_in(client)
    done = client.post("/signin/set-up/app/", {"code": factors.pyotp.TOTP(secret).now()})

    assert len(done.context["codes"]) == 10
    assert is_in(client)
    with as_owner():
        assert AuthenticatorApp.objects.filter(user=user).exists()


@pytest.mark.django_db
def test_a_supervisor_may_not_set_up_an_app_instead_of_a_key(person: AddPerson, settings: Any) -> None:
    settings.MFA_REQUIRED = True
    person("sgt", role="supervisor")
    client = Client()

    assert sign_in(client, "sgt")["Location"] == "/signin/set-up/key/"
    assert client.get("/signin/set-up/app/")["Location"] == "/accounts/sign-in/"


@pytest.mark.django_db
def test_a_session_without_a_second_factor_ends_when_one_becomes_required(
    person: AddPerson, settings: Any
) -> None:
    person("ben")
    client = Client()
    sign_in(client, "ben")
    assert is_in(client)

    settings.MFA_REQUIRED = True

    assert "ended=factor" in client.get("/accounts/roles/")["Location"]


@pytest.mark.django_db
def test_the_last_factor_that_is_required_cannot_be_removed(amy: User, settings: Any) -> None:
    settings.MFA_REQUIRED = True
    client = Client()
    sign_in(client, "amy")
    client.post(STEP, {"way": "app", "code": code()})

    assert client.post("/signin/app/remove/").status_code == 409
    with as_owner():
        SecurityKey.objects.create(
            user=amy, name="blue", credential_id=b"1", public_key=b"1", added_at=clock.now()
        )
    assert client.post("/signin/app/remove/").status_code == 302


@pytest.mark.django_db
def test_nobody_removes_another_persons_key(amy: User, person: AddPerson) -> None:
    with as_owner():
        key = SecurityKey.objects.create(
            user=amy, name="blue", credential_id=b"1", public_key=b"1", added_at=clock.now()
        )
    person("ben")
    client = Client()
    sign_in(client, "ben", PASSWORD)

    assert client.post(f"/signin/keys/{key.pk}/remove/").status_code == 404
