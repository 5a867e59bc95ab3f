"""Signing in: five wrong passwords and the account pauses, whoever asks (ORG-3)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from argon2 import low_level
from argon2.exceptions import VerifyMismatchError
from django.test import RequestFactory

from iom.access.scope import _scope, as_owner
from iom.accounts.models import User
from iom.signin.addresses import address_of
from iom.signin.models import SignInFailure
from iom.signin.services import attempts, passwords

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)
PASSWORD = "correct horse battery"
MAX_SIGN_IN_FAILURES, LOCK_MINUTES = 5, 15


@pytest.fixture
def user(db: None) -> User:
    with as_owner():
        return User.objects.create_user("Amy.North", name="Amy North", password=PASSWORD)


def sign_in(
    password: str, *, name: str = "amy.north", at: datetime = NOON, address: str = "192.0.2.1"
) -> User | None:
    with _scope("iom_session"):
        found = passwords.check(name, password, address=address, at=at)
        if found:
            attempts.forget(name)
        return found


def fail(times: int, at: datetime = NOON) -> None:
    for _ in range(times):
        assert sign_in("wrong", at=at) is None


def test_the_right_password_signs_in_whatever_the_case_and_spaces_of_the_name(user: User) -> None:
    assert sign_in(PASSWORD) == user
    assert sign_in(PASSWORD, name="  AMY.north ") == user


def test_an_unknown_name_and_a_wrong_password_are_one_answer(user: User) -> None:
    assert sign_in("wrong") is None
    assert sign_in(PASSWORD, name="nobody") is None


def test_one_failure_fewer_than_the_limit_does_not_lock(user: User) -> None:
    fail(MAX_SIGN_IN_FAILURES - 1)

    assert sign_in(PASSWORD) == user


def test_the_last_failure_locks_even_the_right_password_until_the_pause_is_over(user: User) -> None:
    fail(MAX_SIGN_IN_FAILURES)
    end = NOON + timedelta(minutes=LOCK_MINUTES)

    assert sign_in(PASSWORD) is None
    assert sign_in(PASSWORD, at=end - timedelta(seconds=1)) is None
    assert sign_in(PASSWORD, at=end) == user


def test_a_success_forgets_the_failures_before_it(user: User) -> None:
    fail(MAX_SIGN_IN_FAILURES - 1)
    assert sign_in(PASSWORD) == user
    fail(MAX_SIGN_IN_FAILURES - 1)

    assert sign_in(PASSWORD) == user


def test_a_closed_account_does_not_sign_in(user: User) -> None:
    with as_owner():
        User.objects.filter(pk=user.pk).update(is_active=False)

    assert sign_in(PASSWORD) is None


def test_failures_with_many_names_from_one_address_lock_the_address(user: User) -> None:
    for n in range(20):
        sign_in("wrong", name=f"guess{n}", address="192.0.2.9")

    assert sign_in(PASSWORD, address="192.0.2.9") is None
    assert sign_in(PASSWORD, address="192.0.2.10") == user


def test_failures_from_many_addresses_lock_the_name(user: User) -> None:
    for n in range(5):
        sign_in("wrong", address=f"192.0.2.{n}")

    assert sign_in(PASSWORD, address="198.51.100.1") is None


def test_a_name_that_does_not_exist_is_locked_like_one_that_does() -> None:
    with as_owner():
        for _ in range(5):
            sign_in("wrong", name="nobody")
        locked = [attempts.is_locked(name, "198.51.100.1", at=NOON) for name in ("nobody", "other")]

    assert locked == [True, False]


def test_tries_during_the_pause_do_not_lengthen_it(user: User) -> None:
    fail(5)
    fail(3, NOON + timedelta(minutes=10))

    assert sign_in(PASSWORD, at=NOON + timedelta(minutes=15)) == user


def test_slow_failures_never_lock(user: User) -> None:
    for n in range(12):
        fail(1, NOON + timedelta(minutes=4 * n))

    assert sign_in(PASSWORD, at=NOON + timedelta(minutes=45)) == user


def test_the_names_that_were_tried_are_not_kept() -> None:
    sign_in("wrong", name="my password by mistake")

    with as_owner():
        row = SignInFailure.objects.get()
    assert "password" not in row.name_key
    assert "192.0.2.1" not in row.address_key


def test_an_absent_name_costs_as_many_hashes_as_a_wrong_password(user: User) -> None:
    with (
        patch("argon2.low_level.hash_secret", wraps=low_level.hash_secret) as hashed,
        patch("argon2.PasswordHasher.verify", autospec=True, side_effect=_verify) as verified,
    ):
        sign_in("wrong")
        with_name = hashed.call_count + verified.call_count
        sign_in("wrong", name="nobody")
        without = hashed.call_count + verified.call_count - with_name

    assert (with_name, without) == (1, 1)


def _verify(*given: Any) -> bool:
    raise VerifyMismatchError


@pytest.mark.parametrize(
    ("proxies", "forwarded", "found"),
    [
        (0, "203.0.113.7", "192.0.2.1"),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        (2, "198.51.100.1, 203.0.113.7", "198.51.100.1"),
        (1, "", "192.0.2.1"),
        (1, "rubbish", None),
    ],
)
def test_only_our_own_proxies_say_where_somebody_is(
    settings: Any, proxies: int, forwarded: str, found: str | None
) -> None:
    settings.PROXIES_IN_FRONT = proxies

    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=forwarded)

    assert address_of(request) == found
