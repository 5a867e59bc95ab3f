"""Where the fields of this app belong: what an agency that came to a meeting heard."""

from iom.kernel.compartments import classify

classify(
    "meetings.Meeting",
    plan="id kind unit held_on chair place disclosure_read recorded_by recorded_at",
)
classify("meetings.Attendance", plan="id meeting agency presence")
classify(
    "meetings.MeetingCase",
    plan="id meeting person section decision rationale recorded_by recorded_at",
)
