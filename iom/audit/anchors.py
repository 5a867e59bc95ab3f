"""The anchor: what is printed of the last seal, so that whoever keeps the paper can check the history against it."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from iom.audit.models import Seal
from iom.kernel.errors import Invalid

_PARTS = 4
_PRINTED = re.compile(r"seal\s+([\d,]+)\b", re.IGNORECASE)
_DIGEST = re.compile(r"(?:[0-9a-f]{16}\s*){4}")


@dataclass(frozen=True)
class Anchor:
    """A seal's number and the digest that fixes the history up to it; on paper also its time and key."""

    number: int
    digest: str
    sealed_at: datetime | None = None
    key_id: str = ""

    @property
    def text(self) -> str:
        """One line, the digest in four groups that can be read aloud."""
        size = len(self.digest) // _PARTS
        groups = " ".join(self.digest[n * size : (n + 1) * size] for n in range(_PARTS))
        when = self.sealed_at.astimezone(UTC).isoformat(timespec="seconds") if self.sealed_at else ""
        return f"Audit seal {self.number} of {when}, key {self.key_id}: {groups}"

    @property
    def json(self) -> str:
        when = self.sealed_at.astimezone(UTC).isoformat(timespec="seconds") if self.sealed_at else ""
        return json.dumps(
            {"seal": self.number, "digest": self.digest, "sealed_at": when, "key": self.key_id}, indent=2
        )


def anchor_of(seal: Seal) -> Anchor:
    return Anchor(seal.number, bytes(seal.digest).hex(), seal.sealed_at, seal.key_id)


def last_anchor() -> Anchor | None:
    """The anchor of the last seal; None before the first."""
    seal = Seal.objects.order_by("-number").first()
    return anchor_of(seal) if seal else None


def read_anchor(text: str) -> Anchor:
    """The anchor in a text copied from a report, or in the JSON of a download; Invalid when there is none."""
    try:
        found = json.loads(text)
        return Anchor(int(found["seal"]), str(found["digest"]).lower())
    except (ValueError, KeyError, TypeError):
        pass
    number, digest = _PRINTED.search(text), _DIGEST.search(text.lower())
    if number is None or digest is None:
        raise Invalid(
            {"anchor": ["The anchor needs the word seal with its number, and a digest of 64 signs."]}
        )
    return Anchor(int(number[1].replace(",", "")), re.sub(r"\s", "", digest[0]))
