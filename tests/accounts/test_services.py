"""Signing in: five wrong passwords and the account pauses, whoever asks (ORG-3)."""

from datetime import UTC, datetime, timedelta

import pytest

from iom.access.scope import _scope, as_owner
from iom.accounts.models import User
from iom.accounts.rules import LOCK_MINUTES, MAX_SIGN_IN_FAILURES
from iom.accounts.services import check_password

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)
PASSWORD = "correct horse battery"


@pytest.fixture
def user(db: None) -> User:
    with as_owner():
        return User.objects.create_user("Amy.North", name="Amy North", password=PASSWORD)


def sign_in(password: str, *, name: str = "amy.north", at: datetime = NOON) -> User | None:
    with _scope("iom_session"):
        return check_password(name, password, at=at)


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
