"""Who sees which meeting, and of its cases whom (MTG-3, SHR-2)."""

from django.db.models import BigIntegerField, Q, QuerySet
from django.db.models.expressions import RawSQL

from iom.access import readers
from iom.access.actor import Actor
from iom.accounts.rules import DbClass, Power
from iom.kernel.compartments import Compartment
from iom.kernel.errors import Forbidden, NotFound
from iom.persons import permissions as persons
from meetings.models import Attendance, Meeting, MeetingCase
from meetings.rules import Presence


def _in_force() -> RawSQL:
    return RawSQL(
        "SELECT agency_id FROM agencies_sharingagreement"
        " WHERE starts_on <= authz.today() AND (ends_on IS NULL OR ends_on > authz.today())"
        " AND 'plan' = ANY (data_classes)",
        [],
        output_field=BigIntegerField(),
    )


def visible_to(actor: Actor) -> QuerySet[Meeting]:
    """The police see their units' meetings and those that decided about people they see; a partner those it came to."""
    meetings = Meeting.objects.select_related("unit")
    if not actor.may(Power.SEE_MEETINGS):
        return meetings.none()
    if actor.db_class == DbClass.PARTNER:
        came = Attendance.objects.filter(
            agency=actor.agency_id, presence=Presence.PRESENT, agency__in=_in_force()
        ).values("meeting")
        return meetings.filter(pk__in=came)
    if actor.force_wide:
        return meetings
    decided = MeetingCase.objects.filter(person__in=persons.visible_to(actor)).values("meeting")
    return meetings.filter(Q(unit__in=list(actor.unit_ids)) | Q(pk__in=decided))


def cases_visible_to(actor: Actor) -> QuerySet[MeetingCase]:
    """Decisions on people the actor may see; a partner only those of meetings it came to."""
    cases = MeetingCase.objects.select_related("person", "meeting__unit")
    if not actor.may(Power.SEE_MEETINGS):
        return cases.none()
    cases = cases.filter(person__in=persons.visible_to(actor))
    if actor.db_class != DbClass.PARTNER:
        return cases
    shared = readers.limit(actor, Compartment.PLAN, "person") or Q()
    return cases.filter(shared, meeting__in=visible_to(actor))


def attendance_visible_to(actor: Actor) -> QuerySet[Attendance]:
    """Who came: for a partner its own line only."""
    rows = Attendance.objects.select_related("agency").filter(meeting__in=visible_to(actor))
    return rows.filter(agency=actor.agency_id) if actor.db_class == DbClass.PARTNER else rows


def may_record(actor: Actor, unit_id: int) -> bool:
    """Whether the actor may record a meeting of this unit."""
    return actor.may(Power.RUN_MEETINGS) and (actor.force_wide or unit_id in actor.unit_ids)


def access_meeting(actor: Actor, pk: int, *, record: bool = False, lock: bool = False) -> Meeting:
    """The meeting, or NotFound; Forbidden when it is visible but not the actor's to record."""
    meetings = visible_to(actor)
    if lock:
        meetings = meetings.select_for_update(of=("self",))
    meeting = meetings.filter(pk=pk).first()
    if meeting is None:
        raise NotFound
    if record and not may_record(actor, meeting.unit_id):
        raise Forbidden
    return meeting
