"""What people do about who sees a record (SHR-2)."""

from iom.persons.services.merging import decide_pair, name_pair, unmerge
from iom.persons.services.naming import end_naming, follow_case_managers, name_user
from iom.persons.services.openings import (
    Opened,
    break_glass,
    open_elsewhere,
    review_opening,
    search_elsewhere,
)
from iom.persons.services.restriction import lift_restriction, restrict_record

__all__ = [
    "Opened",
    "break_glass",
    "decide_pair",
    "end_naming",
    "follow_case_managers",
    "lift_restriction",
    "name_pair",
    "name_user",
    "open_elsewhere",
    "restrict_record",
    "review_opening",
    "search_elsewhere",
    "unmerge",
]
