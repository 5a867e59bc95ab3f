"""Secrets that the product must be able to read again are kept encrypted, each bound to what it is for.

AES-256-GCM under a key derived from `SECRETS_KEY`; older keys in `SECRETS_KEYS_BEFORE` still open what they sealed.
"""

import base64
import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_NONCE = 12


class NotSealedHere(Exception):
    """The text was not sealed with a key of this product for this purpose."""


def seal(text: str, *, purpose: str) -> str:
    """The text encrypted; only `unseal` with the same purpose opens it."""
    nonce = os.urandom(_NONCE)
    sealed = AESGCM(_key(settings.SECRETS_KEY)).encrypt(nonce, text.encode(), purpose.encode())
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def unseal(sealed: str, *, purpose: str) -> str:
    """What was sealed for this purpose; NotSealedHere otherwise."""
    try:
        raw = base64.urlsafe_b64decode(sealed.encode())
    except ValueError as error:
        raise NotSealedHere from error
    for secret in (settings.SECRETS_KEY, *settings.SECRETS_KEYS_BEFORE):
        try:
            return AESGCM(_key(secret)).decrypt(raw[:_NONCE], raw[_NONCE:], purpose.encode()).decode()
        except (InvalidTag, ValueError):
            continue
    raise NotSealedHere


def digest(text: str, *, purpose: str) -> str:
    """A keyed hash of a random secret or a name, to find it again without keeping it."""
    return _digest(settings.SECRETS_KEY, text, purpose)


def digests(text: str, *, purpose: str) -> list[str]:
    """The hash under the key of now and under each earlier one: what was kept before a change is still found."""
    return [
        _digest(secret, text, purpose) for secret in (settings.SECRETS_KEY, *settings.SECRETS_KEYS_BEFORE)
    ]


def _digest(secret: str, text: str, purpose: str) -> str:
    return hmac.new(_key(secret), f"{purpose}|{text}".encode(), hashlib.sha256).hexdigest()


def _key(secret: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"iom secrets 1").derive(secret.encode())
