"""When a sign-in must pause, which second step a person owes, and how long a session lives (ORG-3)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

PENDING_MINUTES = 10
# How a token says that the agency saw more than a password (RFC 8176, "amr"), and that it saw a security key.
SECOND_METHODS = frozenset({"mfa", "otp", "hwk", "swk", "sc", "fido"})
KEY_METHODS = frozenset({"hwk", "sc", "fido"})
RECOVERY_CODES = 10
WARN_SECONDS = 120
REFUSED_SENTENCE = (
    "The username or password is not right, or the account is locked."
    " Wait 15 minutes and try again, or ask your administrator."
)
ENDED_SENTENCES = {
    "idle": "You were signed out because nothing was done for 15 minutes.",
    "longest": "You were signed out because you had been signed in for 8 hours. Sign in again to go on.",
    "elsewhere": "You were signed out because you signed in somewhere else. If that was not you, tell your"
    " administrator at once.",
    "everywhere": "You were signed out everywhere.",
    "role": "You were signed out because your role or your agency's agreement ended or changed.",
    "factor": "Everybody signs in with a second factor now. Sign in to set one up.",
    "password": "Your password was changed. Sign in with the new one.",
}


def locked_until(failures: Sequence[datetime], *, limit: int, cool_off: timedelta) -> datetime | None:
    """Until when nobody may try, or None: `limit` failures within the cool-off lock for as long, from the last one."""
    latest = sorted(failures, reverse=True)[:limit]
    if len(latest) < limit or latest[0] - latest[-1] >= cool_off:
        return None
    return latest[0] + cool_off


@dataclass(frozen=True)
class Factors:
    """What a person has set up."""

    has_app: bool = False
    keys: int = 0
    codes_left: int = 0

    @property
    def any(self) -> bool:
        return self.has_app or self.keys > 0


class NextStep(StrEnum):
    """What a person owes before the session begins."""

    SECOND_STEP = "second_step"
    ENROL_ANY = "enrol_any"
    ENROL_KEY = "enrol_key"
    DONE = "done"


def next_step(
    factors: Factors,
    *,
    passed: str,
    required: bool,
    roles: Collection[str],
    key_roles: Collection[str],
) -> NextStep:
    """`passed` is the factor given at this sign-in. Who has one is asked for it even where none is required."""
    if not passed and factors.any:
        return NextStep.SECOND_STEP
    if not required or passed == "provider":
        return NextStep.DONE
    if not factors.any:
        return NextStep.ENROL_KEY if owes_key(roles, key_roles) else NextStep.ENROL_ANY
    if owes_key(roles, key_roles) and not factors.keys:
        return NextStep.ENROL_KEY
    return NextStep.DONE


def provider_is_enough(
    methods: Collection[str], *, roles: Collection[str], key_roles: Collection[str]
) -> bool:
    """Whether what an agency's token says it saw stands in for our own second factor; saying nothing does not."""
    wanted = KEY_METHODS if owes_key(roles, key_roles) else SECOND_METHODS
    return bool(wanted & set(methods))


def is_too_weak(factor: str, *, required: bool, role: str, key_roles: Collection[str]) -> bool:
    """Whether a session begun with this factor cannot act in a role that signs in with a security key."""
    return required and factor == "app" and owes_key([role], key_roles)


def owes_key(roles: Collection[str], key_roles: Collection[str]) -> bool:
    """Whether one of the roles signs in with a security key and nothing less."""
    return bool(set(roles) & set(key_roles))


def takes_app(
    factors: Factors, *, required: bool, roles: Collection[str], key_roles: Collection[str]
) -> bool:
    """Whether a code of the app is enough: not for somebody who owes a key and has one."""
    return factors.has_app and not (required and owes_key(roles, key_roles) and factors.keys)
