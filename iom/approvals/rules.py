"""What a second signature may become, and until when it is waited for."""

from datetime import datetime, timedelta
from enum import StrEnum

from iom.kernel.reasons import SHORTEST_REASON


class Status(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


STATUS_LABELS = {
    Status.WAITING: "Waiting",
    Status.APPROVED: "Approved",
    Status.REFUSED: "Refused",
    Status.WITHDRAWN: "Withdrawn",
    Status.LAPSED: "Lapsed",
}
LAPSES_AFTER_DAYS = 14

SOMEBODY_ELSE = "Somebody other than the person who asked must decide."
ONLY_THE_ASKER = "Only the person who asked can withdraw it."


def lapses_at(asked_at: datetime, days: int = LAPSES_AFTER_DAYS) -> datetime:
    """The moment from which a request that nobody decided counts no more."""
    return asked_at + timedelta(days=days)


def state(status: str, lapses: datetime, *, at: datetime) -> Status:
    """What a request is at a moment: one that waits too long has lapsed, whether or not that is written down yet."""
    if status == Status.WAITING and at >= lapses:
        return Status.LAPSED
    return Status(status)


def why_not(status: str, lapses: datetime, *, at: datetime) -> str:
    """The sentence that keeps a request from being decided, or nothing."""
    now = state(status, lapses, at=at)
    if now == Status.WAITING:
        return ""
    if now == Status.LAPSED:
        return "Nobody decided this in time. Ask again if it is still needed."
    return f"This is decided already: it was {STATUS_LABELS[now].lower()}."


def short_of_reason(reason: str) -> bool:
    """Whether a reason is too short to be one."""
    return len(reason.strip()) < SHORTEST_REASON
