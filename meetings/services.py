"""What people do with meetings: record one, say that the disclosure statement was read, record a decision (MTG)."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import IntegrityError, transaction

from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.audit.services import record
from iom.kernel.errors import Forbidden, Invalid, Refused
from iom.persons.permissions import access_person
from iom.sharing.services.ledger import said_at_meeting
from meetings.audit import DECIDED, DISCLOSURE_READ, RECORDED
from meetings.models import Attendance, Meeting, MeetingCase
from meetings.permissions import access_meeting, may_record
from meetings.rules import SECTION_LABELS, MeetingKind, Presence, Section, why_cases_stay_closed


@transaction.atomic
def record_meeting(
    *,
    kind: str,
    unit_id: int,
    held_on: date,
    chair: str,
    place: str,
    attendance: Mapping[int, str],
    disclosure_read: bool = False,
    by: Actor,
    at: datetime,
) -> Meeting:
    """A meeting with the agencies that came or sent apologies: `attendance` is presence by agency id (MTG-1)."""
    by.require(Power.RUN_MEETINGS)
    if not may_record(by, unit_id):
        raise Forbidden("You may record meetings of your own district only.")
    if Presence.PRESENT not in attendance.values():
        raise Invalid({"present": ["Select at least one agency that was present"]})
    kind = MeetingKind(kind).value
    meeting = _new(
        Meeting(
            kind=kind,
            unit_id=unit_id,
            held_on=held_on,
            chair=chair.strip(),
            place=place.strip(),
            disclosure_read=disclosure_read,
            recorded_by_id=by.user_id,
            recorded_at=at,
        )
    )
    Attendance.objects.bulk_create(
        Attendance(meeting=meeting, agency_id=agency, presence=Presence(presence).value)
        for agency, presence in sorted(attendance.items())
    )
    record(RECORDED, by=by, detail={"kind": kind, "held_on": held_on.isoformat()})
    return meeting


def _new(meeting: Meeting) -> Meeting:
    try:
        with transaction.atomic():
            meeting.save(force_insert=True)
    except IntegrityError as error:
        raise Refused("This meeting is already recorded: one of its kind, district and day.") from error
    return meeting


@transaction.atomic
def read_disclosure(meeting_id: int, *, by: Actor) -> Meeting:
    """Record that the disclosure statement was read, which opens the cases (MTG-3)."""
    by.require(Power.RUN_MEETINGS)
    meeting = access_meeting(by, meeting_id, record=True, lock=True)
    if meeting.disclosure_read:
        raise Refused("It is already recorded that the disclosure statement was read.")
    meeting.disclosure_read = True
    meeting.save(update_fields=["disclosure_read"])
    record(DISCLOSURE_READ, by=by, detail={"meeting": meeting.pk})
    return meeting


@transaction.atomic
def decide_case(
    meeting_id: int,
    *,
    nominal_ref: str,
    section: str,
    decision: str,
    rationale: str,
    by: Actor,
    on: date,
    at: datetime,
) -> MeetingCase:
    """What the meeting decided about one person under one section of its agenda, and why (MTG-4)."""
    by.require(Power.RUN_MEETINGS)
    meeting = access_meeting(by, meeting_id, record=True, lock=True)
    closed = why_cases_stay_closed(held_on=meeting.held_on, disclosure_read=meeting.disclosure_read, today=on)
    if closed:
        raise Refused(closed)
    person = access_person(by, nominal_ref)
    empty = {"decision": decision, "rationale": rationale}
    missing = {name: [f"Enter the {name}"] for name, text in empty.items() if not text.strip()}
    if missing:
        raise Invalid(missing)
    if MeetingCase.objects.filter(meeting=meeting, person=person, section=section).exists():
        raise Refused("A decision on this person is already recorded under this section.")
    case = MeetingCase.objects.create(
        meeting=meeting,
        person=person,
        section=Section(section).value,
        decision=decision.strip(),
        rationale=rationale.strip(),
        recorded_by_id=by.user_id,
        recorded_at=at,
    )
    record(DECIDED, by=by, subjects=[person.pk], reason=rationale.strip(), detail={"meeting": meeting.pk})
    came = meeting.attendance.filter(presence=Presence.PRESENT).values_list("agency_id", flat=True)
    said_at_meeting(
        person.pk,
        list(came),
        what=f"Decision under {SECTION_LABELS[Section(section)].lower()}",
        purpose=f"{meeting.get_kind_display()} of {meeting.held_on:%-d %B %Y}",
        necessity=rationale.strip(),
        item_ref=f"meeting:{meeting.pk}",
        on=meeting.held_on,
        by=by,
        at=at,
    )
    return case
