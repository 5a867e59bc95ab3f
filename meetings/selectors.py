"""Reading meetings: the list, one with what the reader may see of it, and those a person came up at (MTG)."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from iom.access.actor import Actor
from meetings.models import Attendance, Meeting, MeetingCase
from meetings.permissions import attendance_visible_to, cases_visible_to, may_record, visible_to
from meetings.rules import SECTION_LABELS, Presence, Section, why_cases_stay_closed


@dataclass(frozen=True)
class AgendaSection:
    """One section of the agenda with the cases the reader may see."""

    label: str
    cases: tuple[MeetingCase, ...]


@dataclass(frozen=True)
class MeetingView:
    """One meeting as its page shows it; `closed` says why no decision can be recorded, if so."""

    meeting: Meeting
    attendance: tuple[Attendance, ...]
    agenda: tuple[AgendaSection, ...]
    closed: str
    may_record: bool

    @property
    def person_ids(self) -> list[int]:
        return [case.person_id for section in self.agenda for case in section.cases]


def meetings(
    actor: Actor, *, kind: str = "", unit_code: str = "", since: date | None = None, until: date | None = None
) -> QuerySet[Meeting]:
    """The meetings the reader may see, latest first, limited as asked."""
    rows = visible_to(actor).order_by("-held_on", "-pk")
    if kind:
        rows = rows.filter(kind=kind)
    if unit_code:
        rows = rows.filter(unit__code=unit_code)
    if since:
        rows = rows.filter(held_on__gte=since)
    if until:
        rows = rows.filter(held_on__lte=until)
    return rows


@dataclass(frozen=True)
class MeetingLine:
    """One meeting of the list with the counts of what the reader may see."""

    meeting: Meeting
    present: int
    apologies: int
    cases: int


def lines(actor: Actor, rows: list[Meeting]) -> list[MeetingLine]:
    """Meetings with counts of agencies and of visible cases, in two queries for all."""
    ids = [meeting.pk for meeting in rows]
    came = attendance_visible_to(actor).filter(meeting__in=ids).order_by().values("meeting")
    present = {
        row["meeting"]: (row["present"], row["apologies"])
        for row in came.annotate(
            present=Count("pk", filter=Q(presence=Presence.PRESENT)),
            apologies=Count("pk", filter=Q(presence=Presence.APOLOGIES)),
        )
    }
    counted = (
        cases_visible_to(actor).filter(meeting__in=ids).order_by().values("meeting").annotate(n=Count("pk"))
    )
    cases = {row["meeting"]: row["n"] for row in counted}
    return [
        MeetingLine(meeting, *present.get(meeting.pk, (0, 0)), cases=cases.get(meeting.pk, 0))
        for meeting in rows
    ]


def meeting_view(actor: Actor, meeting: Meeting, *, on: date) -> MeetingView:
    """The meeting's agenda in the approved order, of its cases only those on people the reader may see."""
    cases = list(cases_visible_to(actor).filter(meeting=meeting).order_by("pk"))
    agenda = tuple(
        AgendaSection(SECTION_LABELS[section], tuple(case for case in cases if case.section == section))
        for section in Section
    )
    return MeetingView(
        meeting=meeting,
        attendance=tuple(attendance_visible_to(actor).filter(meeting=meeting).order_by("agency__name")),
        agenda=agenda,
        closed=why_cases_stay_closed(
            held_on=meeting.held_on, disclosure_read=meeting.disclosure_read, today=on
        ),
        may_record=may_record(actor, meeting.unit_id),
    )


def decisions_on(actor: Actor, person_id: int) -> list[MeetingCase]:
    """What meetings decided about one person, latest first."""
    return list(cases_visible_to(actor).filter(person=person_id).order_by("-meeting__held_on", "-pk"))
