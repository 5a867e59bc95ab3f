"""The person, what is known of them, and records of one person that were two (PER-1..5, PER-7)."""

from iom.persons.models.merging import Duplicate, Merge, MergedRow
from iom.persons.models.person import (
    Address,
    Alias,
    Assessment,
    CustodyPeriod,
    EqualityRecord,
    Marker,
    Person,
    Restriction,
    StatutoryStatus,
)

__all__ = [
    "Address",
    "Alias",
    "Assessment",
    "CustodyPeriod",
    "Duplicate",
    "EqualityRecord",
    "Marker",
    "Merge",
    "MergedRow",
    "Person",
    "Restriction",
    "StatutoryStatus",
]
