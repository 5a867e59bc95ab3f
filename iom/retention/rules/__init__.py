"""What the law and the schedule say, as pure functions of dates and plain values (SHR-4)."""
