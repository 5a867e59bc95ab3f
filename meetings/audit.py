"""What this app writes to the audit."""

from iom.audit.actions import register

RECORDED = register("meetings.meeting.recorded", "recorded a meeting")
DISCLOSURE_READ = register(
    "meetings.meeting.disclosure_read", "recorded that the disclosure statement was read"
)
DISCLOSURE_ASKED = register(
    "meetings.meeting.disclosure_asked", "asked to disclose a meeting's decision on {person} to an agency"
)
DECIDED = register("meetings.case.decided", "recorded a meeting's decision on {person}")
