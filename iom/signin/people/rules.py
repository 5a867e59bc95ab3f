"""What can be asked for about a person's sign-in, and how a person stands."""

from datetime import date, datetime, timedelta
from enum import StrEnum

KIND = "accounts.user_admin"
# What two administrators agreed is drawn within this time, or agreed anew.
DRAWN_WITHIN = timedelta(days=7)


class Act(StrEnum):
    JOIN = "join"
    ADD = "add"
    MOVE = "move"
    END = "end"
    RENEW = "renew"
    LINK = "link"
    CLOSE = "close"
    REOPEN = "reopen"
    PROVIDER = "provider"


ACT_LABELS = {
    Act.JOIN: "Invite a person",
    Act.ADD: "Add a membership",
    Act.MOVE: "Change team or role",
    Act.END: "End a membership",
    Act.RENEW: "Issue a new sign-in link",
    Act.LINK: "Link an agency's account",
    Act.CLOSE: "Close a sign-in",
    Act.REOPEN: "Open a sign-in again",
    Act.PROVIDER: "Change an agency's single sign-on",
}


class Standing(StrEnum):
    ACTIVE = "active"
    INVITED = "invited"
    DORMANT = "dormant"
    NO_ROLE = "no_role"
    CLOSED = "closed"


STANDING_LABELS = {
    Standing.ACTIVE: "Active",
    Standing.INVITED: "Not signed in yet",
    Standing.DORMANT: "Dormant",
    Standing.NO_ROLE: "No current role",
    Standing.CLOSED: "Closed",
}


def standing(
    *,
    is_active: bool,
    has_role: bool,
    last_signed_in_at: datetime | None,
    created_at: datetime,
    at: datetime,
    dormant_days: int,
) -> Standing:
    """How a person's sign-in stands; a sign-in nobody used for long enough is dormant."""
    if not is_active:
        return Standing.CLOSED
    if not has_role:
        return Standing.NO_ROLE
    if is_dormant(last_signed_in_at or created_at, at=at, dormant_days=dormant_days):
        return Standing.DORMANT
    return Standing.ACTIVE if last_signed_in_at else Standing.INVITED


def is_dormant(last: datetime, *, at: datetime, dormant_days: int) -> bool:
    """Whether the last use lies `dormant_days` or more back; 0 days switches the rule off."""
    return dormant_days > 0 and at - last >= timedelta(days=dormant_days)


def span_problem(starts_on: date, ends_on: date | None) -> str:
    """A sentence when a membership would end before it starts."""
    return "The last day must not be before the first." if ends_on and ends_on < starts_on else ""
