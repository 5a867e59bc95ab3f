"""How a recorded act is said (SHR-3)."""

from datetime import date, datetime, time, timedelta

from iom.kernel.clock import LONDON

KIND_LABELS = {
    "consult": "Looked at",
    "search": "Searched",
    "alter": "Changed",
    "export": "Exported",
    "disclose": "Disclosed",
    "denied": "Was denied",
    "sign_in": "Sign-in",
    "break_glass": "Opened in an emergency",
    "review": "Reviewed",
}
_LOOKS = {
    "consult": "looked at",
    "search": "searched in",
    "export": "exported",
    "disclose": "disclosed",
    "break_glass": "opened in an emergency",
    "review": "reviewed",
}
LOOK = "look:"
EXPORT_LIMIT = 10_000
NAMED_PER_ROW = 5


def look_sentence(kind: str, what: str) -> str:
    """A look at a page in words: `looked at: case`."""
    return f"{_LOOKS.get(kind, 'looked at')}: {what}"


def day_begins(day: date) -> datetime:
    """The moment at which a day begins in London."""
    return datetime.combine(day, time(), tzinfo=LONDON)


def day_ends(day: date) -> datetime:
    """The moment at which a day is over in London."""
    return day_begins(day + timedelta(days=1))


def key_of(at: datetime, pk: int) -> str:
    """A row's place in the list, for the links to the next and the previous page."""
    return f"{at.timestamp():.6f}_{pk}"


def read_key(text: str) -> tuple[datetime, int] | None:
    """The place that a link named; None for anything that is no place."""
    moment, _, pk = text.partition("_")
    try:
        return datetime.fromtimestamp(float(moment), tz=LONDON), int(pk)
    except (ValueError, OverflowError, OSError):
        return None
