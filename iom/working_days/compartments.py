"""Where the fields of this app belong: a calendar, which is about nobody."""

from iom.kernel.compartments import classify

classify("working_days.Holiday", structure="id date title source added_by added_at note")
classify(
    "working_days.CalendarVersion",
    structure="id number confirmed_from confirmed_until day_0_counts made_at made_by reason",
)
