"""Kinds of meeting, the approved agenda, and when cases may be opened (MTG-1..3)."""

from datetime import date
from enum import StrEnum


class MeetingKind(StrEnum):
    SELECTION_BOARD = "selection_board"
    REFERRAL_PANEL = "referral_panel"
    OPERATIONAL_GROUP = "operational_group"
    DAILY_MANAGEMENT = "daily_management"
    OPERATIONAL_BOARD = "operational_board"
    REOFFENDING_BOARD = "reoffending_board"


KIND_LABELS = {
    MeetingKind.SELECTION_BOARD: "Selection and deselection board",
    MeetingKind.REFERRAL_PANEL: "Referral panel",
    MeetingKind.OPERATIONAL_GROUP: "Operational group",
    MeetingKind.DAILY_MANAGEMENT: "Daily management meeting",
    MeetingKind.OPERATIONAL_BOARD: "Operational IOM Board",
    MeetingKind.REOFFENDING_BOARD: "Reducing Reoffending Board",
}


class Section(StrEnum):
    """The sections of the approved agenda, in its order (MTG-2)."""

    NOMINATIONS = "nominations"
    MANAGED = "managed"
    DEREGISTRATIONS = "deregistrations"
    RELEASES = "releases"
    PRACTICE = "practice"
    LOCAL = "local"


SECTION_LABELS = {
    Section.NOMINATIONS: "Nominations",
    Section.MANAGED: "Managed people and changes",
    Section.DEREGISTRATIONS: "Deregistrations",
    Section.RELEASES: "Prison releases",
    Section.PRACTICE: "Effective practice and innovation",
    Section.LOCAL: "Local items",
}


class Presence(StrEnum):
    PRESENT = "present"
    APOLOGIES = "apologies"


PRESENCE_LABELS = {Presence.PRESENT: "Present", Presence.APOLOGIES: "Apologies"}


def why_cases_stay_closed(*, held_on: date, disclosure_read: bool, today: date) -> str:
    """The sentence that keeps the cases of a meeting closed, or nothing (MTG-3)."""
    if held_on > today:
        return "The meeting has not been held yet, so no decision can be recorded."
    if not disclosure_read:
        return "Record first that the disclosure statement was read: no case opens before that."
    return ""
