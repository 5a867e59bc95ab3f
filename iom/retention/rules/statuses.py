"""The states of reviews, requests and items, and what leads from one to another (SHR-4)."""

from dataclasses import dataclass
from enum import StrEnum


class ReviewStatus(StrEnum):
    OPEN = "open"
    ASKED = "asked"
    RETAINED = "retained"
    APPROVED = "approved"
    OVERTAKEN = "overtaken"


REVIEW_LABELS = {
    ReviewStatus.OPEN: "To review",
    ReviewStatus.ASKED: "Disposal waits for a second signature",
    ReviewStatus.RETAINED: "Kept",
    ReviewStatus.APPROVED: "Signed: to be disposed of",
    ReviewStatus.OVERTAKEN: "No longer due",
}
STANDING = (ReviewStatus.OPEN, ReviewStatus.ASKED, ReviewStatus.APPROVED)


@dataclass(frozen=True)
class Criterion:
    """One question of the national retention assessment criteria."""

    code: str
    words: str
    hint: str = ""


CRITERIA: tuple[Criterion, ...] = (
    Criterion("harm", "Is there evidence of a capacity to inflict serious harm?"),
    Criterion("children", "Are there concerns in relation to children or vulnerable adults?"),
    Criterion("trust", "Did the behaviour involve a breach of trust?"),
    Criterion(
        "patterns",
        "Is there evidence of established links or associations which might increase the risk of harm?",
    ),
    Criterion("concern", "Are there concerns as to the ability to control impulses, or of substance misuse?"),
    Criterion(
        "mental", "Are there concerns that the person's mental state might make symptoms of risk worse?"
    ),
)
ANSWERS = {"yes": "Yes", "no": "No", "not_known": "Not known"}


class RequestStatus(StrEnum):
    RECEIVED = "received"
    ASSEMBLING = "assembling"
    DECIDING = "deciding"
    SIGNING = "signing"
    SIGNED = "signed"
    READY = "ready"
    RELEASED = "released"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


REQUEST_LABELS = {
    RequestStatus.RECEIVED: "Received",
    RequestStatus.ASSEMBLING: "Being put together",
    RequestStatus.DECIDING: "To decide",
    RequestStatus.SIGNING: "Waits for a second signature",
    RequestStatus.SIGNED: "Signed, being made",
    RequestStatus.READY: "Ready to give",
    RequestStatus.RELEASED: "Given",
    RequestStatus.REFUSED: "Refused",
    RequestStatus.WITHDRAWN: "Withdrawn",
}
ENDED = (RequestStatus.RELEASED, RequestStatus.REFUSED, RequestStatus.WITHDRAWN)
OPEN_REQUEST = tuple(status for status in RequestStatus if status not in ENDED)

STEPS: dict[str, tuple[RequestStatus, ...]] = {
    "identify": (RequestStatus.RECEIVED,),
    "assemble": (RequestStatus.RECEIVED, RequestStatus.DECIDING),
    "extend": tuple(s for s in OPEN_REQUEST if s != RequestStatus.READY),
    "take": OPEN_REQUEST,
    "decide": (RequestStatus.DECIDING,),
    "ask": (RequestStatus.DECIDING,),
    "back": (RequestStatus.SIGNING,),
    "release": (RequestStatus.READY,),
    "end": (RequestStatus.RECEIVED, RequestStatus.DECIDING),
}


class Outcome(StrEnum):
    """What the person gets of one item."""

    DISCLOSE = "disclose"
    REDACT = "redact"
    WITHHOLD = "withhold"


OUTCOME_LABELS = {
    Outcome.DISCLOSE: "Give as it is",
    Outcome.REDACT: "Give with passages hidden",
    Outcome.WITHHOLD: "Withhold",
}


def may_step(step: str, status: str) -> bool:
    """Whether a request in this state can take the step."""
    return status in STEPS[step]
