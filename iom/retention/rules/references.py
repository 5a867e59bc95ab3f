"""How a disposed reference is recognised without being kept."""

import hashlib
import hmac


def digest(nominal_ref: str, key: str) -> str:
    """A keyed hash of a nominal reference: without the key nobody can try references against it."""
    purpose = hmac.new(key.encode(), b"iom.retention.reference", hashlib.sha256).digest()
    return hmac.new(purpose, nominal_ref.strip().upper().encode(), hashlib.sha256).hexdigest()
