"""A meeting is seen by the police of its district, by those who see somebody it decided about, and by the partners that
came; its cases by whoever sees the person.

A partner that came sees of the cases only the people shared with it. Partners read their own attendance alone: the
policy of a meeting asks this table, so this table cannot ask the meeting.
"""

from iom.access.readers import my_people_with
from iom.kernel.policies import MY_UNITS, TablePolicy, custom
from iom.sharing.policies import GRANT_RIGHTS, grants

_UNIT = f"unit_id = ANY {MY_UNITS}"
_DECIDED = "EXISTS (SELECT 1 FROM meetings_meetingcase c WHERE c.meeting_id = meetings_meeting.id)"
_CAME = (
    "EXISTS (SELECT 1 FROM meetings_attendance a JOIN authz.my_membership m ON m.agency_id = a.agency_id"
    " WHERE a.meeting_id = meetings_meeting.id AND a.presence = 'present'"
    " AND EXISTS (SELECT 1 FROM agencies_sharingagreement s WHERE s.agency_id = a.agency_id"
    " AND s.starts_on <= authz.today() AND (s.ends_on IS NULL OR s.ends_on > authz.today())"
    " AND 'plan' = ANY (s.data_classes)))"
)
_OWN = "agency_id IN (SELECT agency_id FROM authz.my_membership)"
_MEETING = "EXISTS (SELECT 1 FROM meetings_meeting m WHERE m.id = meeting_id)"
_PERSON = "EXISTS (SELECT 1 FROM persons_person p WHERE p.id = person_id)"
_SHARED = f"person_id = ANY {my_people_with('plan')}"
_ADD = {"police": "SELECT,INSERT", "partner": "SELECT", "auditor": "SELECT", "service": "SELECT"}

TABLES = [
    TablePolicy(
        "meetings_meeting",
        {**_ADD, "police": "SELECT,INSERT,UPDATE"},
        custom({"police": f"{_UNIT} OR {_DECIDED}", "partner": _CAME, "auditor": f"{_UNIT} OR {_DECIDED}"}),
        subject="",
    ),
    TablePolicy(
        "meetings_attendance",
        {**_ADD, "police": "SELECT,INSERT,UPDATE"},
        custom({"police": _MEETING, "partner": _OWN, "auditor": _MEETING}),
        subject="",
    ),
    TablePolicy(
        "meetings_meetingcase",
        {**_ADD, "police": "SELECT,INSERT,UPDATE"},
        custom({"police": _PERSON, "partner": f"{_PERSON} AND {_SHARED} AND {_MEETING}", "auditor": _PERSON}),
    ),
    # A disclosed decision is read here, in the words that were signed; the meeting itself stays closed.
    TablePolicy("meetings_meetingcasegroupgrant", GRANT_RIGHTS, grants()),
]
