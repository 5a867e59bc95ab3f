"""What of a meeting can be given to an agency that was not there: each decision on a person shared with it (SHR-2).

The agency is told which meeting it was, under which section, and the decision. Why it was decided, who came, where, and
everybody else's case stay with those who were there.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import BooleanField, DateField, Func
from django.db.models.expressions import RawSQL

from iom.access.actor import Actor
from iom.access.models import AgencyAccess
from iom.access.readers import people_with
from iom.accounts.rules import DbClass, Power
from iom.agencies.models import in_force_on
from iom.approvals.models import Approval
from iom.audit.services import record
from iom.kernel.compartments import Compartment
from iom.kernel.errors import Forbidden, NotFound, Refused
from iom.sharing.rules import Medium, What
from iom.sharing.services import disclosure
from iom.sharing.things import Thing
from iom.working_days.rules import local_date
from meetings.audit import DISCLOSURE_ASKED
from meetings.models import MeetingCase, MeetingCaseGroupGrant
from meetings.permissions import access_meeting, cases_visible_to
from meetings.rules import SECTION_LABELS, Section


def _access(actor: Actor, pk: int) -> MeetingCase:
    """The decision, for the police who see its meeting and whom it is about; or NotFound."""
    found = cases_visible_to(actor).filter(pk=pk).first()
    if found is None or actor.db_class != DbClass.POLICE:
        raise NotFound
    return found


def _words(case: MeetingCase) -> str:
    meeting = case.meeting
    where = f"{meeting.get_kind_display()}, {meeting.unit.name}, {meeting.held_on:%-d %B %Y}"
    return f"{where}\n{SECTION_LABELS[Section(case.section)]}\nDecision: {case.decision}"


def _label(case: MeetingCase) -> str:
    return f"Decision {case.pk} of a meeting, {case.meeting.held_on:%-d %B %Y}"


def _lines(case: MeetingCase, reader: Actor) -> list[tuple[str, str]]:
    return []


def _readable(actor: Actor, ids: list[int]) -> list[int]:
    """The decisions whose disclosure runs today, under an agreement in force that covers it."""
    today = RawSQL("authz.today()", [], output_field=DateField())
    rows = MeetingCaseGroupGrant.objects.filter(
        Func("agreement_id", function="authz.covers_disclosure", output_field=BooleanField()),
        content_object__in=ids,
        group__agency_group__agency=actor.agency_id,
        revoked_at__isnull=True,
        expires_on__gt=today,
        person__in=people_with(Compartment.DISCLOSED),
    )
    return list(rows.values_list("content_object_id", flat=True))


DECISION = Thing(
    What.MEETING,
    Compartment.PLAN,
    MeetingCaseGroupGrant,
    Medium.MEETING,
    _access,
    _words,
    _label,
    _lines,
    _readable,
)


@dataclass(frozen=True)
class Asked:
    """What was asked for, and how many decisions are on people who are not shared with the agency."""

    approvals: tuple[Approval, ...]
    left_out: int


@transaction.atomic
def ask_for_meeting(
    meeting_id: int, terms: disclosure.Terms, *, reason: str, by: Actor, at: datetime
) -> Asked:
    """Ask to disclose a meeting to one agency: each decision on a person shared with it is signed by itself.

    Decisions on other people are left out, and so are those that the agency has or that wait for a signature already.
    """
    if by.db_class != DbClass.POLICE:
        raise Forbidden
    by.require(Power.DISCLOSE)
    meeting = access_meeting(by, meeting_id)
    cases = list(cases_visible_to(by).filter(meeting=meeting).order_by("pk"))
    shared = AgencyAccess.objects.filter(
        in_force_on(local_date(at)), agency=terms.agency_id, person__in=[case.person_id for case in cases]
    )
    people = set(shared.values_list("person_id", flat=True))
    shared_cases = [case for case in cases if case.person_id in people]
    if not shared_cases:
        raise Refused("This meeting decided about nobody who is shared with that agency.")
    given = [
        case
        for case in shared_cases
        if not disclosure.why_not_again(What.MEETING, case.pk, terms.agency_id, at=at)
    ]
    if not given:
        raise Refused("Every decision that this agency may be given was asked for or disclosed already.")
    made = []
    for case in given:
        made.append(disclosure.ask(What.MEETING, case.pk, terms, reason=reason, by=by, at=at))
        record(
            DISCLOSURE_ASKED,
            by=by,
            subjects=[case.person_id],
            reason=reason.strip(),
            detail={"meeting": meeting.pk, "agency": terms.agency_id},
        )
    return Asked(tuple(made), len(cases) - len(given))
