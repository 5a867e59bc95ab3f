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
classify(
    "meetings.MeetingCaseGroupGrant",
    plan=(
        "id content_object person agreement purpose necessity reason granted_by granted_at approved_by approved_at"
        " expires_on revoked_at revoked_by revoke_reason"
    ),
    disclosed="disclosed_text",
    system="group permission",
)
