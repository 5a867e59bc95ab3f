"""The words and the colour of every state, in one table: used by page, table and PDF alike."""

from dataclasses import dataclass

COLOURS = frozenset({"", "grey", "green", "teal", "purple", "magenta", "red", "orange", "yellow"})
"""The colours of the GOV.UK tag; "" is its blue."""


@dataclass(frozen=True)
class State:
    """How one state is said and coloured."""

    words: str
    colour: str = "grey"


DEADLINE = {
    "open": State("Open", ""),
    "due_soon": State("Due soon", "yellow"),
    "due_today": State("Due today", "orange"),
    "overdue": State("Overdue", "red"),
    "met": State("Met", "green"),
    "late": State("Met late", "orange"),
    "missed": State("Missed", "red"),
    "extended": State("Extended", "purple"),
    "cancelled": State("Cancelled", "grey"),
    "not_started": State("Not started", "grey"),
}

RAG = {
    "red": State("Red", "red"),
    "amber": State("Amber", "orange"),
    "green": State("Green", "green"),
    "blue": State("Blue (in custody)", ""),
    "": State("Not rated", "grey"),
}

GRADE = {
    "high": State("High", "red"),
    "medium": State("Medium", "orange"),
    "low": State("Low", "yellow"),
    "below": State("Below threshold", "grey"),
    "none": State("No score", "grey"),
    "": State("Not graded", "grey"),
}

REFERRAL = {
    "draft": State("Draft", "grey"),
    "submitted": State("Submitted", ""),
    "researching": State("Research under way", "purple"),
    "ready": State("Ready for the board", "teal"),
    "deferred": State("Deferred", "yellow"),
    "selected": State("Selected", "green"),
    "not_selected": State("Not selected", "grey"),
    "withdrawn": State("Withdrawn", "grey"),
}

CASE = {
    "selected": State("Selected", ""),
    "active": State("Active", "green"),
    "managed": State("Managed", "green"),
    "suspended": State("Suspended", "yellow"),
    "deselection_proposed": State("Deselection proposed", "orange"),
    "deselected": State("Deselected", "grey"),
    "closed": State("Closed", "grey"),
}

TASK = {
    "to_do": State("To do", ""),
    "in_progress": State("In progress", "teal"),
    "done": State("Done", "green"),
    "not_needed": State("Not needed", "grey"),
}

RUN = {
    "pending": State("Waiting", "grey"),
    "running": State("Running", ""),
    "finished": State("Finished", "green"),
    "loaded": State("Loaded", "green"),
    "rejected": State("Rejected", "red"),
    "failed": State("Failed", "red"),
}

REVIEW = {
    "new": State("New", ""),
    "to_review": State("To review", "yellow"),
    "refer": State("Referred", "green"),
    "watch": State("Keep watching", "purple"),
    "decline": State("No further action", "grey"),
}

AGREEMENT = {
    "in_force": State("In force", "green"),
    "ends_soon": State("Ends soon", "yellow"),
    "not_started": State("Not started", "grey"),
    "lapsed": State("Lapsed", "red"),
    "none": State("No agreement", "red"),
    "not_needed": State("Not needed", "grey"),
}

DEVICE = {
    "available": State("Available", "green"),
    "allocated": State("Allocated", "teal"),
    "fitted": State("Fitted", ""),
    "idle": State("Charging or idle", "yellow"),
    "faulty": State("Faulty", "orange"),
    "damaged": State("Damaged", "orange"),
    "lost": State("Lost", "red"),
    "retired": State("Retired", "grey"),
}

PRESENCE = {
    "present": State("Present", "green"),
    "apologies": State("Apologies", "yellow"),
}

STATES: dict[str, dict[str, State]] = {
    "agreement": AGREEMENT,
    "device": DEVICE,
    "presence": PRESENCE,
    "deadline": DEADLINE,
    "rag": RAG,
    "grade": GRADE,
    "referral": REFERRAL,
    "case": CASE,
    "task": TASK,
    "run": RUN,
    "review": REVIEW,
}


def state_of(kind: str, value: object) -> State:
    """The entry of the table; a value that is not in it is shown in its own words, in grey."""
    key = str(value or "").lower().replace(" ", "_").replace("-", "_")
    known = STATES.get(kind, {}).get(key)
    return known or State(str(value or "").replace("_", " ").capitalize() or "Not recorded")
