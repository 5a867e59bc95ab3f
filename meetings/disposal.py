"""What becomes of a person's rows on disposal; meeting and attendance name nobody."""

from iom.kernel.disposal import delete

delete("meetings.MeetingCase", "meetings.MeetingCaseGroupGrant")
