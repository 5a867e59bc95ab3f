"""Passwords: one neutral answer that takes the same time, whoever asks (ORG-3)."""

from datetime import datetime

from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from iom.accounts.models import NO_PASSWORD, Credential, User
from iom.kernel.errors import Invalid
from iom.kernel.rights import rights_of
from iom.signin.services import attempts


def check(username: str, password: str, *, address: str | None, at: datetime) -> User | None:
    """The user whose name and password these are, or None: absent, wrong, locked and closed look alike.

    A password that is right does not forget earlier failures: the second step is still to come.
    """
    name = username.strip().lower()
    with rights_of("iom_session"):
        user = User.objects.select_related("credential").filter(username=name).first()
        correct = check_password(password, user.password if user else NO_PASSWORD)
        attempts.take_turns(name, address)
        if attempts.is_locked(name, address, at=at):
            return None
        if user is None or not correct or not user.is_active:
            attempts.note_failure(name, address, at=at)
            return None
        return user


def change(user: User, *, to: str, at: datetime) -> None:
    """Set a new password; Invalid says what is wrong with it."""
    try:
        validate_password(to, user)
    except ValidationError as error:
        raise Invalid({"new_password": error.messages}) from error
    with rights_of("iom_session"):
        own, _ = Credential.objects.get_or_create(user_id=user.pk)
        user.credential = own
        user.set_password(to)
        own.password, own.password_set_at = user.password, at
        own.save(update_fields=["password", "password_set_at"])
