"""Authenticator apps and recovery codes (ORG-3)."""

import secrets
from datetime import datetime

import pyotp
from django.conf import settings

from iom.accounts.models import User
from iom.accounts.sealing import digest, digests, seal, unseal
from iom.kernel.errors import Invalid
from iom.kernel.rights import rights_of
from iom.signin.models import AuthenticatorApp, RecoveryCode, SecurityKey
from iom.signin.rules import RECOVERY_CODES, Factors
from iom.signin.services import attempts

ISSUER = "Integrated Offender Management"
STEP_SECONDS = 30
CODE = "recovery code"
# No letters or figures that look alike.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def factors_of(user_id: int) -> Factors:
    """What the person has set up."""
    with rights_of("iom_session"):
        return Factors(
            has_app=AuthenticatorApp.objects.filter(user_id=user_id).exists(),
            keys=SecurityKey.objects.filter(user_id=user_id).count(),
            codes_left=RecoveryCode.objects.filter(user_id=user_id, used_at__isnull=True).count(),
        )


def new_secret() -> str:
    return pyotp.random_base32()


def app_address(secret: str, username: str) -> str:
    """What the QR code says to the app."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=ISSUER)


def add_app(user: User, *, secret: str, code: str, at: datetime) -> None:
    """Set up the app, replacing an earlier one; the code shows that the app has the secret."""
    step = _step_of(secret, code, after=0, at=at)
    if step is None:
        raise Invalid(
            {"code": ["The code is not right. Check the clock of your phone and enter the next code."]}
        )
    with rights_of("iom_session"):
        AuthenticatorApp.objects.update_or_create(
            user_id=user.pk,
            defaults={
                "secret": seal(secret, purpose=app_purpose(user.pk)),
                "added_at": at,
                "last_step": step,
            },
        )


def remove_app(user_id: int) -> bool:
    """Whether the person had an app, which is now gone."""
    with rights_of("iom_session"):
        gone = AuthenticatorApp.objects.filter(user_id=user_id).delete()[0] > 0
        forget_idle_codes(user_id)
        return gone


def forget_idle_codes(user_id: int) -> None:
    """Recovery codes go with the last factor that they could stand in for."""
    if not factors_of(user_id).any:
        with rights_of("iom_session"):
            RecoveryCode.objects.filter(user_id=user_id).delete()


def take_code(user: User, code: str, *, address: str | None, at: datetime) -> bool:
    """Whether this is the app's code of now; no code is taken twice, failures count."""
    with rights_of("iom_session"):
        attempts.take_turns(user.username, address)
        if attempts.is_locked(user.username, address, at=at):
            return False
        app = AuthenticatorApp.objects.select_for_update().filter(user_id=user.pk).first()
        step = None
        if app is not None:
            secret = unseal(app.secret, purpose=app_purpose(user.pk))
            step = _step_of(secret, code, after=app.last_step, at=at)
        if app is None or step is None:
            attempts.note_failure(user.username, address, at=at)
            return False
        app.last_step = step
        app.save(update_fields=["last_step"])
        return True


def _step_of(secret: str, code: str, *, after: int, at: datetime) -> int | None:
    """The time step whose code this is, as near to now as clocks may differ, if it is later than `after`."""
    given = "".join(code.split())
    now, differ = int(at.timestamp()) // STEP_SECONDS, settings.AUTHENTICATOR_CLOCK_STEPS
    totp = pyotp.TOTP(secret)
    fits = [
        step
        for step in range(now - differ, now + differ + 1)
        if secrets.compare_digest(totp.generate_otp(step).encode(), given.encode()) and step > after
    ]
    return max(fits, default=None)


def app_purpose(user_id: int) -> str:
    return f"authenticator app of {user_id}"


def make_codes(user_id: int, *, at: datetime) -> list[str]:
    """New recovery codes, shown this once; the earlier ones no longer work."""
    codes = [_code() for _ in range(RECOVERY_CODES)]
    with rights_of("iom_session"):
        RecoveryCode.objects.filter(user_id=user_id).delete()
        RecoveryCode.objects.bulk_create(
            RecoveryCode(user_id=user_id, digest=digest(_told(user_id, code), purpose=CODE), made_at=at)
            for code in codes
        )
    return codes


def take_recovery_code(user: User, code: str, *, address: str | None, at: datetime) -> bool:
    """Whether this is one of the person's unused recovery codes, which is then used up; failures count."""
    with rights_of("iom_session"):
        attempts.take_turns(user.username, address)
        if attempts.is_locked(user.username, address, at=at):
            return False
        used = RecoveryCode.objects.filter(
            user_id=user.pk, digest__in=digests(_told(user.pk, code), purpose=CODE), used_at__isnull=True
        ).update(used_at=at)
        if not used:
            attempts.note_failure(user.username, address, at=at)
        return bool(used)


def _code() -> str:
    text = "".join(secrets.choice(ALPHABET) for _ in range(16))
    return "-".join(text[i : i + 4] for i in range(0, 16, 4))


def _told(user_id: int, code: str) -> str:
    """What is hashed of a code: bound to its person, without the hyphens."""
    plain = "".join(letter for letter in code.lower() if letter in ALPHABET)
    return f"{user_id}|{plain}"
