"""People who sign in for real: with a password, codes and links."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pyotp
import pytest
from django.test import Client

from iom.access.scope import _scope, as_owner
from iom.accounts.models import User
from iom.accounts.sealing import seal
from iom.audit.models import Act
from iom.kernel import clock
from iom.signin.models import AuthenticatorApp
from iom.signin.services.factors import app_purpose
from tests.factories import MembershipFactory, TeamFactory

PASSWORD = "correct horse battery"
SIGN_IN = "/accounts/sign-in/"
ROLES = "/accounts/roles/"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

AddPerson = Callable[..., User]


@pytest.fixture
def person(world: dict[str, Any]) -> AddPerson:
    """`person("amy", role="supervisor")`: somebody with a password and a membership."""

    def make(username: str, *, role: str = "offender_manager", agency: str = "police", **place: Any) -> User:
        with as_owner():
            user = User.objects.create_user(username, name=f"{username.title()} North", password=PASSWORD)
        unit = None if agency != "police" else world["north"]
        MembershipFactory(user=user, role=role, team=TeamFactory(agency=world[agency], unit=unit), **place)
        return user

    return make


def sign_in(client: Client, name: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post(SIGN_IN, {"username": name, "password": password, **more})


def is_in(client: Client) -> bool:
    return client.get(ROLES).status_code == 200


def with_app(user: User) -> None:
    """The person has an authenticator app with `SECRET`."""
    with as_owner():
        AuthenticatorApp.objects.create(
            user=user, secret=seal(SECRET, purpose=app_purpose(user.pk)), added_at=clock.now()
        )


def code(at: datetime | None = None, *, steps: int = 0) -> str:
    moment = (at or clock.now()).timestamp() + 30 * steps
    return pyotp.TOTP(SECRET).at(int(moment))


def acts() -> list[str]:
    with as_owner():
        return list(Act.objects.filter(kind="sign_in").order_by("id").values_list("action", flat=True))


def as_session() -> Any:
    return _scope("iom_session")
