"""What may be disclosed by name, for how long, and how the ledger says it (SHR-1, NEW-5)."""

from datetime import date, timedelta
from enum import StrEnum

from iom.kernel.reasons import SHORTEST_REASON


class What(StrEnum):
    """The kinds of single records that one agency can be given by name."""

    ITEM = "item"
    DOCUMENT = "document"
    MEETING = "meeting"


WHAT_LABELS = {
    What.ITEM: "Intelligence item",
    What.DOCUMENT: "Document",
    What.MEETING: "Decision of a meeting",
}


class Medium(StrEnum):
    """How information went out."""

    CASE = "case"
    ITEM = "item"
    DOCUMENT = "document"
    MEETING = "meeting"
    EXPORT = "export"
    PRINT = "print"
    SPOKEN = "spoken"
    VIEW = "view"


MEDIUM_LABELS = {
    Medium.CASE: "Case shared",
    Medium.ITEM: "Intelligence item",
    Medium.DOCUMENT: "Document",
    Medium.MEETING: "Said at a meeting",
    Medium.EXPORT: "Exported",
    Medium.PRINT: "Printed",
    Medium.SPOKEN: "Told in person or by phone",
    Medium.VIEW: "Looked at by a partner",
}
BY_HAND = (Medium.SPOKEN, Medium.PRINT, Medium.EXPORT, Medium.MEETING)
"""What the product cannot see by itself and people write into the ledger."""


class ConsentStatus(StrEnum):
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


CONSENT_LABELS = {
    ConsentStatus.GIVEN: "Given",
    ConsentStatus.REFUSED: "Refused",
    ConsentStatus.WITHDRAWN: "Withdrawn",
}


class Outcome(StrEnum):
    """What became of one share when it was looked at again."""

    CONFIRMED = "confirmed"
    CHANGED = "changed"
    ENDED = "ended"


OUTCOME_LABELS = {
    Outcome.CONFIRMED: "Confirmed as it is",
    Outcome.CHANGED: "Changed",
    Outcome.ENDED: "Ended",
}
CAUSE_LABELS = {
    "manager": "The case has a new manager",
    "unit": "Another district or hub answers for the person",
}

LONGEST_DISCLOSURE_DAYS = 180


def too_short(words: str) -> bool:
    """Whether a reason, purpose or necessity is too short to be one."""
    return len(words.strip()) < SHORTEST_REASON


def why_not_until(
    expires_on: date | None, *, on: date, share_ends: date | None, agreement_ends: date | None
) -> str:
    """The sentence that keeps a disclosure from running until a day, or nothing."""
    if expires_on is None or expires_on <= on:
        return "The disclosure must end on a day in the future."
    if expires_on > on + timedelta(days=LONGEST_DISCLOSURE_DAYS):
        return f"A disclosure lasts {LONGEST_DISCLOSURE_DAYS} days at most."
    if share_ends is not None and expires_on > share_ends:
        return "The disclosure cannot outlast the sharing of the person with this agency."
    if agreement_ends is not None and expires_on > agreement_ends:
        return "The disclosure cannot outlast the agreement."
    return ""
