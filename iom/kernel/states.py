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
    "stopped": State("Stopped", "grey"),
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
    "not_brought_on": State("Not brought on", "grey"),
    "": State("Not graded", "grey"),
}

REFERRAL = {
    "submitted": State("Submitted", ""),
    "being_researched": State("Being researched", "purple"),
    "listed": State("Listed for a board", "teal"),
    "deferred": State("Deferred", "yellow"),
    "selected": State("Selected", "green"),
    "not_selected": State("Not selected", "grey"),
    "withdrawn": State("Withdrawn", "grey"),
}

CASE = {
    "active": State("Active", "green"),
    "deselecting": State("Being deselected", "orange"),
    "closed": State("Closed", "grey"),
}

TASK = {
    "to_do": State("To do", ""),
    "in_progress": State("In progress", "teal"),
    "done": State("Done", "green"),
    "not_needed": State("Not needed", "grey"),
    "stopped": State("Stopped", "grey"),
}

RUN = {
    "pending": State("Waiting", "grey"),
    "open": State("Running", ""),
    "running": State("Running", ""),
    "finished": State("Finished", "green"),
    "done": State("Finished", "green"),
    "loaded": State("Loaded", "green"),
    "already_loaded": State("Loaded before", "grey"),
    "parked": State("Parked", "yellow"),
    "broken": State("Broken", "red"),
    "failed": State("Failed", "red"),
}

REVIEW = {
    "to_review": State("To review", "yellow"),
    "discuss": State("Discuss at the next meeting", "teal"),
    "not_discuss": State("No discussion needed", "grey"),
    "refer": State("Referred", "green"),
}

PLAN = {
    "draft": State("Draft", "grey"),
    "completed": State("Completed", "teal"),
    "endorsed": State("Endorsed", "green"),
    "replaced": State("Replaced", "grey"),
}

DESELECTION = {
    "proposed": State("Proposed", "yellow"),
    "agreed": State("Agreed", "teal"),
    "turned_down": State("Turned down", "grey"),
    "deregistered": State("Deregistered", "green"),
}

ALERT = {
    "open": State("Open", ""),
    "closed": State("Closed", "grey"),
    "escalation": State("Escalation", "red"),
}

MODEL = {
    "draft": State("Draft", "grey"),
    "shadow": State("Shadow", "purple"),
    "active": State("Active", "green"),
    "retired": State("Retired", "grey"),
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

APPROVAL = {
    "waiting": State("Waiting", "yellow"),
    "approved": State("Signed", "green"),
    "refused": State("Refused", "red"),
    "withdrawn": State("Withdrawn", "grey"),
    "lapsed": State("Lapsed", "grey"),
}

SHARE = {
    "in_force": State("In force", "green"),
    "not_in_force": State("Not in force", "grey"),
}

DISCLOSURE = {
    "running": State("In force", "green"),
    "expired": State("Expired", "grey"),
    "revoked": State("Revoked", "red"),
}

CONSENT = {
    "given": State("Given", "green"),
    "refused": State("Refused", "red"),
    "withdrawn": State("Withdrawn", "orange"),
}

LOOKED_AT = {
    "confirmed": State("Confirmed", "green"),
    "changed": State("Changed", "purple"),
    "ended": State("Ended", "grey"),
}

SCAN = {
    "waiting": State("Being checked", "yellow"),
    "clean": State("Checked", "green"),
    "unscanned": State("Not scanned", "yellow"),
    "infected": State("Refused", "red"),
    "failed": State("Not checked", "orange"),
    "withdrawn": State("Withdrawn", "grey"),
    "disposed": State("Disposed of", "grey"),
    "missing": State("File missing", "red"),
}

FEED = {
    "loaded": State("Loaded", "green"),
    "parked": State("Parked", "orange"),
    "broken": State("Broken", "red"),
}

SIGN_IN = {
    "active": State("Active", "green"),
    "invited": State("Not signed in yet", ""),
    "dormant": State("Dormant", "orange"),
    "no_role": State("No current role", "yellow"),
    "closed": State("Closed", "grey"),
}

OPENING = {
    "search": State("From another district", "yellow"),
    "break_glass": State("In an emergency", "red"),
}

RETENTION = {
    "open": State("To review", "yellow"),
    "asked": State("Waits for a second signature", "purple"),
    "approved": State("Signed: to be disposed of", "orange"),
    "retained": State("Kept", "green"),
    "overtaken": State("No longer due", "grey"),
    "held": State("Held", "red"),
    "lifted": State("Lifted", "grey"),
}

SUBJECT_ACCESS = {
    "received": State("Received", ""),
    "assembling": State("Being put together", "grey"),
    "deciding": State("To decide", "yellow"),
    "signing": State("Waits for a second signature", "purple"),
    "signed": State("Signed, being made", "teal"),
    "ready": State("Ready to give", "orange"),
    "released": State("Given", "green"),
    "refused": State("Refused", "red"),
    "withdrawn": State("Withdrawn", "grey"),
    "to_decide": State("To decide", "yellow"),
    "disclose": State("Give", "green"),
    "redact": State("Hide passages", "orange"),
    "withhold": State("Withhold", "red"),
    "corrected": State("Put right", "green"),
    "completed": State("Statement added", "teal"),
}

OVERSIGHT = {
    "open": State("To review", "yellow"),
    "reviewed": State("Reviewed", "green"),
    "overdue": State("Overdue", "red"),
    "holds": State("Holds", "green"),
    "broken": State("Does not hold", "red"),
}

STATES: dict[str, dict[str, State]] = {
    "oversight": OVERSIGHT,
    "retention": RETENTION,
    "subject_access": SUBJECT_ACCESS,
    "approval": APPROVAL,
    "share": SHARE,
    "disclosure": DISCLOSURE,
    "consent": CONSENT,
    "looked_at": LOOKED_AT,
    "feed": FEED,
    "sign_in": SIGN_IN,
    "scan": SCAN,
    "agreement": AGREEMENT,
    "device": DEVICE,
    "presence": PRESENCE,
    "deadline": DEADLINE,
    "opening": OPENING,
    "rag": RAG,
    "grade": GRADE,
    "referral": REFERRAL,
    "case": CASE,
    "task": TASK,
    "run": RUN,
    "review": REVIEW,
    "plan": PLAN,
    "deselection": DESELECTION,
    "alert": ALERT,
    "model": MODEL,
}


def state_of(kind: str, value: object) -> State:
    """The entry of the table; a value that is not in it is shown in its own words, in grey."""
    key = str(value or "").lower().replace(" ", "_").replace("-", "_")
    known = STATES.get(kind, {}).get(key)
    return known or State(str(value or "").replace("_", " ").capitalize() or "Not recorded")
