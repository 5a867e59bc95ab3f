"""The key that seals are signed with: Ed25519, in a file that only the worker's account reads."""

import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from iom.kernel.errors import Refused

VOUCHES = b"iom audit: the next seals are signed with "


@dataclass(frozen=True)
class SigningKey:
    """A private key and the id of its public one."""

    private: Ed25519PrivateKey

    @property
    def public_bytes(self) -> bytes:
        return self.private.public_key().public_bytes_raw()

    @property
    def key_id(self) -> str:
        return key_id_of(self.public_bytes)

    def sign(self, message: bytes) -> bytes:
        return self.private.sign(message)


def key_id_of(public_key: bytes) -> str:
    """Sixteen letters of the hash of a public key: a replaced key cannot keep the id."""
    return sha256(public_key).hexdigest()[:16]


def is_signed(message: bytes, signature: bytes, public_key: bytes) -> bool:
    """Whether this key signed the message."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def read_key(path: Path) -> SigningKey:
    """The key of a file; Refused says what is wrong with it."""
    try:
        private = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except FileNotFoundError:
        raise Refused(f"There is no key to seal the audit with at {path}: make one with audit_key.") from None
    except (ValueError, TypeError, OSError) as error:
        raise Refused(f"The key to seal the audit with cannot be read ({type(error).__name__}).") from None
    if not isinstance(private, Ed25519PrivateKey):
        raise Refused("The key to seal the audit with is not an Ed25519 key.")
    return SigningKey(private)


def make_key(path: Path) -> SigningKey:
    """Write a new key to a file that is not there yet, for its owner's eyes alone."""
    private = Ed25519PrivateKey.generate()
    text = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Refused(f"There is a key at {path} already.") from None
    with os.fdopen(made, "wb") as file:
        file.write(text)
    return SigningKey(private)


def signing_key(path: Path, *, may_make: bool) -> SigningKey:
    """The key at the path; made on the first call where that is allowed (never in production)."""
    if may_make and not path.exists():
        try:
            return make_key(path)
        except Refused:  # another process was first
            return read_key(path)
    return read_key(path)
