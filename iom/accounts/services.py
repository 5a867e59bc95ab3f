"""Signing in: one neutral answer, and a pause after repeated failures."""

from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction

from iom.accounts.models import User
from iom.accounts.rules import LOCK_MINUTES, MAX_SIGN_IN_FAILURES


@transaction.atomic
def check_password(username: str, password: str, *, at: datetime) -> User | None:
    """The user whose name and password these are, or None: absent, wrong, locked and closed look alike."""
    user = User.objects.select_for_update().filter(username=username.strip().lower()).first()
    if user is None:
        make_password(password)
        return None
    correct = user.check_password(password)
    if user.locked_until and user.locked_until > at:
        return None
    if not correct or not user.is_active:
        user.failed_sign_ins += 1
        if user.failed_sign_ins >= MAX_SIGN_IN_FAILURES:
            user.locked_until = at + timedelta(minutes=LOCK_MINUTES)
            user.failed_sign_ins = 0
        user.save(update_fields=["failed_sign_ins", "locked_until"])
        return None
    user.failed_sign_ins = 0
    user.locked_until = None
    user.save(update_fields=["failed_sign_ins", "locked_until"])
    return user
