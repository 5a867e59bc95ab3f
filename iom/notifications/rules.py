"""What goes by e-mail at once, what waits for the daily digest, and how often sending is tried (CMP-7)."""

import hashlib
from datetime import date, datetime, time, timedelta

from iom.working_days.rules import LONDON

DIGEST_FROM = time(7, 0)
MAX_SEND_ATTEMPTS = 8
LONGEST_PAUSE = timedelta(hours=1)


def digest_day(at: datetime) -> date | None:
    """The London day whose digest may go out at a moment; none before seven in the morning."""
    local = at.astimezone(LONDON)
    return local.date() if local.time() >= DIGEST_FROM else None


def goes_at_once(*, urgent: bool, due_on: date | None, on: date) -> bool:
    """Urgent messages and what is due today or is late do not wait for the digest."""
    return urgent or (due_on is not None and due_on <= on)


def pause_after(attempts: int) -> timedelta:
    """How long to wait after a failed attempt: one minute, then twice as long each time, an hour at most."""
    return min(timedelta(minutes=2 ** max(0, attempts - 1)), LONGEST_PAUSE)


def message_id(key: str, domain: str) -> str:
    """The same message always carries the same identifier, so that a mail system can drop a second copy."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{domain}>"


def digest_subject(count: int, on: date) -> str:
    """Says how many and for which day; never who (e-mail leaves the protected system)."""
    return f"IOM: {count} {'message' if count == 1 else 'messages'} on {on.day} {on:%B %Y}"


def digest_body(lines: list[str], address: str) -> str:
    """The subject of each message and where to read it."""
    listed = "\n".join(f"- {line}" for line in lines)
    return f"You have new messages in Integrated Offender Management.\n\n{listed}\n\nSign in to read them: {address}\n"
