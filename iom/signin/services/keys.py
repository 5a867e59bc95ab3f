"""Security keys (WebAuthn): adding one, and signing in with it (ORG-3)."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from iom.accounts.models import User
from iom.accounts.sealing import digest
from iom.kernel.errors import Invalid
from iom.kernel.rights import rights_of
from iom.signin.models import SecurityKey
from iom.signin.services import attempts
from iom.signin.services.factors import forget_idle_codes

PRODUCT = "Integrated Offender Management"
NOT_WORKED = "The security key did not answer as it should. Try again."


@dataclass(frozen=True)
class Site:
    """The address that keys are bound to: `https://iom.example`, and its name alone."""

    origin: str

    @property
    def name(self) -> str:
        return self.origin.split("//", 1)[1].rsplit(":", 1)[0]


@dataclass(frozen=True)
class Question:
    """What the browser is asked, and the challenge that its answer must hold."""

    options: dict[str, Any]
    challenge: str


def question_to_add(user: User, site: Site) -> Question:
    """What the browser needs to make a new key for this person, not one that they have."""
    made = generate_registration_options(
        rp_id=site.name,
        rp_name=PRODUCT,
        user_id=digest(str(user.pk), purpose="security key user").encode()[:64],
        user_name=user.username,
        user_display_name=user.name,
        exclude_credentials=_descriptors(user.pk),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
    )
    return Question(json.loads(options_to_json(made)), bytes_to_base64url(made.challenge))


def add_key(user: User, *, name: str, answer: str, challenge: str, site: Site, at: datetime) -> SecurityKey:
    """Keep the key that the browser made; Invalid when the answer does not fit the question."""
    try:
        found = verify_registration_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.name,
            expected_origin=site.origin,
            require_user_verification=False,
        )
    except (WebAuthnException, ValueError, KeyError) as error:
        raise Invalid({"answer": [NOT_WORKED]}) from error
    with rights_of("iom_session"):
        if SecurityKey.objects.filter(credential_id=found.credential_id).exists():
            raise Invalid({"answer": ["This security key is in use already."]})
        return SecurityKey.objects.create(
            user_id=user.pk,
            name=name,
            credential_id=found.credential_id,
            public_key=found.credential_public_key,
            sign_count=found.sign_count,
            added_at=at,
        )


def question_to_sign_in(user_id: int, site: Site) -> Question:
    """What the browser needs to use one of the person's keys."""
    made = generate_authentication_options(
        rp_id=site.name,
        allow_credentials=_descriptors(user_id),
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return Question(json.loads(options_to_json(made)), bytes_to_base64url(made.challenge))


def take_key(
    user: User, *, answer: str, challenge: str, site: Site, address: str | None, at: datetime
) -> bool:
    """Whether one of the person's own keys answered this very question; failures count."""
    with rights_of("iom_session"):
        attempts.take_turns(user.username, address)
        if attempts.is_locked(user.username, address, at=at):
            return False
        if challenge and _verified(user.pk, answer, challenge, site, at):
            return True
        attempts.note_failure(user.username, address, at=at)
        return False


def _verified(user_id: int, answer: str, challenge: str, site: Site, at: datetime) -> bool:
    try:
        given = base64url_to_bytes(json.loads(answer)["rawId"])
        key = SecurityKey.objects.select_for_update().filter(user_id=user_id, credential_id=given).first()
        if key is None:
            return False
        found = verify_authentication_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.name,
            expected_origin=site.origin,
            credential_public_key=bytes(key.public_key),
            credential_current_sign_count=key.sign_count,
            require_user_verification=False,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return False
    key.sign_count, key.last_used_at = found.new_sign_count, at
    key.save(update_fields=["sign_count", "last_used_at"])
    return True


def keys_of(user_id: int) -> list[SecurityKey]:
    with rights_of("iom_session"):
        return list(SecurityKey.objects.filter(user_id=user_id).order_by("added_at"))


def remove_key(user_id: int, key_id: int) -> bool:
    """Whether the person had this key, which is now gone."""
    with rights_of("iom_session"):
        gone = SecurityKey.objects.filter(user_id=user_id, pk=key_id).delete()[0] > 0
        forget_idle_codes(user_id)
        return gone


def _descriptors(user_id: int) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=bytes(key.credential_id)) for key in keys_of(user_id)]
