"""Meetings for tests."""

from datetime import UTC, date, datetime

import factory

from meetings.models import Attendance, Meeting, MeetingCase
from tests.factories import AgencyFactory, IomFactory, PersonFactory, UnitFactory

NOON = datetime(2026, 6, 30, 11, tzinfo=UTC)


class MeetingFactory(IomFactory):
    class Meta:
        model = Meeting

    kind = "selection_board"
    unit = factory.SubFactory(UnitFactory)
    held_on = date(2026, 6, 30)
    chair = "Insp. Lee"
    place = "Mill Street"
    disclosure_read = True
    recorded_at = NOON


class AttendanceFactory(IomFactory):
    class Meta:
        model = Attendance

    meeting = factory.SubFactory(MeetingFactory)
    agency = factory.SubFactory(AgencyFactory)
    presence = "present"


class MeetingCaseFactory(IomFactory):
    class Meta:
        model = MeetingCase

    meeting = factory.SubFactory(MeetingFactory)
    person = factory.SubFactory(PersonFactory)
    section = "nominations"
    decision = "Selected"
    rationale = "High risk of reoffending"
    recorded_at = NOON
