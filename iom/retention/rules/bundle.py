"""What the person is given, made of decided items and of nothing else (SHR-4)."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from iom.retention.rules.grounds import GROUNDS
from iom.retention.rules.redaction import shown
from iom.retention.rules.statuses import Outcome


class NotDecided(ValueError):
    """Something in the request is still to be decided."""


@dataclass(frozen=True)
class Decided:
    """One decided item."""

    section: str
    seq: int
    title: str
    on: date | None
    text: str
    outcome: str
    marked: str
    ground: str


def contents(items: Iterable[Decided], labels: Mapping[str, str]) -> dict[str, Any]:
    """Sections with what is given of each item, and what the person is told is kept back.

    What is withheld leaves no title, date or word. It is told of by its ground, with its number, unless that ground is
    silent; then nothing says that there was anything.
    """
    listed = sorted(items, key=lambda item: (list(labels).index(item.section), item.seq))
    if any(not item.outcome for item in listed):
        raise NotDecided
    sections: dict[str, list[dict[str, Any]]] = {}
    told: dict[str, int] = {}
    for item in listed:
        if item.outcome == Outcome.WITHHOLD:
            said = GROUNDS[item.ground].told
            if said:
                told[said] = told.get(said, 0) + 1
            continue
        text = shown(item.marked) if item.outcome == Outcome.REDACT else item.text
        sections.setdefault(item.section, []).append(
            {"title": item.title, "on": item.on.isoformat() if item.on else None, "text": text}
        )
    hidden = sorted({GROUNDS[i.ground].told for i in listed if i.outcome == Outcome.REDACT} - {""})
    return {
        "sections": [
            {"code": code, "label": label, "items": sections[code]}
            for code, label in labels.items()
            if code in sections
        ],
        "passages_removed": hidden,
        "withheld": [{"reason": reason, "items": number} for reason, number in sorted(told.items())],
    }


def digest_of(items: Iterable[Decided]) -> str:
    """A fingerprint of every decision, so that what is signed is what is made."""
    rows = sorted(
        [i.section, i.seq, i.title, i.on.isoformat() if i.on else "", i.text, i.outcome, i.marked, i.ground]
        for i in items
    )
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()
